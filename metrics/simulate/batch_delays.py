"""How long returns take in a simulated shop: the law of a category, stretched for the SKU and moved by a shift."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.simulate.batch_world import AGES, BatchWorld, Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STEPS_A_DAY = 20


def arrived(world: BatchWorld, cohorts: pd.DataFrame, delay: float = 1.0) -> Floats:
    """Return the share of a cohort's returns that has come by each age: one row a cohort, one column an age.

    `delay` stretches the delays further, as for defective units.
    """
    sold = days_since(world, cohorts["sold_on"])
    ages = np.arange(1, AGES + 1, dtype=float)
    shares = np.empty((len(cohorts), AGES))
    scale = cohorts["delay_scale"].to_numpy() * delay
    for number, kind in enumerate(world.kinds):
        rows = np.flatnonzero(cohorts["category"].to_numpy() == kind.name)
        natural = _natural_age(world, sold[rows, None], ages[None, :])
        _, law = _delay_law(world.kinds[number])
        place = _STEPS_A_DAY / scale[rows, None]
        shares[rows] = _at(law, natural * place) / _at(law, AGES * place)
    return shares


def drawn_delay(kind: Kind, scale: Floats, share: Floats) -> Floats:
    """Return the delay, in days and on the return's own clock, below which `share` of those within the window lie."""
    days, law = _delay_law(kind)
    within = share * _at(law, AGES * _STEPS_A_DAY / scale)
    return np.interp(within, law, days) * scale


def days_since(world: BatchWorld, days: pd.Series) -> Ints:
    """Return the days as numbers, the first day of the world being 0."""
    passed = days.to_numpy().astype("datetime64[D]") - np.datetime64(world.first_day, "D")
    return passed.astype(np.int64)


def wall_age(world: BatchWorld, sold: NDArray[Any], delay: Floats) -> Floats:
    """Return the age at which a return comes whose own clock says `delay`: the clock runs faster after a shift."""
    shift = world.delay_shift
    if shift is None or not shift.in_progress:
        return delay
    before = np.maximum(0, shift.from_day - sold)
    return np.where(delay > before, before + (delay - before) * shift.factor, delay)


def _natural_age(world: BatchWorld, sold: NDArray[Any], age: Floats) -> Floats:
    """Return what a return's own clock says at an age: the inverse of `wall_age`, and no more than the window."""
    shift = world.delay_shift
    if shift is None or not shift.in_progress:
        return np.broadcast_to(age, np.broadcast_shapes(sold.shape, age.shape))
    before = np.maximum(0, shift.from_day - sold)
    return np.minimum(AGES, np.where(age > before, before + (age - before) / shift.factor, age))


def _delay_law(kind: Kind) -> tuple[Floats, Floats]:
    """Return a fine grid of days, and the share of delays below each of its points."""
    days = np.arange(AGES * _STEPS_A_DAY * 4 + 1) / _STEPS_A_DAY
    middle = (days[1:] + days[:-1]) / 2
    density = middle ** (kind.delay_shape - 1) * np.exp(-middle * kind.delay_shape / kind.delay_days)
    below = np.concatenate([[0.0], np.cumsum(density)])
    return days, below / below[-1]


def _at(law: Floats, place: Floats) -> Floats:
    """Read the law between the points of its even grid: many times as fast as a search."""
    place = np.minimum(place, len(law) - 1.001)
    left = place.astype(np.int64)
    lower: Floats = law[left]
    return lower + (place - left) * (law[left + 1] - lower)
