"""How sure a number is: 95 % intervals of shares and of ratios of sums.

Vectorised over the rows of a frame, and pure.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


def wilson(successes: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Return the Wilson score interval of a share, for events that are each 0 or 1.

    It keeps its coverage at the small shares of after-sales (half a percent), where the textbook interval goes
    below zero. Source: E. B. Wilson, JASA 22 (1927) 209-212. NaN where there are no trials.

    >>> low, high = wilson(np.array([10.0]), np.array([100.0]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0552, 0.1744)
    """
    n = np.where(trials > 0, trials, np.nan)
    share = successes / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(np.clip(share * (1 - share), 0, None) / n + Z**2 / (4 * n**2))
    return np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)


def delta(
    units: Floats,
    numerator: Floats,
    denominator: Floats,
    numerator_sq: Floats,
    denominator_sq: Floats,
    product: Floats,
) -> tuple[Floats, Floats]:
    """Return the interval of a ratio of two sums over units (order lines, answers) by the delta method.

    Yuan of one line stand or fall together, so that counting yuan as trials would make the interval many times
    too narrow. The unit is the line: var(Y/X) = n/(n-1) * sum((y - R x)^2) / X^2, from the sums of y^2, x^2 and xy.
    Source: W. G. Cochran, Sampling Techniques (1977), section 2.11. NaN below two units.
    """
    n = np.where(units > 1, units, np.nan)
    total = np.where(denominator > 0, denominator, np.nan)
    ratio = numerator / total
    residual = np.clip(numerator_sq - 2 * ratio * product + ratio**2 * denominator_sq, 0, None)
    half = Z * np.sqrt(n / (n - 1) * residual) / total
    return ratio - half, ratio + half
