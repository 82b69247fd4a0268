"""The two frames of a shop's batches as arrays that can be asked for any day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.maturity import AGES_KNOWN
from metrics.words import Refused

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNIT_COLUMNS = ("batch_id", "sku_id", "category", "sold_on", "units")
RETURN_COLUMNS = ("batch_id", "sold_on", "returned_on", "units")


@dataclass(frozen=True)
class Counts:
    """Units sold and returned, coded: days count from `first_day`, batches, SKUs and categories from 0.

    A cell is what one batch sold on one day; cells are sorted by day. An arrival is what came back of one cell on
    one day; arrivals are sorted by the day on which they came. `sku` is that of every batch, `category` that of
    every SKU. An unknown category is one of its own.
    """

    first_day: pd.Timestamp
    days: int
    batches: pd.Index[str]
    skus: pd.Index[str]
    categories: pd.Index[str]
    sku: Ints
    category: Ints
    cell_batch: Ints
    cell_day: Ints
    cell_units: Floats
    back_batch: Ints
    back_sold: Ints
    back_age: Ints
    back_units: Floats
    back_day: Ints

    @classmethod
    def read(cls, units: pd.DataFrame, returns: pd.DataFrame, first_day: pd.Timestamp, stop: pd.Timestamp) -> Counts:
        """Count what was sold and came back from `first_day` on and before `stop`.

        Several rows of one batch and day add up, so that it makes no difference how lines were split. Returns of
        what was never sold belong to no batch's account and are left out; so are those past the observation
        window, on which no curve has a say; what came back before it was sold came on the day of the sale. Raises
        `Refused` for a missing column and for a batch of two SKUs.
        """
        _require(units, "units", UNIT_COLUMNS)
        _require(returns, "returns", RETURN_COLUMNS)
        sold = pd.DataFrame(
            {
                "batch": units["batch_id"].to_numpy(),
                "sku": units["sku_id"].to_numpy(),
                "category": units["category"].astype(object).where(units["category"].notna(), "").to_numpy(),
                "day": _day_numbers(units["sold_on"], first_day),
                "units": units["units"].to_numpy(dtype=np.float64),
            }
        )
        days = (stop - first_day).days
        sold = sold[(sold["units"] > 0) & (sold["day"] >= 0) & (sold["day"] < days) & sold["batch"].notna()]
        batch, batches = pd.factorize(sold["batch"], sort=True)
        sku, skus = pd.factorize(sold["sku"], sort=True)
        category, categories = pd.factorize(sold["category"], sort=True)
        _require_one_sku(batch, sku, batches)
        cells = (
            pd.DataFrame({"day": sold["day"].to_numpy(), "batch": batch, "units": sold["units"].to_numpy()})
            .groupby(["day", "batch"], as_index=False)
            .sum()
        )
        back = pd.DataFrame(
            {
                "batch": batches.get_indexer(pd.Index(returns["batch_id"])),
                "sold": _day_numbers(returns["sold_on"], first_day),
                "day": _day_numbers(returns["returned_on"], first_day),
                "units": returns["units"].to_numpy(dtype=np.float64),
            }
        )
        back["day"] = back[["sold", "day"]].max(axis=1)
        back["age"] = back["day"] - back["sold"]
        account = back["batch"].to_numpy().astype(np.int64) * (days + 1) + back["sold"].to_numpy()
        known = np.isin(account, cells["batch"].to_numpy().astype(np.int64) * (days + 1) + cells["day"].to_numpy())
        inside = (back["batch"] >= 0) & (back["sold"] >= 0) & (back["sold"] <= days) & (back["units"] > 0)
        back = back[known & inside & (back["age"] < AGES_KNOWN) & (back["day"] < days)]
        back = back.groupby(["day", "batch", "sold", "age"], as_index=False).sum()
        return cls(
            first_day=first_day,
            days=days,
            batches=pd.Index(batches),
            skus=pd.Index(skus),
            categories=pd.Index(categories),
            sku=_first(batch, sku, len(batches)),
            category=_first(sku, category, len(skus)),
            cell_batch=cells["batch"].to_numpy(dtype=np.int64),
            cell_day=cells["day"].to_numpy(dtype=np.int64),
            cell_units=cells["units"].to_numpy(dtype=np.float64),
            back_batch=back["batch"].to_numpy(dtype=np.int64),
            back_sold=back["sold"].to_numpy(dtype=np.int64),
            back_age=back["age"].to_numpy(dtype=np.int64),
            back_units=back["units"].to_numpy(dtype=np.float64),
            back_day=back["day"].to_numpy(dtype=np.int64),
        )

    def cells(self, since: int, until: int) -> slice:
        """Return where the cells sold on the days from `since` to `until`, both included, stand."""
        return slice(*np.searchsorted(self.cell_day, [since, until + 1]))

    def arrivals(self, since: int, until: int) -> slice:
        """Return where the arrivals of the days from `since` to `until`, both included, stand."""
        return slice(*np.searchsorted(self.back_day, [since, until + 1]))

    def code(self, batch_id: str) -> int:
        """Return the code of a batch; KeyError for one that was never sold."""
        found = int(self.batches.get_indexer(pd.Index([batch_id]))[0])
        if found < 0:
            raise KeyError(batch_id)
        return found

    def day(self, number: int) -> pd.Timestamp:
        return self.first_day + pd.Timedelta(days=number)


def total(of: Ints, values: Floats, length: int) -> Floats:
    """Return the sum of the values of every code: `[length]`."""
    return np.bincount(of, values, length).astype(np.float64)


def midnight(day: date | str | pd.Timestamp) -> pd.Timestamp:
    """Return a day as the time at which it begins."""
    return pd.Timestamp(day).normalize()


def _day_numbers(days: pd.Series, first_day: pd.Timestamp) -> Ints:
    return np.asarray((pd.to_datetime(days).dt.normalize() - first_day).dt.days, dtype=np.int64)


def _first(of: Ints, value: Ints, length: int) -> Ints:
    """Return the least value that stands beside every code: which one must not depend on the order of rows."""
    found = np.full(length, np.iinfo(np.int64).max)
    np.minimum.at(found, of, value)
    return found


def _require(frame: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise Refused("spikes.columns_missing", frame=name, columns=", ".join(missing))


def _require_one_sku(batch: Ints, sku: Ints, batches: pd.Index[str]) -> None:
    pairs = pd.DataFrame({"batch": batch, "sku": sku}).drop_duplicates()
    twice = pairs["batch"].duplicated()
    if twice.any():
        raise Refused("spikes.batch_of_two_skus", batch=batches[pairs.loc[twice, "batch"].iloc[0]])
