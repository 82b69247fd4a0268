"""What each batch should have back by a day: the week's parameters, and the expectation that they give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from metrics.maturity import AGES_KNOWN, MIN_RETURNS, delay_curve
from metrics.maturity.rolling import BIN_OF_AGE, BINS, by_bin
from metrics.maturity.scale import DelayScales, arrivals, delay_scales, stretched
from metrics.spikes.base_rates import BaseRates
from metrics.spikes.counts import Counts, total
from metrics.spikes.evidence import NOTHING, Exposure

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HISTORY_DAYS = 180
"""Days of sales that curves and base rates rest on."""

REACH_DAYS = HISTORY_DAYS + AGES_KNOWN - 1
"""Days of sales before the first look that bear on it: the history, and the days in which its first sales come back."""

UNITS_THAT_COUNT = 2000.0
"""Units from which a batch weighs no more in the rolling factor, lest it explain itself away."""

HIGHEST_ROLLED = 1.3
"""The most that a cohort's returns may be said to have arrived, as a share of the usual total."""

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Delays:
    """When returns come: the curve of every SKU, `[sku, age]`, summed up and by age, and what is unknown of it."""

    arrived: Floats
    arriving: Floats
    scales: DelayScales
    curve_variance: Floats

    @property
    def variance(self) -> Floats:
        """What is unknown of the delay scale of each SKU: its own, and that of its category's curve."""
        return self.scales.variance + self.curve_variance


def fit_delays(counts: Counts, day: int) -> Delays:
    """Fit the curves to what was sold in the last 180 days and known at the end of `day`.

    A category with fewer than 200 returns borrows the curve of the shop; a SKU is a stretch of its category's curve
    (`metrics.maturity.scale`).
    """
    seen = counts.arrivals(0, day)
    recent = counts.back_sold[seen] > day - HISTORY_DAYS
    sold, age, units = counts.back_sold[seen][recent], counts.back_age[seen][recent], counts.back_units[seen][recent]
    sku = counts.sku[counts.back_batch[seen][recent]]
    category = counts.category[sku]
    of_shop = delay_curve(sold.astype(float), age.astype(float), units, float(day))
    returns = total(category, units, len(counts.categories))
    curves = np.array(
        [
            delay_curve(sold[own].astype(float), age[own].astype(float), units[own], float(day))
            if returns[code] >= MIN_RETURNS and (own := category == code).any()
            else of_shop
            for code in range(len(counts.categories))
        ]
    ).reshape(-1, AGES_KNOWN)
    past = sold <= day - (AGES_KNOWN - 1)
    weight, delay, of = units[past], age[past] + 0.5, sku[past]
    skus = len(counts.skus)
    scales = delay_scales(
        total(of, weight, skus),
        total(of, weight * delay, skus),
        total(of, weight * delay**2, skus),
        counts.category,
        curves,
    )
    behind = np.where(returns >= MIN_RETURNS, returns, returns.sum())
    arrived = np.empty((skus, AGES_KNOWN))
    for code, curve in enumerate(curves):
        members = counts.category == code
        arrived[members] = stretched(curve, scales.log_scale[members])
    return Delays(arrived, arrivals(arrived), scales, (1 / np.maximum(behind, 1.0))[counts.category])


@dataclass(frozen=True)
class Fit:
    """The parameters of one week, fitted to what was known at the end of a day."""

    day: int
    delays: Delays
    rates: BaseRates

    @property
    def rate(self) -> Floats:
        """The base rate of every SKU."""
        return np.asarray(expit(self.rates.logit), dtype=np.float64)


def weekly_returns(
    counts: Counts, delays: Delays, rate: Floats, hot_since: Ints, since: int, until: int
) -> tuple[Floats, Floats]:
    """Return the observed and expected returns of the days from `since` to `until`: `[category, day, bin of ages]`.

    Large batches weigh less than their size, and a batch that is suspected weighs nothing from the day of the
    suspicion on: the spikes must not become part of what is usual.
    """
    days = until - since + 1
    sold = total(
        counts.cell_batch[counts.cells(0, until)], counts.cell_units[counts.cells(0, until)], len(counts.batches)
    )
    weight = np.minimum(1.0, UNITS_THAT_COUNT / np.maximum(sold, 1.0))
    return (
        _observed(counts, weight, hot_since, since, until),
        by_bin(
            _expected(counts, delays, rate, weight, since, until)
            - _expected_of_hot(counts, delays, rate, weight, hot_since, since, until)
        ).reshape(len(counts.categories), days, len(BINS)),
    )


def _observed(counts: Counts, weight: Floats, hot_since: Ints, since: int, until: int) -> Floats:
    at = counts.arrivals(since, until)
    batch, day = counts.back_batch[at], counts.back_day[at]
    days, bins = until - since + 1, len(BINS)
    code = (counts.category[counts.sku[batch]] * days + day - since) * bins + BIN_OF_AGE[counts.back_age[at]]
    units = counts.back_units[at] * weight[batch] * (day < hot_since[batch])
    return total(code, units, len(counts.categories) * days * bins).reshape(-1, days, bins)


def _expected(counts: Counts, delays: Delays, rate: Floats, weight: Floats, since: int, until: int) -> Floats:
    """Return the expected returns of all batches: `[category, day, age]`."""
    first = since - (AGES_KNOWN - 1)
    at = counts.cells(first, until)
    batch, width = counts.cell_batch[at], until - first + 1
    code = counts.sku[batch] * width + counts.cell_day[at] - first
    sold = total(code, counts.cell_units[at] * weight[batch], len(counts.skus) * width).reshape(-1, width)
    of_category = np.zeros((len(counts.categories), len(counts.skus)))
    of_category[counts.category, np.arange(len(counts.skus))] = rate
    days = until - since + 1
    expected = np.empty((len(counts.categories), days, AGES_KNOWN))
    for age in range(AGES_KNOWN):
        begins = AGES_KNOWN - 1 - age
        expected[:, :, age] = (of_category * delays.arriving[:, age]) @ sold[:, begins : begins + days]
    return expected


def _expected_of_hot(
    counts: Counts, delays: Delays, rate: Floats, weight: Floats, hot_since: Ints, since: int, until: int
) -> Floats:
    """Return the part of `_expected` that suspected batches have since their suspicion."""
    days, shape = until - since + 1, (len(counts.categories), until - since + 1, AGES_KNOWN)
    at = counts.cells(since - (AGES_KNOWN - 1), until)
    hot = hot_since[counts.cell_batch[at]] <= until
    if not hot.any():
        return np.zeros(shape)
    batch, sold_on = counts.cell_batch[at][hot], counts.cell_day[at][hot]
    sku = counts.sku[batch]
    day = sold_on[:, np.newaxis] + np.arange(AGES_KNOWN)
    counted = (day >= since) & (day <= until) & (day >= hot_since[batch][:, np.newaxis])
    due = (rate[sku] * counts.cell_units[at][hot] * weight[batch])[:, np.newaxis] * delays.arriving[sku]
    code = (counts.category[sku][:, np.newaxis] * days + day - since) * AGES_KNOWN + np.arange(AGES_KNOWN)
    return total(code[counted], due[counted], int(np.prod(shape))).reshape(shape)


def roll_in(rolled: Floats, delays: Delays, category: Ints, factor: Floats, days: range, sold_since: int = 0) -> None:
    """Add to `rolled`, `[sku, day of sale]`, the share of the returns that arrived on these days, in place.

    `factor` is the rolling factor, `[category, day, bin of ages]`: a cohort's share arrives day by day, each day as
    much more or less than usual as that day was. What was sold before `sold_since` is left as it stands.
    """
    for age in range(AGES_KNOWN):
        on = np.arange(max(days.start, sold_since + age), days.stop)
        rolled[:, on - age] += delays.arriving[:, age, np.newaxis] * factor[:, on, BIN_OF_AGE[age]][category]


def exposure(
    counts: Counts, delays: Delays, rolled: Floats, returned: Floats, wanted: Ints, day: int, since: int = 0
) -> Exposure:
    """Return what the `wanted` batches, sorted, have been through by the end of `day` with what was sold since."""
    at = counts.cells(since, day)
    place = np.full(len(counts.batches), -1)
    place[wanted] = np.arange(len(wanted))
    of = place[counts.cell_batch[at]]
    kept = of >= 0
    of, sold_on, units = of[kept], counts.cell_day[at][kept], counts.cell_units[at][kept]
    sku = counts.sku[wanted][of]
    age = np.minimum(day - sold_on, AGES_KNOWN - 1)
    share = np.minimum(rolled[sku, sold_on], HIGHEST_ROLLED)

    def of_batch(values: Floats) -> Floats:
        return total(of, values, len(wanted))

    sold, unrolled = of_batch(units), of_batch(units * delays.arrived[sku, age])
    following = np.where(age + 1 < AGES_KNOWN, delays.arriving[sku, np.minimum(age + 1, AGES_KNOWN - 1)], 0.0)
    slope = of_batch(units * (age + 1) * (delays.arriving[sku, age] + following) / 2)
    return Exposure(
        units=sold,
        returned=np.minimum(returned[wanted], sold),
        arrived=of_batch(units * share),
        arrived_sq=of_batch(units * share**2),
        unrolled=unrolled,
        elasticity=np.divide(slope, unrolled, out=np.zeros(len(wanted)), where=unrolled > NOTHING * sold),
    )
