"""The flagged batches of a week: those that are new, those that go on, and those that are over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from metrics.batches.advice import advise
from metrics.batches.report import SpikeReport
from metrics.meeting import Verdict
from metrics.question import Value
from metrics.review.model import CoursePoint, Saved, Spike, SpikeState, Words
from metrics.review.numbers import in_each, known, text
from metrics.review.weeks import WEEK
from metrics.words import Finding, say

KEY = ["shop", "sku_id", "batch_id"]


Where = Mapping[str, tuple[Value, ...]]
Key = tuple[str, str, str]


def within(batches: pd.DataFrame, where: Where) -> pd.DataFrame:
    """Return the batches within those limits that they know of: of a province they know nothing, and all stand."""
    for name, wanted in where.items():
        if name in batches:
            batches = batches[batches[name].astype(object).map(text).isin(wanted)]
    return batches


def spikes(
    report: SpikeReport,
    before: Callable[[], SpikeReport | None],
    week: date,
    where: Where,
    verdicts: Sequence[Verdict],
) -> tuple[Spike, ...]:
    """Return the batches that were flagged in the week, are red still, or were red before and are so no longer.

    `report` stands at the end of the week, `before` judges the end of the week before it: asked for only where a flag
    was taken back, because to judge takes longer than all else. What was red no longer by then was told a week ago.
    The order is that of the report: red first, by the money at risk.
    """
    found = {(each.shop, each.sku_id, each.batch_id): each.verdict for each in verdicts}
    flagged_on = {tuple(row[:3]): row[3].date() for row in report.flags[[*KEY, "flagged_on"]].itertuples(index=False)}
    batches = within(report.batches, where)
    flagged_once = [key in flagged_on for key in batches[KEY].itertuples(index=False, name=None)]
    rows = batches.loc[flagged_once].to_dict("records")
    taken_back = any(row["level"] != "red" and flagged_on[_key(row)] < week for row in rows)
    were_red = _red(before()) if taken_back else set()
    told = []
    for row in rows:
        key, flagged = _key(row), flagged_on[_key(row)]
        if row["level"] != "red" and flagged < week and key not in were_red:
            continue
        state: SpikeState = "over" if row["level"] != "red" else "new" if flagged >= week else "continuing"
        told.append(_spike(report, row, flagged, state, found.get(key)))
    return tuple(told)


def _key(row: Mapping[Any, Any]) -> Key:
    return str(row["shop"]), str(row["sku_id"]), str(row["batch_id"])


def _red(report: SpikeReport | None) -> set[Key]:
    return set() if report is None else {_key(row) for row in _of_level(report, "red")}


def _of_level(report: SpikeReport, level: str) -> list[dict[Any, Any]]:
    return report.batches[report.batches["level"] == level].to_dict("records")


def watched(report: SpikeReport, where: Where) -> dict[str, int]:
    """Return how many batches stand at each level, the worst first."""
    counted = within(report.batches, where)["level"].value_counts()
    return {level: int(counted.get(level, 0)) for level in report.levels}


def savings(report: SpikeReport, where: Where, verdicts: Sequence[Verdict]) -> tuple[Saved, ...]:
    """Return 省钱账: by the month of the flag, the units of flagged batches that were not sold, and their normal loss.

    What a unit in stock would lose is the money that the batch puts at risk (`metrics.batches.stock`). A batch that
    people called a false alarm saves nothing, nor one whose excess is that of a courier, a warehouse or a province:
    the advice is to keep those on sale.
    """
    cleared = {(each.shop, each.sku_id, each.batch_id) for each in verdicts if each.verdict == "false_alarm"}
    flags = report.flags[[*KEY, "flagged_on"]]
    batches = within(report.batches, where)
    held = batches.loc[batches["suspect"].isna(), [*KEY, "units_in_stock", "money_at_risk"]].merge(flags, on=KEY)
    held = held.loc[[key not in cleared for key in held[KEY].itertuples(index=False, name=None)]]
    held["month"] = pd.to_datetime(held["flagged_on"]).dt.to_period("M").dt.start_time
    return tuple(
        Saved(
            month=pd.Timestamp(str(month)).date(),
            batches=len(rows),
            units=int(rows["units_in_stock"].fillna(0).sum()),
            money=None if rows["money_at_risk"].isna().all() else float(rows["money_at_risk"].sum()),
        )
        for month, rows in held.groupby("month")
    )


def _spike(report: SpikeReport, row: Mapping[Any, Any], flagged: date, state: SpikeState, verdict: Any) -> Spike:
    batch = (row["batch_id"], row["sku_id"], row["shop"])
    named = f"{row['sku_id'] if pd.isna(row['product_name']) else row['product_name']} {row['batch_id']}"
    return Spike(
        shop=row["shop"],
        sku_id=row["sku_id"],
        batch_id=row["batch_id"],
        name=named,
        category=text(row["category"]),
        supplier=text(row["supplier"]),
        state=state,
        level=row["level"],
        first_flagged_on=flagged,
        units=int(row["units"]),
        observed=int(row["observed"]),
        units_in_stock=None if pd.isna(row["units_in_stock"]) else int(row["units_in_stock"]),
        top_reason=text(row["top_reason"]),
        finding=_finding(row),
        advice=in_each(partial(say, advise(row).reason)),
        verdict=verdict,
        course=_course(report, batch) if row["level"] == "red" else (),
        **{name: known(row[name]) for name in ("expected", "relative_rate", "low", "high", "money_at_risk")},
    )


def _finding(row: Mapping[Any, Any]) -> Words:
    """Return how far a batch is from normal, and mainly why."""
    times = Finding("spikes.times", {name: f"{row[name]:.1f}" for name in ("relative_rate", "low", "high")})
    reason = text(row["top_reason"])
    said = times if reason is None else Finding("review.spike_mainly", {"times": times, "reason": reason})
    return in_each(lambda language: say(said, language))


def _course(report: SpikeReport, batch: tuple[str, str, str]) -> tuple[CoursePoint, ...]:
    course = report.course(*batch)
    days = course["day"].dt.date.tolist()
    counted = (course[name].tolist() for name in ("age", "observed", "expected", "low", "high"))
    return tuple(
        CoursePoint(day=day, age=age, observed=observed, expected=expected, low=low, high=high)
        for day, age, observed, expected, low, high in zip(days, *counted, strict=True)
    )


def judged_on(week: date) -> date:
    """Return the day whose morning a review of a week looks at: its last day is the newest that is over."""
    return week + WEEK
