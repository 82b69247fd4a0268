"""What is watched beside the batches: whether the model's own ground is moving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betainc, betaincc, nbdtrik

from metrics.maturity.rolling import BINS

Floats = NDArray[np.float64]

YOUNG_AGES = int(np.searchsorted(BINS, 3))
"""Bins of the ages 0 to 2, in which a shift of delays shows first."""

ONE_CATEGORY, TWO_CATEGORIES = 0.15, 0.10
"""The log ratio of observed to expected young returns beyond which delays are shifting."""

BEYOND_CHANCE = 3.0
"""Standard errors that such a ratio has to exceed, so that a small shop is not alarmed by five returns."""

PROVISIONAL_DAYS = 14
"""Age of a batch below which its flag is provisional while delays are shifting."""


@dataclass(frozen=True)
class Monitors:
    """The state of the ground on the last day.

    `drifting`: returns come sooner or later than they used to, so that flags of young batches are provisional.
    `drift` has one row a category: `category, log_ratio` (log of observed over expected returns at ages 0 to 2 in
    the trailing week) and `returns`. `decoy_ratio` is the number of decoys called per flag (a decoy is a batch
    whose returns are mirrored: as far above the expectation as they were below), `estimated_fdr` the ledger's own
    estimate of the share of false flags; both NaN without flags. `parameters` has one row each for `dispersion`,
    `bad_share` and `delay_dispersion`: `name, now, week_before`.
    """

    drifting: bool
    drift: pd.DataFrame
    decoy_ratio: float
    estimated_fdr: float
    parameters: pd.DataFrame


def young_ratio(observed: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Return the log ratio at ages 0 to 2 by category, and its standard error; both are `[category, bin]` of a week."""
    seen, due = observed[:, :YOUNG_AGES].sum(axis=1), expected[:, :YOUNG_AGES].sum(axis=1)
    known = due > 0
    ratio = np.log(np.divide(seen + 0.5, due + 0.5, out=np.ones_like(due), where=known))
    return ratio, 1 / np.sqrt(due + 0.5)


def is_drifting(ratio: Floats, error: Floats) -> bool:
    """Return whether one category is far off its delays, or two are off by less."""
    sure = np.abs(ratio) > BEYOND_CHANCE * error
    return bool((sure & (np.abs(ratio) > ONE_CATEGORY)).any() or (sure & (np.abs(ratio) > TWO_CATEGORIES)).sum() >= 2)


def mirrored(returned: Floats, expected: Floats, shape: Floats) -> Floats:
    """Return the count that lies as far on the other side of what is normal as `returned` does on its own.

    If the null is right, mirrored batches are called as seldom as good ones are. Many called decoys tell that good
    batches differ by more than is assumed. The null is negative binomial with this mean and shape.
    """
    due = np.where(expected > 0, expected, 1.0)
    chance = shape / (shape + due)
    below = np.where(returned > 0, betainc(shape, np.maximum(returned, 1.0), chance), 0.0)
    above = betaincc(shape, returned + 1.0, chance)
    middle = (1 + below - above) / 2  # mid-distribution: half of the count's own chance
    # The mid-distribution of a count k is the distribution function at k - 1/2, rounded to the nearest count.
    image = nbdtrik(np.clip(1 - middle, 1e-12, 1 - 1e-12), shape, chance)
    return np.where(expected > 0, np.maximum(np.floor(np.asarray(image, dtype=np.float64) + 1.0), 0.0), 0.0)


def normal_range(expected: Floats, shape: Floats, tail: float) -> tuple[Floats, Floats]:
    """Return between which counts a good batch lies but for `tail` on either side: the band of a picture.

    It holds its own expectation even where that is less than one return.
    """
    due = np.where(expected > 0, expected, np.nan)
    counts = nbdtrik(np.array([[tail], [1 - tail]]), shape, shape / (shape + due))
    low, high = np.nan_to_num(np.maximum(counts, 0.0))
    return np.minimum(low, expected), np.maximum(high, expected)
