"""The peers are held to published figures and to plain cases: a rule that is beaten must have been run rightly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.spike_counts import DRAWN_IN, AsOf, Counts, Habits
from benchmarks.spike_rules import (
    RULES,
    benjamini_hochberg,
    cusum,
    funnel,
    gamma_poisson_bh,
    laney,
    p_chart,
    raw_p_chart,
    run_rules,
    twice_the_category,
)
from metrics.simulate.batch_delays import arrived
from metrics.simulate.batch_world import BatchWorld
from metrics.simulate.batches import simulate_batches

# Montgomery, Introduction to Statistical Quality Control, table 7.1: cans of orange juice that leak, 30 samples of 50.
LEAKING = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]

# Benjamini & Hochberg (1995), section 4.1: fifteen comparisons of two treatments after a heart attack.
THROMBOLYSIS = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_the_p_chart_is_that_of_the_orange_juice() -> None:
    chart = p_chart(LEAKING, [50] * 30)
    assert chart.centre == pytest.approx(0.231333, abs=1e-6)
    assert chart.lower == pytest.approx(np.full(30, 0.052428), abs=1e-6)
    assert chart.upper == pytest.approx(np.full(30, 0.410239), abs=1e-6)
    assert (np.flatnonzero(chart.beyond) + 1).tolist() == [15, 23]


def test_the_p_chart_without_the_two_samples_is_the_revised_one() -> None:
    kept = [count for number, count in enumerate(LEAKING, start=1) if number not in {15, 23}]
    chart = p_chart(kept, [50] * 28)
    assert chart.centre == pytest.approx(0.2150, abs=1e-4)
    assert chart.lower == pytest.approx(np.full(28, 0.0407), abs=1e-4)
    assert chart.upper == pytest.approx(np.full(28, 0.3893), abs=1e-4)
    assert kept[int(np.flatnonzero(chart.beyond)[0])] == 20  # sample 21, whose cause was never found


def test_benjamini_hochberg_rejects_four_of_the_fifteen() -> None:
    adjusted = benjamini_hochberg(THROMBOLYSIS)
    assert (adjusted <= 0.05).sum() == 4
    assert adjusted[:4] == pytest.approx([0.0015, 0.0030, 0.0095, 0.035625])
    assert adjusted[5] == adjusted[6] == pytest.approx(0.0298 * 15 / 7)
    shuffled = np.random.default_rng(1).permutation(15)
    assert benjamini_hochberg(np.array(THROMBOLYSIS)[shuffled]) == pytest.approx(adjusted[shuffled])


def test_the_variance_of_drawn_in_normals() -> None:
    edge = stats.norm.ppf(0.9)
    inner = stats.norm.expect(lambda z: z**2, lb=-edge, ub=edge)
    assert pytest.approx(inner + 0.2 * edge**2, abs=1e-4) == DRAWN_IN


def seen(returns: float, units: float = 400.0, rate: float = 0.1, spread: float = 0.2) -> AsOf:
    """One batch, half of whose returns should be in, that sold and returned everything on one day."""
    habits = Habits(np.ones((1, 31)), np.array([rate]), np.array([rate]), np.array([rate]), spread, 2.0)
    return AsOf(
        rows=np.array([0]),
        units=np.array([units]),
        returns=np.array([returns]),
        exposure=np.array([units / 2]),
        weekly=np.zeros((1, 9)),
        batch_week=np.zeros(1),
        daily_returns=np.array([[0.0, returns]]),
        daily_exposure=np.array([[0.0, units / 2]]),
        habits=habits,
    )


def test_raw_rules_take_an_old_batch_for_a_good_one_and_age_adjusted_ones_do_not() -> None:
    """40 returned of 400: the usual rate raw, and twice what is expected when only half should be back."""
    batch = seen(40.0)
    assert raw_p_chart(batch) == pytest.approx([0.0])
    assert twice_the_category(batch) == pytest.approx([1.0])
    deviation = (40 - 20) / np.sqrt(20 * 0.9)
    assert laney(batch) == pytest.approx([deviation / 2.0])
    assert funnel(batch) == pytest.approx([deviation / np.sqrt(1 + 20 * 0.9 * 0.2**2)])


def test_a_wider_spread_makes_every_rule_that_knows_it_less_sure() -> None:
    for rule in (funnel, gamma_poisson_bh, cusum):
        assert rule(seen(40.0, spread=0.1))[0] > rule(seen(40.0, spread=0.4))[0], rule


def test_the_gamma_poisson_tail_is_that_of_the_mixture() -> None:
    """Drawn as it is meant: a rate of its own for each batch, and a Poisson count around it."""
    draw = np.random.default_rng(5)
    sigma = 0.2 * (1 - 0.1)
    counts = draw.poisson(20 * draw.gamma(1 / sigma**2, sigma**2, size=400_000))
    share = (counts >= 32).mean()
    assert -gamma_poisson_bh(seen(32.0))[0] == pytest.approx(share, abs=4 * np.sqrt(share / len(counts)))


def test_the_cusum_of_one_day_is_the_log_likelihood_ratio_of_that_day() -> None:
    shape = 1 / (0.9 * 0.2) ** 2
    usual, doubled = (stats.nbinom.logpmf(40, shape, shape / (shape + mean)) for mean in (20.0, 40.0))
    assert cusum(seen(40.0))[0] == pytest.approx(doubled - usual)
    assert cusum(seen(10.0))[0] == 0


def test_too_little_to_read_is_never_flagged() -> None:
    tiny = seen(3.0, units=4.0)
    for name in ("p chart, 3 sigma, raw rate", "rate > 2 × category", "Laney p′, age-adjusted"):
        assert RULES[name].score(tiny)[0] == -np.inf
    young = replace(seen(8.0), exposure=np.array([400 * 0.09]))
    for rule in (laney, funnel, cusum, gamma_poisson_bh):
        assert rule(young)[0] == -np.inf


WORLD = BatchWorld(skus=300, units=600.0)


@pytest.fixture(scope="module")
def shop() -> tuple[Counts, pd.DataFrame, pd.DataFrame]:
    made = simulate_batches(WORLD, seed=7)
    return Counts.of(made.units, made.returns), made.units, made.returns


def test_an_as_of_counts_what_was_known_that_day(shop: tuple[Counts, pd.DataFrame, pd.DataFrame]) -> None:
    counts, units, returns = shop
    today = pd.Timestamp("2026-07-20")
    seen = counts.as_of(counts.day(today), counts.habits(counts.day(today)))
    sold = units[units["sold_on"] <= today].groupby("batch_id").agg(units=("units", "sum"), last=("sold_on", "max"))
    back = returns[returns["returned_on"] <= today].groupby("batch_id")["units"].sum()
    still_open = sold[sold["last"] > today - pd.Timedelta(days=31)]
    ids = counts.batch_ids[seen.rows]
    assert set(ids) == set(still_open.index)
    assert seen.units.tolist() == sold["units"].reindex(ids).tolist()
    assert seen.returns.tolist() == back.reindex(ids).fillna(0).tolist()
    assert (seen.exposure <= seen.units + 1e-9).all()
    # Batches sell for less than a month, so sixty days of daily counts are all of them.
    assert seen.daily_returns.sum(axis=1).tolist() == seen.returns.tolist()
    assert seen.daily_exposure.sum(axis=1) == pytest.approx(seen.exposure)


def test_the_habits_are_near_the_truth(shop: tuple[Counts, pd.DataFrame, pd.DataFrame]) -> None:
    counts = shop[0]
    made = simulate_batches(WORLD, seed=7)
    habits = counts.habits(counts.day("2026-08-20"))
    usual = made.cohorts.assign(delay_scale=1.0).drop_duplicates("batch_id")
    assert usual["batch_id"].tolist() == counts.batch_ids.tolist()
    assert habits.curve == pytest.approx(arrived(WORLD, usual), abs=0.02)
    assert habits.spread == pytest.approx(WORLD.dispersion, abs=0.05)
    truth = made.truth.set_index("batch_id").reindex(counts.batch_ids)
    assert np.median(np.abs(habits.rate / truth["sku_rate"].to_numpy() - 1)) < 0.10


def test_no_rule_knows_tomorrow(shop: tuple[Counts, pd.DataFrame, pd.DataFrame]) -> None:
    _, units, returns = shop
    start, stop, later = (pd.Timestamp(day) for day in ("2026-07-04", "2026-07-12", "2026-08-01"))
    known = Counts.of(units[units["sold_on"] < stop], returns[returns["returned_on"] < stop])
    whole = Counts.of(units[units["sold_on"] < later], returns[returns["returned_on"] < later])
    then, now = (run_rules(counts, start.date(), stop.date()) for counts in (known, whole))
    for name in RULES:
        seen = now[name].set_index("batch_id").loc[then[name]["batch_id"]].reset_index()
        pd.testing.assert_frame_equal(seen, then[name])
