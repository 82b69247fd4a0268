"""The statistics of a follow-up, on thousands of experiments whose truth is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from metrics.compare import compare, relative
from metrics.followup.effect import ALPHA, holm, outcome, p_value
from metrics.followup.power import needed_for, power_of, weeks_until
from tests.metrics.followup.made import drawn_arm

EXPERIMENTS = 1500
SURE = 1e-4
"""How rarely a right method may fail a test here."""


def bounds(share: float, trials: int = EXPERIMENTS) -> tuple[float, float]:
    low, high = binom.interval(1 - SURE, trials, share)
    return low / trials, high / trials


@pytest.mark.parametrize(("customers", "chance"), [(600, 0.12), (250, 0.3)])
def test_without_an_effect_one_test_in_twenty_rejects(customers: int, chance: float) -> None:
    rng = np.random.default_rng(1)
    control = drawn_arm("control", rng, customers, chance, EXPERIMENTS)
    arm = drawn_arm("message", rng, customers, chance, EXPERIMENTS)
    rejected = np.mean([p_value(one, other) < ALPHA for one, other in zip(arm, control, strict=True)])
    low, high = bounds(ALPHA)
    assert low <= rejected <= high + 0.005  # a test of whole numbers cannot hold its level to the last digit


def test_without_an_effect_a_direction_of_any_arm_is_claimed_in_one_experiment_of_twenty_at_most() -> None:
    rng = np.random.default_rng(2)
    arms = [drawn_arm(name, rng, 600, 0.12, EXPERIMENTS) for name in ("control", "message", "coupon")]
    wrong = 0
    for control, *others in zip(*arms, strict=True):
        adjusted = holm([p_value(other, control) for other in others])
        found = [
            outcome(compare(other, control, "up"), relative(other, control, "up"), p, 0.05)
            for other, p in zip(others, adjusted, strict=True)
        ]
        wrong += any(word in ("better", "worse") for word in found)
    assert wrong / EXPERIMENTS <= bounds(ALPHA)[1]


@pytest.mark.parametrize(("control", "arm", "customers"), [(0.12, 0.12, 500), (0.1, 0.19, 300), (0.04, 0.07, 800)])
def test_both_intervals_hold_the_truth_in_nineteen_cases_of_twenty(control: float, arm: float, customers: int) -> None:
    rng = np.random.default_rng(3)
    pairs = list(
        zip(
            drawn_arm("coupon", rng, customers, arm, EXPERIMENTS),
            drawn_arm("control", rng, customers, control, EXPERIMENTS),
            strict=True,
        )
    )
    differences = [compare(one, other, "up") for one, other in pairs]
    ratios = [relative(one, other, "up") for one, other in pairs]
    points = np.mean([each.low <= arm - control <= each.high for each in differences])
    shares = np.mean([each.low <= arm / control - 1 <= each.high for each in ratios])
    low, high = bounds(0.95)
    # Intervals of whole numbers are a little too wide on the whole; they must not be too narrow.
    assert low <= points <= high + 0.015
    assert low <= shares <= high + 0.015
    assert abs(np.mean([each.diff for each in differences]) - (arm - control)) < 0.002


def test_the_power_is_how_often_the_effect_is_found() -> None:
    rng, customers, control, claim = np.random.default_rng(4), 900, 0.15, 0.3
    pairs = zip(
        drawn_arm("coupon", rng, customers, control * (1 + claim), EXPERIMENTS),
        drawn_arm("control", rng, customers, control, EXPERIMENTS),
        strict=True,
    )
    found = np.mean([p_value(one, other) < ALPHA for one, other in pairs])
    low, high = bounds(power_of(claim, control, customers, customers, comparisons=1))
    assert low - 0.01 <= found <= high + 0.01


@settings(deadline=None)  # the first power loads statsmodels
@given(control=st.floats(0.02, 0.5), claim=st.floats(0.03, 0.5), comparisons=st.integers(1, 2))
def test_as_many_as_are_needed_have_the_power_that_is_wanted(control: float, claim: float, comparisons: int) -> None:
    needed = needed_for(claim, control, comparisons)
    assert power_of(claim, control, needed, needed, comparisons) >= 0.8 - 1e-3
    assert power_of(claim, control, needed - 2, needed - 2, comparisons) < 0.8


@given(
    needed=st.integers(1, 5000),
    a_week=st.floats(1, 200),
    mature=st.integers(0, 2000),
    young=st.integers(0, 500),
    days=st.sampled_from([30, 60]),
)
def test_nobody_decides_before_there_are_enough(needed: int, a_week: float, mature: int, young: int, days: int) -> None:
    """Walk the weeks one by one: those who are assigned by week w have their days behind them `days` later."""
    weeks = weeks_until(needed, mature + young, a_week, mature, days)
    if mature >= needed:
        assert weeks == 0
        return
    assert weeks is None or mature + young + a_week * (weeks - days / 7) >= needed - 1e-6


def test_an_arm_that_nobody_is_assigned_to_is_never_decided() -> None:
    assert weeks_until(1000, 400, 0.0, 300, 30) is None
    assert weeks_until(1000, 1200, 0.0, 900, 30) == math.ceil(30 / 7)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_holm_is_never_below_a_test_alone_nor_above_bonferroni(p_values: list[float]) -> None:
    for alone, adjusted in zip(p_values, holm(p_values), strict=True):
        assert alone <= adjusted <= min(1.0, alone * len(p_values)) + 1e-12


def test_holm_on_a_known_case() -> None:
    """Holm (1979): sorted, times what is left, and never falling: 0.01·4, 0.02·3, 0.03·2, 0.04·1."""
    assert holm([0.03, 0.01, 0.04, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert [math.isnan(p) for p in holm([0.01, math.nan])] == [False, True]
    assert holm([0.01, math.nan])[0] == 0.01


def test_the_score_test_on_a_known_table() -> None:
    """20 of 100 against 35 of 100: z² = 0.15² / (0.275 · 0.725 · 2/100) = 5.6426."""
    arm, control = (drawn_arm("coupon", np.random.default_rng(0), 100, share, 1)[0] for share in (0.0, 0.0))
    p = p_value(replace(arm, repurchased=35), replace(control, repurchased=20))
    assert p == pytest.approx(math.erfc(math.sqrt(5.642633 / 2)), rel=1e-4)
    assert p_value(arm, control) == 1.0


def test_the_interval_of_a_ratio_turns_round_with_its_sides() -> None:
    rng = np.random.default_rng(5)
    for one, other in zip(
        drawn_arm("coupon", rng, 300, 0.2, 50), drawn_arm("control", rng, 200, 0.12, 50), strict=True
    ):
        there, back = relative(one, other, "up"), relative(other, one, "up")
        assert (1 + there.low) * (1 + back.high) == pytest.approx(1)
        assert (1 + there.high) * (1 + back.low) == pytest.approx(1)
        assert (there.low > 0) == (compare(one, other, "up").low > 0)
