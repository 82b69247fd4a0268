"""The delay curve and the projection of young cohorts, on tables made by hand and on simulated cohorts."""

import numpy as np
import pandas as pd
import pytest

from metrics.maturity import AGES_KNOWN, DelayCurves, delay_curve, project


def test_complete_cohorts_give_the_plain_distribution() -> None:
    ages, counts = np.arange(5.0), np.array([10.0, 20.0, 40.0, 20.0, 10.0])
    curve = delay_curve(np.zeros(5), ages, counts, last_day=400, length=5)
    assert curve == pytest.approx(np.cumsum(counts) / counts.sum())


def test_a_young_cohort_speaks_only_for_the_ages_it_has_lived() -> None:
    """The chain ladder by hand: an old cohort (days 0..2 known) and one that is a day old.

    Old: 6, 2, 2 at ages 0, 1, 2. Young: 12, 6 at ages 0 and 1.
    F(1)/F(2) = 8/10 from the old one alone; F(0)/F(1) = (6 + 12) / (8 + 18) from both.
    """
    days = np.array([0.0, 0.0, 0.0, 9.0, 9.0])
    ages = np.array([0.0, 1.0, 2.0, 0.0, 1.0])
    counts = np.array([6.0, 2.0, 2.0, 12.0, 6.0])
    curve = delay_curve(days, ages, counts, last_day=10, length=3)
    assert curve == pytest.approx([18 / 26 * 0.8, 0.8, 1.0])


def test_returns_after_the_last_complete_day_are_not_looked_at() -> None:
    days, ages, counts = np.array([0.0, 0.0, 5.0]), np.array([0.0, 1.0, 1.0]), np.array([3.0, 1.0, 50.0])
    assert delay_curve(days, ages, counts, last_day=5, length=3)[0] == pytest.approx(0.75)


def test_a_category_with_few_returns_borrows_the_curve_of_the_shop() -> None:
    delays = pd.DataFrame(
        {
            "day": pd.Timestamp("2026-01-01"),
            "category": ["big"] * 2 + ["small"],
            "age_days": [0, 10, 3],
            "lines": [150, 150, 5],
        }
    )
    curves = DelayCurves.fit(delays, pd.Timestamp("2026-06-01"))
    assert set(curves.by_category) == {"big"}
    shares, starts = curves.laid_out()
    assert shares[starts["big"] + 3 + 1] == pytest.approx(0.5)
    assert shares[starts[""] + 3 + 1] == pytest.approx(155 / 305)
    assert [shares[start] for start in starts.values()] == [0.0, 0.0]  # a day that is not over yet


def test_the_projection_of_young_cohorts_finds_the_final_rate() -> None:
    """95 % of the intervals hold what 2,000 simulated weeks came to in the end, within what chance allows."""
    rng = np.random.default_rng(11)
    weeks, size, rate = 2000, 400, 0.12
    curve = np.cumsum(np.full(AGES_KNOWN, 1 / AGES_KNOWN))
    age = rng.integers(5, 25, weeks)
    final = rng.binomial(size, rate, weeks)
    seen = rng.binomial(final, curve[age])
    projected, low, high = project(np.full(weeks, float(size)), size * curve[age], seen.astype(float))
    truth = final / size
    assert np.mean((low <= truth) & (truth <= high)) == pytest.approx(0.95, abs=0.02)
    assert np.mean(projected - truth) == pytest.approx(0.0, abs=0.002)


def test_a_projection_never_falls_below_what_has_come_back() -> None:
    projected, low, high = project(np.array([100.0]), np.array([10.0]), np.array([40.0]))
    assert 0.4 <= low[0] <= projected[0] <= high[0] <= 1.0
