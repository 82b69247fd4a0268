"""In some weeks returns come sooner, later or more often than usual, everywhere at once: the rolling factor.

Without it a shift of delays or a category-wide wave looks like hundreds of bad batches.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from metrics.maturity.curve import AGES_KNOWN

Floats = NDArray[np.float64]

BINS = np.array([0, 1, 2, 3, 5, 8, 14])
"""The ages in days at which the bins of ages begin: fine where most returns arrive."""

BIN_OF_AGE = np.searchsorted(BINS, np.arange(AGES_KNOWN), side="right") - 1
"""The bin of every age."""

DAYS = 7
"""Days that a factor looks back on: whole weeks, since weekends differ."""

PRIOR_RETURNS = 150.0
"""Weight, in expected returns, of the factor being 1."""

LOWEST, HIGHEST = 0.5, 2.0
"""What a factor may at most explain; beyond, the curve itself has to be fitted anew."""


def by_bin(by_age: Floats) -> Floats:
    """Sum the last axis, one entry an age, to bins of ages."""
    return np.add.reduceat(by_age, BINS, axis=-1)


def rolling_factor(observed: Floats, expected: Floats) -> Floats:
    """Return how many times the expected returns arrived over the trailing week: `[category, day, bin]`.

    Both are returns by category, calendar day of the return and bin of ages. The factor of a day rests on the
    seven days that end with it, steadied by a prior of 150 returns, and is kept between a half and two.

    >>> round(float(rolling_factor(np.full((1, 7, 1), 60.0), np.full((1, 7, 1), 50.0))[0, -1, 0]), 2)
    1.14
    """
    return np.clip(
        (trailing(observed) + PRIOR_RETURNS) / (trailing(expected) + PRIOR_RETURNS),
        LOWEST,
        HIGHEST,
    )


def usual_level(observed: Floats, expected: Floats) -> Floats:
    """Return by category how many times the expected returns arrived over all the days given: `[category]`."""
    return np.asarray((observed.sum(axis=(1, 2)) + PRIOR_RETURNS) / (expected.sum(axis=(1, 2)) + PRIOR_RETURNS))


def trailing(by_day: Floats) -> Floats:
    """Sum each day with the six before it, along the second axis."""
    sums = by_day.cumsum(axis=1)
    sums[:, DAYS:] -= sums[:, :-DAYS].copy()
    return sums
