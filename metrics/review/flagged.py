"""The flagged batches of a week: those that are new, those that go on, and those that are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from metrics.batches.report import SpikeReport
from metrics.meeting import Verdict
from metrics.review.model import CoursePoint, Saved, Spike, SpikeState
from metrics.review.numbers import in_each, known, text
from metrics.review.weeks import WEEK
from metrics.words import Finding, say

KEY = ["shop", "sku_id", "batch_id"]


def spikes(report: SpikeReport, week: date, verdicts: Sequence[Verdict]) -> tuple[Spike, ...]:
    """Return the batches that were flagged in the week, are red still, or were red before and are so no longer.

    `report` stands at the end of the week. The order is its own: red first, by the money at risk.
    """
    found = {(each.shop, each.sku_id, each.batch_id): each.verdict for each in verdicts}
    flagged_on = {tuple(row[:3]): row[3].date() for row in report.flags[[*KEY, "flagged_on"]].itertuples(index=False)}
    told = []
    for row in report.batches.to_dict("records"):
        key = tuple(row[name] for name in KEY)
        flagged = flagged_on.get(key)
        if flagged is None:
            continue
        state: SpikeState = "over" if row["level"] != "red" else "new" if flagged >= week else "continuing"
        told.append(_spike(report, row, flagged, state, found.get(key)))
    return tuple(told)


def savings(report: SpikeReport) -> tuple[Saved, ...]:
    """Return 省钱账: by the month of the flag, the units of flagged batches that were not sold, and their normal loss.

    What a unit in stock would lose is the money that the batch puts at risk (`metrics.batches.stock`).
    """
    flags = report.flags[[*KEY, "flagged_on"]]
    held = report.batches[[*KEY, "units_in_stock", "money_at_risk"]].merge(flags, on=KEY)
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
    times = {name: f"{row[name]:.1f}" for name in ("relative_rate", "low", "high")}
    advice = report.advice(*batch)
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
        finding=in_each(lambda language: say(Finding("spikes.times", times), language)),
        advice=in_each(lambda language: say(advice.reason, language)),
        verdict=verdict,
        course=_course(report, batch) if row["level"] == "red" else (),
        **{name: known(row[name]) for name in ("expected", "relative_rate", "low", "high", "money_at_risk")},
    )


def _course(report: SpikeReport, batch: tuple[str, str, str]) -> tuple[CoursePoint, ...]:
    return tuple(
        CoursePoint(
            day=pd.Timestamp(row["day"]).date(),
            age=int(row["age"]),
            **{name: float(row[name]) for name in ("observed", "expected", "low", "high")},
        )
        for row in report.course(*batch).to_dict("records")
    )


def judged_on(week: date) -> date:
    """Return the day whose morning a review of a week looks at: its last day is the newest that is over."""
    return week + WEEK
