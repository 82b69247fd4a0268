"""Intervals against published figures, and against what they promise: to hold the truth 19 times in 20."""

import numpy as np
import pytest

from metrics.interval import delta, wilson


def test_wilson_is_that_of_the_literature() -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    low, high = wilson(np.array([81.0, 15.0, 0.0, 1.0]), np.array([263.0, 148.0, 20.0, 29.0]))
    assert np.round(low, 4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert np.round(high, 4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]


def test_nothing_is_known_without_trials() -> None:
    low, high = wilson(np.array([0.0]), np.array([0.0]))
    assert np.isnan(low[0])
    assert np.isnan(high[0])


def test_delta_of_a_mean_is_the_interval_of_a_mean() -> None:
    scores = np.array([1.0, 2.0, 4.0, 5.0, 5.0, 3.0])
    n = float(len(scores))
    one = np.array
    low, high = delta(one([n]), one([scores.sum()]), one([n]), one([(scores**2).sum()]), one([n]), one([scores.sum()]))
    half = 1.959963984540054 * scores.std(ddof=1) / np.sqrt(n)
    assert low[0] == pytest.approx(scores.mean() - half)
    assert high[0] == pytest.approx(scores.mean() + half)


def test_delta_covers_the_true_ratio_of_money() -> None:
    """Refunds are all or nothing of amounts that vary a hundredfold: Wilson over yuan would cover almost never."""
    rng = np.random.default_rng(7)
    truth, shops, lines = 0.2, 2000, 400
    amounts = np.exp(rng.normal(4.0, 1.0, (shops, lines)))
    refunds = amounts * (rng.random((shops, lines)) < truth)
    low, high = delta(
        np.full(shops, float(lines)),
        refunds.sum(axis=1),
        amounts.sum(axis=1),
        (refunds**2).sum(axis=1),
        (amounts**2).sum(axis=1),
        (refunds * amounts).sum(axis=1),
    )
    covered = np.mean((low <= truth) & (truth <= high))
    assert 0.92 <= covered <= 0.97
    low, high = wilson(refunds.sum(axis=1), amounts.sum(axis=1))
    assert np.mean((low <= truth) & (truth <= high)) < 0.3
