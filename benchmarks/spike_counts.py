"""What a shop knows at the end of a day, as arrays: the one thing that every rule of the comparison decides from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AGES = 31
RECENT = 60
"""Days of which an as-of keeps the daily counts: longer than any batch sells and its returns take."""
PRIOR_RETURNS = 8.0
"""A SKU without history is its category; its own history counts as much from this many expected returns on."""
DRAWN_IN = 0.6787
"""The variance of a standard normal whose outer tenths are drawn in to the deciles."""


@dataclass(frozen=True)
class Habits:
    """What history says at a refit: per batch the share of returns in by each age, its SKU's rate, and the spread.

    `raw_rate` takes no age into account, `rate` does; both leave the batch itself out. `spread` is the standard
    deviation between normal batches, on the logit; `ratio` is Laney's, of the standardised batches one after another.
    """

    curve: Floats
    raw_rate: Floats
    rate: Floats
    category_rate: Floats
    spread: float
    ratio: float


@dataclass(frozen=True)
class AsOf:
    """The open batches at the end of a day: one entry a batch; the daily arrays have one column a day."""

    rows: Ints
    units: Floats
    returns: Floats
    exposure: Floats
    """Units sold, each weighted by the share of its returns that should be in."""
    weekly: Floats
    """What came back of the SKU's batches in each of the last nine weeks, the running one last."""
    batch_week: Floats
    daily_returns: Floats
    daily_exposure: Floats
    habits: Habits
    """Of these batches alone."""

    @property
    def expected(self) -> Floats:
        """Returns that a normal batch of the SKU would have by now."""
        return self.exposure * self.habits.rate


@dataclass(frozen=True)
class Counts:
    """A shop's batches by day: what was sold (`sold`) and what came back (`back`) on it."""

    batch_ids: NDArray[Any]
    first_day: np.datetime64
    sku: Ints
    category: Ints
    sold: Floats
    back: Floats
    matured: Floats
    """Returns by category, selling day and age."""
    sold_by_category: Floats

    @classmethod
    def of(cls, units: pd.DataFrame, returns: pd.DataFrame) -> Counts:
        """Lay the two frames of `metrics.spikes.replay` out by batch and day."""
        first = units["sold_on"].min().to_datetime64().astype("datetime64[D]")
        batch, ids = pd.factorize(units["batch_id"])
        sku, _ = pd.factorize(units["sku_id"])
        category, kinds = pd.factorize(units["category"])
        day = _days(units["sold_on"], first)
        last = max(day.max(), _days(returns["returned_on"], first).max())
        shape = (len(ids), last + 1)
        batch_sku, batch_category = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.int64)
        batch_sku[batch], batch_category[batch] = sku, category
        sold, back = np.zeros(shape), np.zeros(shape)
        np.add.at(sold, (batch, day), units["units"].to_numpy())
        of = pd.Index(ids).get_indexer(pd.Index(returns["batch_id"]))
        sold_on, came_on = _days(returns["sold_on"], first), _days(returns["returned_on"], first)
        np.add.at(back, (of, came_on), returns["units"].to_numpy())
        matured = np.zeros((len(kinds), last + 1, AGES))
        np.add.at(matured, (batch_category[of], sold_on, came_on - sold_on), returns["units"].to_numpy())
        by_category = np.zeros((len(kinds), last + 1))
        np.add.at(by_category, (category, day), units["units"].to_numpy())
        return cls(np.asarray(ids), first, batch_sku, batch_category, sold, back, matured, by_category)

    def day(self, date: Any) -> int:
        """Return the number of a date."""
        return int((np.datetime64(date, "D") - self.first_day) / np.timedelta64(1, "D"))

    def date(self, day: Ints) -> NDArray[np.datetime64]:
        """Return the dates of day numbers."""
        return (self.first_day + day).astype("datetime64[s]")

    def habits(self, day: int) -> Habits:
        """Estimate from what was known at the end of `day`, bad batches and all: no peer sorts them out."""
        curve = np.stack([_curve(self.matured[number], day) for number in range(len(self.matured))])
        units, returns = self.sold[:, : day + 1].sum(axis=1), self.back[:, : day + 1].sum(axis=1)
        exposure = self._exposure(curve, slice(None), day)
        raw, _ = self._rates(returns, units)
        rate, category_rate = self._rates(returns, exposure)
        old = (exposure > 0.99 * units) & (units > 0)
        deviation = (returns[old] - rate[old] * units[old]) / np.sqrt(units[old] * rate[old] * (1 - rate[old]))
        weight = units[old] * rate[old] * (1 - rate[old])
        return Habits(
            curve[self.category],
            raw,
            rate,
            category_rate,
            _spread(deviation, weight),
            float(np.abs(np.diff(deviation)).mean() / 1.128),  # the mean moving range over d2 of two
        )

    def as_of(self, day: int, habits: Habits) -> AsOf:
        """Return the batches with a unit sold whose time to come back is not over."""
        past = self.sold[:, : day + 1]
        rows = np.flatnonzero(past[:, max(0, day - AGES + 1) :].any(axis=1))
        known = Habits(
            habits.curve[rows],
            habits.raw_rate[rows],
            habits.rate[rows],
            habits.category_rate[rows],
            habits.spread,
            habits.ratio,
        )
        span = np.zeros((len(rows), RECENT + AGES - 1))
        from_day = max(0, day + 1 - span.shape[1])
        span[:, from_day - day - 1 :] = self.sold[rows, from_day : day + 1]
        coming = np.diff(known.curve, axis=1, prepend=0.0)
        windows = np.lib.stride_tricks.sliding_window_view(span, AGES, axis=1)
        recent = self.back[rows, max(0, day + 1 - RECENT) : day + 1]
        weeks = self.back[:, day + 1 - 63 : day + 1].reshape(len(self.back), 9, 7).sum(axis=2)
        by_sku = np.zeros((self.sku.max() + 1, 9))
        np.add.at(by_sku, self.sku, weeks)
        return AsOf(
            rows=rows,
            units=past[rows].sum(axis=1),
            returns=self.back[rows, : day + 1].sum(axis=1),
            exposure=self._exposure(habits.curve[rows], rows, day),
            weekly=by_sku[self.sku[rows]],
            batch_week=weeks[rows, -1],
            daily_returns=recent,
            daily_exposure=np.einsum("bda,ba->bd", windows, coming[:, ::-1]),
            habits=known,
        )

    def _exposure(self, curve: Floats, rows: Any, day: int) -> Floats:
        """Weight what was sold by the share of its returns that should be in by the end of `day`."""
        by_batch = curve if len(curve) != len(self.matured) else curve[self.category]
        sold = self.sold[rows, : day + 1]
        ages = min(AGES, day + 1)
        recent = np.einsum("ba,ba->b", sold[:, day + 1 - ages :][:, ::-1], by_batch[:, :ages])
        return np.asarray(sold[:, : day + 1 - ages].sum(axis=1) + recent)

    def _rates(self, returns: Floats, exposure: Floats) -> tuple[Floats, Floats]:
        """Return the rate of each batch's SKU without the batch, drawn to that of its category; and the latter."""
        kinds = np.bincount(self.category, returns) / np.bincount(self.category, exposure)
        category = kinds[self.category]
        others_back = np.bincount(self.sku, returns)[self.sku] - returns
        others_sold = np.bincount(self.sku, exposure)[self.sku] - exposure
        return (others_back + PRIOR_RETURNS) / (others_sold + PRIOR_RETURNS / category), category


def _curve(returns: Floats, day: int) -> Floats:
    """Return the share in by each age: reverse-time hazard over the cohorts that are old enough (chain ladder)."""
    share = np.ones(AGES)
    for age in range(AGES - 1, 0, -1):
        old_enough = returns[: day + 1 - age]
        upto = old_enough[:, : age + 1].sum()
        hazard = old_enough[:, age].sum() / upto if upto else 0.0
        share[age - 1] = share[age] * (1 - hazard)
    return share


def _spread(deviation: Floats, weight: Floats) -> float:
    """Return the standard deviation between batches on the logit, by moments and with the outer tenths drawn in.

    Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24, 1185-1202,
    section 3.3 and appendix A.3; divided by what drawing in takes from normal deviations, or the spread found is 0.
    """
    low, high = np.quantile(deviation, [0.1, 0.9])
    count = len(deviation)
    excess = float((np.clip(deviation, low, high) ** 2).mean()) / DRAWN_IN
    return float(np.sqrt(max(0.0, (count * excess - (count - 1)) / (weight.sum() - (weight**2).sum() / weight.sum()))))


def _days(dates: pd.Series, first: np.datetime64) -> Ints:
    return (dates.to_numpy().astype("datetime64[D]") - first).astype(np.int64)
