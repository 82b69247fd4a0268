"""The batches of a shop as judged at the end of one day, worst first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from metrics.batches.advice import UNREMARKABLE, Advice, advise
from metrics.batches.counts import Family, count_batches
from metrics.batches.reasons import compared_reasons, returns_by_reason, top_reasons
from metrics.batches.stock import losses, money_at_risk
from metrics.batches.suspects import culprit, slices, suspects
from metrics.batches.tickets import batch_tickets, customers_words
from metrics.spikes import COURSE_COLUMNS, LEVELS, REACH_DAYS, Courses, Monitors, judge
from metrics.warehouse.engine import Reader
from metrics.words import Refused

LOOK_DAYS = 90
"""Days of daily looks at least: a batch is sold for some weeks and observed for 31 days more, so what is red today was
first flagged within them; and the back-test shows a season."""

CONTRACT = [
    "batch_id",
    "sku_id",
    "units",
    "observed",
    "expected",
    "rate",
    "expected_rate_final",
    "relative_rate",
    "low",
    "high",
    "lfdr",
    "log_bf",
    "level",
    "first_flagged_on",
    "detectable_from_units",
    "top_reason",
    "units_in_stock",
    "money_at_risk",
]

MORE = [
    "shop",
    "product_name",
    "category",
    "supplier",
    "batch_source",
    "first_sold_on",
    "last_sold_on",
    "detectable_rate",
    "provisional",
    "top_reason_share",
    "advice",
    "wait_units",
    "suspect_dimension",
    "suspect",
    "data_error",
    "bulk_share",
]

TEXTS = ["product_name", "category", "supplier", "batch_source"]

COUNTED = ["units", "observed", "detectable_from_units", "units_in_stock", "wait_units"]


@dataclass(frozen=True)
class SpikeReport:
    """The judged batches of a shop at the end of the day `as_of`.

    `batches` has the columns of `shop.spikes()`, worst first. `flags` has one row for each batch that turned red
    within the looks, with the state of that day. `monitors` tell whether the ground of the model is moving, and how
    many of the red ones are false. `without_batch` is the share of requests that could not be traced to a batch.
    """

    as_of: date
    family: Family
    batches: pd.DataFrame
    flags: pd.DataFrame
    monitors: Monitors
    without_batch: float
    _reader: Reader = field(repr=False)
    _courses: Courses | None = field(repr=False)
    _rows: pd.DataFrame = field(repr=False)
    _sold: pd.DataFrame = field(repr=False)
    _reasons: pd.DataFrame = field(repr=False)

    @property
    def levels(self) -> dict[str, int]:
        """How many batches stand at each level, the worst first."""
        return {level: int((self.batches["level"] == level).sum()) for level in LEVELS}

    def course(self, batch_id: str, sku_id: str, shop: str | None = None) -> pd.DataFrame:
        """Return the cumulative returns of a batch by its age, beside the band of a normal one."""
        key = self._key(batch_id, sku_id, shop)
        return pd.DataFrame(columns=COURSE_COLUMNS) if self._courses is None else self._courses.of(key)

    def reasons(self, batch_id: str, sku_id: str, shop: str | None = None) -> pd.DataFrame:
        """Return the reasons of a batch beside those of the SKU's other batches (`compared_reasons`)."""
        return compared_reasons(self._reasons, self._sold, self._key(batch_id, sku_id, shop))

    def suspects(self, batch_id: str, sku_id: str, shop: str | None = None) -> pd.DataFrame:
        """Return the returns of a batch and of others by warehouse, courier and province (`suspects`)."""
        key = self._key(batch_id, sku_id, shop)
        cut = slices(self._reader, self.family, *_span(self.as_of), _categories(self._sold.loc[[key]]))
        return suspects(cut, self._sold.join(self._rows["expected"]), key)

    def tickets(self, batch_id: str, sku_id: str, shop: str | None = None) -> pd.DataFrame:
        """Return the requests that a batch's count is made of, the newest first (`batch_tickets`)."""
        return batch_tickets(self._reader, self.family, self._key(batch_id, sku_id, shop), *_span(self.as_of))

    def words(self, batch_id: str, sku_id: str, shop: str | None = None) -> pd.DataFrame:
        """Return what the customers of a batch say in their own words (`customers_words`)."""
        return customers_words(self.tickets(batch_id, sku_id, shop))

    def advice(self, batch_id: str, sku_id: str, shop: str | None = None) -> Advice:
        """Return what to do about a batch, with its reason."""
        return advise(self._rows.loc[self._key(batch_id, sku_id, shop)].to_dict())

    def _key(self, batch_id: str, sku_id: str, shop: str | None) -> str:
        """Return the key under which the model knows a batch; a week of the same name gives way to a real batch."""
        named = [found for found in self._keys.get((batch_id, sku_id), []) if shop is None or found[0] == shop]
        if not named:
            raise Refused("spikes.unknown_batch", batch=batch_id, sku=sku_id, as_of=self.as_of)
        shops = sorted({found[0] for found in named})
        if len(shops) > 1:
            raise Refused("spikes.which_shop", batch=batch_id, sku=sku_id, shops=", ".join(shops))
        return min(named, key=lambda found: found[1])[2]

    @cached_property
    def _keys(self) -> dict[tuple[str, str], list[tuple[str, str, str]]]:
        """Shop, source and key of all that is called by one batch and SKU: a review asks for dozens of them."""
        found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
        named = self._rows[["batch_id", "sku_id", "shop", "batch_source"]]
        for key, batch_id, sku_id, shop, source in named.itertuples():
            found.setdefault((batch_id, sku_id), []).append((shop, source, str(key)))
        return found


def spike_report(reader: Reader, last_day: date, family: Family = "quality") -> SpikeReport:
    """Judge the batches of a store at the end of `last_day`, from what was known by then."""
    since, stop = _span(last_day)
    counts = count_batches(reader, family, since, stop)
    seen = counts.units.assign(units=counts.units["traceable"])
    confirmed, false_alarms = given_verdicts(reader)
    judged = judge(seen, counts.returns, *_looks(last_day), confirmed=confirmed, false_alarms=false_alarms)
    sold = counts.batches.assign(units=counts.units.groupby("batch_id")["units"].sum())
    reasons = returns_by_reason(reader, family, since, stop)
    rows = judged.batches.set_index("batch_id").drop(columns=["sku_id", "units"]).join(sold)
    rows["rate"] = rows["observed"] / rows["units"]
    rows = rows.join(top_reasons(reasons, rows["expected"]))
    rows["money_at_risk"] = money_at_risk(rows, losses(reader, since, stop))
    rows["data_error"] = rows["reported"] > rows["units"]
    # More returned than was ever sold is a fault of the records, and no proof against the goods.
    rows.loc[rows["data_error"] & (rows["level"] == "red"), "level"] = "amber"
    rows = rows.join(_culprits(reader, family, (since, stop), rows))
    given = [advise(row) for row in rows.to_dict("records")]
    rows["advice"] = [advice.action for advice in given]
    rows["wait_units"] = [advice.wait_units for advice in given]
    rows = _worst_first(rows)
    return SpikeReport(
        as_of=last_day,
        family=family,
        batches=rows[CONTRACT + MORE].reset_index(drop=True),
        flags=_of_shop(judged.flags, sold, counts.units),
        monitors=judged.monitors,
        without_batch=counts.without_batch,
        _reader=reader,
        _courses=judged.courses,
        _rows=rows,
        _sold=sold,
        _reasons=reasons,
    )


def given_verdicts(reader: Reader) -> tuple[list[date], list[date]]:
    """Return the days of the verdicts that this version holds, confirmed and false alarms; an old one holds none."""
    if reader.sql("SELECT 1 FROM duckdb_tables() WHERE table_name = 'verdicts' AND NOT internal", {}).empty:
        return [], []
    given = reader.sql("SELECT verdict, judged_on FROM verdicts ORDER BY judged_on", {})
    days = {word: list(pd.to_datetime(rows["judged_on"]).dt.date) for word, rows in given.groupby("verdict")}
    return days.get("confirmed", []), days.get("false_alarm", [])


def _looks(last_day: date) -> tuple[date, date]:
    """Return the first day that is looked at, and the day after the last.

    The first is the first of a month: the model learns anew every seven days from there, and a start that moved on
    daily would name another day for the same flag every morning.
    """
    stop = last_day + timedelta(days=1)
    return (stop - timedelta(days=LOOK_DAYS)).replace(day=1), stop


def _span(last_day: date) -> tuple[date, date]:
    """Return the first day whose sales are counted, and the day after the last."""
    start, stop = _looks(last_day)
    return start - timedelta(days=REACH_DAYS), stop


def _categories(batches: pd.DataFrame) -> set[str]:
    return set(batches["category"].fillna(""))


def _culprits(reader: Reader, family: Family, span: tuple[date, date], rows: pd.DataFrame) -> pd.DataFrame:
    """Return what else than the batch explains its excess, for those that stand out."""
    out = rows[rows["level"].isin(["red", "amber"]) & (rows["relative_rate"] >= UNREMARKABLE)]
    cut = slices(reader, family, *span, _categories(out)) if len(out) else pd.DataFrame()
    found = [
        culprit(suspects(cut, rows, str(key)), observed, expected)
        for key, observed, expected in out[["observed", "expected"]].itertuples()
    ]
    named = [(None, None) if each is None else each for each in found]
    return pd.DataFrame(named, index=out.index, columns=["suspect_dimension", "suspect"], dtype="str")


def _worst_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort by level; the red ones by the money at risk; within it, and within the other levels, by their lfdr."""
    red = rows["level"] == "red"
    order = pd.DataFrame(
        {
            "level": rows["level"].map(LEVELS.index),
            "money": -rows["money_at_risk"].where(red, 0.0),
            "lfdr": rows["lfdr"],
            "key": rows.index,
        }
    )
    worst = order.sort_values(["level", "money", "lfdr", "key"]).index
    sorted_rows = rows.loc[worst]
    whole = sorted_rows[COUNTED].astype("float64").replace([np.inf, -np.inf], np.nan).round()
    return sorted_rows.assign(**whole.astype("Int64"), **sorted_rows[TEXTS].astype("str"))


def _of_shop(flags: pd.DataFrame, sold: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return the flags with the ids of the shop instead of the keys of the model, and with all units sold by then."""
    pairs = flags[["batch_id", "flagged_on"]].merge(units[["batch_id", "sold_on", "units"]], on="batch_id")
    by_then = pairs[pairs["sold_on"] <= pairs["flagged_on"]].groupby("batch_id")["units"].sum()
    named = flags.drop(columns="units").rename(columns={"batch_id": "batch_key"})
    named = named.merge(sold[["batch_id", "sku_id", "shop"]], left_on="batch_key", right_index=True)
    named["units"] = named["batch_key"].map(by_then)
    columns = ["batch_id", "sku_id", "shop", *flags.columns.drop("batch_id")]
    return named[columns].sort_values(["flagged_on", "batch_id"], ignore_index=True)
