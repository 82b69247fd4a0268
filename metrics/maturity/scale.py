"""Some goods come back sooner than the rest of their category: the delay scale of each SKU."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_RETURNS = 5
"""Returns below which the delays of one SKU say nothing about how SKUs differ."""

STEP = 0.01
"""Half the step over which the elasticity of the mean delay is taken."""


@dataclass(frozen=True)
class DelayScales:
    """How much later than its category each SKU comes back, on the log scale.

    `log_scale` is 0 for a SKU like its category and 0.1 for one whose returns take 10 % longer; `variance` is what
    remains unknown of it; `dispersion` is the standard deviation between the SKUs of a category.
    """

    log_scale: Floats
    variance: Floats
    dispersion: float


def stretched(curve: Floats, log_scale: Floats) -> Floats:
    """Return the delay curve for each log scale: `[len(log_scale), ages]`, each 1 at the last age.

    A delay that takes exp(x) times as long has F(t / exp(x)); what would fall behind the last age is left out, so
    that the curve remains one of the returns inside the observation window.

    >>> stretched(np.array([0.5, 1.0]), np.array([0.0])).tolist()
    [[0.5, 1.0]]
    """
    ends = np.arange(1, len(curve) + 1, dtype=np.float64)
    at = ends[np.newaxis, :] * np.exp(-log_scale)[:, np.newaxis]
    known = np.interp(at.ravel(), np.append(0.0, ends), np.append(0.0, curve)).reshape(at.shape)
    scaled: Floats = known / np.where(known[:, -1:] > 0, known[:, -1:], 1.0)
    return scaled


def arrivals(curves: Floats) -> Floats:
    """Return f from F along the last axis: the share of the returns that arrives at each age."""
    return np.diff(curves, axis=-1, prepend=0.0)


def mean_delay(curve: Floats) -> Floats:
    """Return the mean delay in days, each day's returns taken at its middle."""
    return arrivals(curve) @ (np.arange(curve.shape[-1]) + 0.5)


def delay_scales(returns: Floats, delays: Floats, squares: Floats, category: Ints, curves: Floats) -> DelayScales:
    """Estimate the scale of every SKU from the returns of cohorts past the observation window, and shrink it.

    `returns`, `delays` and `squares` are, by SKU, the number of returns, the sum of their delays in days (a return
    of age a counts a + 0.5) and the sum of the squares; `category` is the row of `curves` that the SKU belongs to.
    The log ratio of mean delays, divided by how far a stretch moves the mean of a cut-off curve, estimates the scale.
    The variance between SKUs comes from the generalised Q statistic (Paule & Mandel, J. Res. Natl. Bur. Stand. 87
    (1982) 377-385), and each estimate is shrunk towards its category accordingly.
    """
    usual = mean_delay(curves)
    both = np.array([mean_delay(stretched(curve, np.array([-STEP, STEP]))) for curve in curves]).reshape(-1, 2)
    moves = np.log(both[:, 1] / both[:, 0]) / (2 * STEP)
    elasticity = np.clip(moves, 0.2, None)[category]
    n = np.where(returns > 0, returns, np.nan)
    mean = delays / n
    estimate = np.nan_to_num(np.log(np.where(mean > 0, mean, np.nan) / usual[category]) / elasticity)
    pooled = delays.sum() / max(returns.sum(), 1.0)
    spread = max(squares.sum() / max(returns.sum(), 1.0) - pooled**2, 0.0) / max(pooled, 0.5) ** 2
    noise = np.nan_to_num(spread / (n * elasticity**2), nan=np.inf)
    enough = returns >= FEWEST_RETURNS
    between = _between(estimate[enough], noise[enough])
    kept = between / (between + noise) if between > 0 else np.zeros_like(noise)
    return DelayScales(estimate * kept, between * (1 - kept), float(np.sqrt(between)))


def _between(estimates: Floats, noise: Floats) -> float:
    """Return the variance between the estimates that their noise leaves unexplained."""
    if len(estimates) < 2:
        return 0.0

    def excess(variance: float) -> float:
        weight = 1 / (variance + noise)
        centre = (weight * estimates).sum() / weight.sum()
        return float((weight * (estimates - centre) ** 2).sum() - (len(estimates) - 1))

    if not np.all(noise > 0) or excess(0.0) <= 0:
        return 0.0
    highest = float(np.var(estimates)) * len(estimates) + 1.0
    return float(brentq(excess, 0.0, highest)) if excess(highest) < 0 else highest
