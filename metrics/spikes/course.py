"""How the returns of one batch came in, beside those of a normal one: what the picture of a batch shows.

Every course follows from a few arrays, which are a small part of what judging holds: whoever keeps a judgement keeps
them, and draws whichever batch is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.maturity import AGES_KNOWN
from metrics.maturity.rolling import BIN_OF_AGE
from metrics.spikes.counts import total
from metrics.spikes.daily import Watch
from metrics.spikes.evidence import Exposure, spread
from metrics.spikes.model import HIGHEST_ROLLED
from metrics.spikes.monitors import normal_range

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BAND_TAIL = 0.05
"""What the band of a picture leaves out on either side: it is one of 90 %."""

COURSE_COLUMNS = ["day", "age", "observed", "expected", "low", "high"]


@dataclass(frozen=True)
class Courses:
    """What the course of every batch follows from, at the end of the last of `days` days since `first_day`.

    `batches` are the ids, sorted; `sku` is the code of every batch's SKU. A cell is what one batch sold on one day, an
    arrival what came back of one batch on one day; both are sorted by batch. `arrived` and `arriving` are the delay
    curves, `[sku, age]`, and `factor` the rolling factor of each SKU's `category`, `[category, day, bin of ages]`.
    `rate` is the base rate of every SKU; the variances are what is unknown of it and of its delays.
    """

    first_day: pd.Timestamp
    days: int
    dispersion: float
    batches: pd.Index[str]
    sku: Ints
    cell_batch: Ints
    cell_day: Ints
    cell_units: Floats
    back_batch: Ints
    back_day: Ints
    back_units: Floats
    category: Ints
    rate: Floats
    rate_variance: Floats
    delay_variance: Floats
    arrived: Floats
    arriving: Floats
    factor: Floats

    @classmethod
    def watched(cls, watch: Watch) -> Courses:
        """Return the courses of the batches under watch, as of its last day."""
        counts, fit = watch.counts, watch.fit
        sold = np.argsort(counts.cell_batch, kind="stable")
        back = np.argsort(counts.back_batch, kind="stable")
        return cls(
            first_day=counts.first_day,
            days=counts.days,
            dispersion=fit.rates.population.dispersion,
            batches=counts.batches,
            sku=counts.sku,
            cell_batch=counts.cell_batch[sold],
            cell_day=counts.cell_day[sold],
            cell_units=counts.cell_units[sold],
            back_batch=counts.back_batch[back],
            back_day=counts.back_day[back],
            back_units=counts.back_units[back],
            category=counts.category,
            rate=fit.rate,
            rate_variance=fit.rates.variance,
            delay_variance=fit.delays.variance,
            arrived=fit.delays.arrived,
            arriving=fit.delays.arriving,
            factor=watch.factor,
        )

    def of(self, batch_id: str) -> pd.DataFrame:
        """Return how a batch's returns came in, beside those of a normal batch: one row a day since its first sale.

        Columns `day, age` (days since the first sale), `observed` and `expected` (units, cumulative), `low, high` (the
        band in which nine in ten good batches lie). Raises KeyError for a batch that was never sold.
        """
        batch = int(self.batches.get_indexer(pd.Index([batch_id]))[0])
        if batch < 0:
            raise KeyError(batch_id)
        own = slice(*np.searchsorted(self.cell_batch, [batch, batch + 1]))
        sold_on, units, last_day = self.cell_day[own], self.cell_units[own], self.days - 1
        days = np.arange(sold_on.min(), last_day + 1)
        sku = self.sku[batch]
        ages = np.arange(AGES_KNOWN)
        on = np.minimum(sold_on[:, np.newaxis] + ages, last_day)
        arriving = self.arriving[sku] * self.factor[self.category[sku], on, BIN_OF_AGE]
        arrived = np.minimum(arriving.cumsum(axis=1), HIGHEST_ROLLED)
        slope = (ages + 1) * (self.arriving[sku] + np.append(self.arriving[sku][1:], 0.0)) / 2
        age = np.clip(days[np.newaxis, :] - sold_on[:, np.newaxis], -1, AGES_KNOWN - 1)
        weight = units[:, np.newaxis] * (age >= 0)
        cell = np.arange(len(sold_on))[:, np.newaxis]
        e = (weight * arrived[cell, age]).sum(axis=0)
        unrolled = (weight * self.arrived[sku][age]).sum(axis=0)
        back = slice(*np.searchsorted(self.back_batch, [batch, batch + 1]))
        returned = total(self.back_day[back] - days[0], self.back_units[back], len(days)).cumsum()
        seen = Exposure(
            weight.sum(axis=0),
            returned,
            e,
            (weight * arrived[cell, age] ** 2).sum(axis=0),
            unrolled,
            np.divide((weight * slope[age]).sum(axis=0), unrolled, out=np.zeros(len(days)), where=unrolled > 0),
        )
        rate = np.full(len(days), self.rate[sku])
        wide = spread(rate, seen, self.dispersion, self.rate_variance[[sku]], self.delay_variance[[sku]])
        low, high = normal_range(rate * e, 1 / ((1 - rate) * wide) ** 2, BAND_TAIL)
        return pd.DataFrame(
            {
                "day": (self.first_day + pd.to_timedelta(days, unit="D")).astype("datetime64[s]"),
                "age": days - days[0],
                "observed": np.minimum(returned, seen.units),
                "expected": rate * e,
                "low": low,
                "high": high,
            }
        )
