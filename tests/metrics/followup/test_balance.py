"""The sample-ratio check: it finds a lot that was not drawn fairly, and leaves a fair one alone."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.followup.balance import LEVEL, Balance, intended_ratio, sample_ratio
from metrics.words import Refused

EQUAL = intended_ratio(None)


def test_a_fair_lot_is_hardly_ever_called_unfair() -> None:
    rng = np.random.default_rng(1)
    drawn = rng.multinomial(900, [1 / 3] * 3, 2000)
    alarms = sum(sample_ratio(dict(zip(EQUAL, map(int, row), strict=True)), EQUAL) < LEVEL for row in drawn)
    assert alarms <= 9  # binom(2000, 0.001) is above it once in ten thousand times


def test_a_planted_imbalance_is_found() -> None:
    """One customer in five was moved out of the control before anybody wrote it down."""
    rng = np.random.default_rng(2)
    drawn = rng.multinomial(3000, [0.8 / 2.8, 1 / 2.8, 1 / 2.8], 200)
    found = [
        Balance(EQUAL, observed, sample_ratio(observed, EQUAL)).alert
        for observed in (dict(zip(EQUAL, map(int, row), strict=True)) for row in drawn)
    ]
    assert sum(found) >= 190


def test_the_ratio_that_was_intended_is_the_one_that_counts() -> None:
    two_to_one = intended_ratio({"control": 2, "coupon": 1})
    assert sample_ratio({"control": 2000, "coupon": 1000}, two_to_one) == 1.0
    assert sample_ratio({"control": 1500, "coupon": 1500}, two_to_one) < LEVEL
    assert sample_ratio({"control": 2000, "coupon": 1000, "message": 3}, two_to_one) == 0.0


@pytest.mark.parametrize(
    "ratio",
    [
        {"coupon": 1.0},
        {"control": 1.0},
        {"control": 1, "coupon": -1},
        {"control": 1, "gift": 1},
        {"control": 0, "coupon": 1},
    ],
)
def test_a_ratio_that_makes_no_experiment_is_refused(ratio: dict[str, float]) -> None:
    with pytest.raises(Refused):
        intended_ratio(ratio)
