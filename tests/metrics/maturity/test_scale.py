"""Delay scales of SKUs: found again where they were planted, and curves that stay curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import gamma

from metrics.maturity import AGES_KNOWN
from metrics.maturity.scale import DelayScales, arrivals, delay_scales, mean_delay, stretched

Floats = NDArray[np.float64]

MEANS = np.array([4.0, 6.0, 8.0])


def curve(mean: float, scale: float = 1.0) -> Floats:
    """A gamma law of shape 2, in whole days, of the returns within the window."""
    shares = np.asarray(gamma.cdf(np.arange(1, AGES_KNOWN + 1), 2.0, scale=mean * scale / 2), dtype=np.float64)
    return shares / shares[-1]


def shop(seed: int, spread: float, skus: int = 240, returns: int = 300) -> tuple[Floats, DelayScales]:
    """True log scales of SKUs, and what is found from some hundred returns of each."""
    draw = np.random.default_rng(seed)
    category = np.arange(skus) % len(MEANS)
    true = spread * draw.standard_normal(skus)
    counts = np.array(
        [
            draw.multinomial(draw.poisson(returns), arrivals(curve(MEANS[c], np.exp(x))))
            for c, x in zip(category, true, strict=True)
        ]
    ).astype(float)
    middle = np.arange(AGES_KNOWN) + 0.5
    curves = np.array([curve(mean) for mean in MEANS])
    return true, delay_scales(counts.sum(axis=1), counts @ middle, counts @ middle**2, category, curves)


@pytest.mark.parametrize("seed", range(6))
def test_the_spread_between_skus_is_found(seed: int) -> None:
    _, found = shop(seed, 0.10)
    assert 0.08 <= found.dispersion <= 0.12


@pytest.mark.parametrize("seed", range(6))
def test_skus_that_are_all_alike_are_left_alike(seed: int) -> None:
    true, found = shop(seed, 0.0)
    assert found.dispersion < 0.03
    assert np.abs(found.log_scale - true).max() < 0.03


def test_each_scale_is_found_within_what_is_said_to_be_unknown_of_it() -> None:
    """Standardised errors have a spread of one; and whoever has few returns is believed to be like the category."""
    errors = []
    for seed in range(6):
        true, found = shop(seed, 0.15)
        errors.append((found.log_scale - true) / np.sqrt(found.variance))
    assert np.concatenate(errors).std() == pytest.approx(1.0, abs=0.12)
    assert np.concatenate(errors).mean() == pytest.approx(0.0, abs=0.15)
    few_true, few = shop(1, 0.15, returns=10)
    many_true, many = shop(1, 0.15, returns=3000)
    assert np.std(few.log_scale) < np.std(few_true)
    assert np.corrcoef(many.log_scale, many_true)[0, 1] > 0.95


def test_a_sku_without_returns_is_like_its_category_and_as_unknown_as_skus_differ() -> None:
    middle = np.array([6.0, 7.0, 5.0, 6.6, 5.2, 0.0])
    n = np.array([400.0, 400.0, 400.0, 400.0, 400.0, 0.0])
    found = delay_scales(n, n * middle, n * (middle**2 + 16), np.zeros(6, dtype=np.int64), curve(6.0)[np.newaxis, :])
    assert found.log_scale[-1] == 0
    assert found.variance[-1] == pytest.approx(found.dispersion**2)
    assert found.dispersion > 0.05
    assert (np.diff(found.log_scale[np.argsort(middle[:5])]) > 0).all()


def test_stretched_by_a_tenth_takes_a_tenth_longer() -> None:
    """Away from the end of the window, where what would fall behind it is left out."""
    short = curve(4.0)
    longer = stretched(short, np.array([np.log(1.1)]))
    assert mean_delay(longer)[0] / mean_delay(short) == pytest.approx(1.1, rel=0.01)
    assert stretched(short, np.zeros(1))[0] == pytest.approx(short, abs=1e-12)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    counts=st.lists(st.integers(0, 50), min_size=AGES_KNOWN, max_size=AGES_KNOWN).filter(any),
    scale=st.floats(-1.5, 1.5),
)
def test_a_stretched_curve_is_a_curve(counts: list[int], scale: float) -> None:
    whole = np.cumsum(counts) / sum(counts)
    found = stretched(whole, np.array([scale]))[0]
    assert np.isfinite(found).all()
    assert found[-1] == 1
    assert (np.diff(found, prepend=0.0) >= -1e-12).all()
    if scale >= 0:  # later returns: at no age more has arrived, but for what falls out of the window
        assert (
            found * np.interp(AGES_KNOWN * np.exp(-scale), np.arange(AGES_KNOWN + 1), [0, *whole]) <= whole + 1e-9
        ).all()
