"""Flagged batches of a week, from reports of three batches that are written down here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from metrics.batches.report import SpikeReport
from metrics.meeting import Verdict
from metrics.review.flagged import savings, spikes, watched

WEEK = date(2026, 11, 9)
FLAGGED = {"B1": "2026-11-10", "B2": "2026-10-20", "B3": "2026-10-05"}


def row(batch: str, level: str = "red", **more: Any) -> dict[str, Any]:
    told = {"shop": "甲店", "sku_id": "S1", "batch_id": batch, "product_name": "加湿器", "category": "小家电"}
    told |= {"supplier": None, "level": level, "units": 100, "observed": 30, "expected": 10.0, "relative_rate": 3.0}
    told |= {"low": 2.0, "high": 4.0, "top_reason": "无法开机", "units_in_stock": 50, "money_at_risk": 200.0}
    return told | {"suspect": None, "provisional": False, "data_error": False} | more


@dataclass
class Written:
    """What `SpikeReport` tells, of rows that are given."""

    rows: list[dict[str, Any]]
    levels: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("red", "amber", "calm", "young"), 0))

    @property
    def batches(self) -> pd.DataFrame:
        return pd.DataFrame(self.rows).astype({"units_in_stock": "Int64"})

    @property
    def flags(self) -> pd.DataFrame:
        keys = [{name: each[name] for name in ("shop", "sku_id", "batch_id")} for each in self.rows]
        return pd.DataFrame([key | {"flagged_on": pd.Timestamp(FLAGGED[key["batch_id"]])} for key in keys])

    def course(self, *_: str) -> pd.DataFrame:
        point = {"day": pd.Timestamp(WEEK), "age": 3, "observed": 30, "expected": 10.0, "low": 6, "high": 15}
        return pd.DataFrame([point])


def report(*rows: dict[str, Any]) -> SpikeReport:
    return cast(SpikeReport, Written(list(rows)))


def verdict(batch: str, word: Any) -> Verdict:
    return Verdict("甲店", "S1", batch, word, "", WEEK, "li", datetime(2026, 11, 16, tzinfo=UTC))


def states(now: SpikeReport, before: SpikeReport | None) -> dict[str, str]:
    return {each.batch_id: each.state for each in spikes(now, lambda: before, WEEK, {}, ())}


def test_new_continuing_and_over_are_told_apart() -> None:
    now = report(row("B1"), row("B2"), row("B3", "amber"))
    assert states(now, report(row("B3"))) == {"B1": "new", "B2": "continuing", "B3": "over"}


def test_what_was_over_a_week_ago_is_not_told_again() -> None:
    assert states(report(row("B2"), row("B3", "amber")), report(row("B3", "amber"))) == {"B2": "continuing"}


def test_the_week_before_is_not_judged_where_no_flag_was_taken_back() -> None:
    def never() -> SpikeReport | None:
        pytest.fail("judging takes long")

    assert len(spikes(report(row("B1"), row("B2")), never, WEEK, {}, ())) == 2


def test_a_red_batch_says_how_far_why_and_what_to_do_and_has_its_course() -> None:
    (one,) = spikes(report(row("B1")), lambda: None, WEEK, {}, (verdict("B1", "confirmed"),))
    assert "3.0" in one.finding["zh"]
    assert one.finding["zh"].endswith("主要是无法开机")
    assert one.advice["en"].startswith("Take the batch off sale")
    assert (one.verdict, len(one.course)) == ("confirmed", 1)


def test_a_limit_that_batches_know_is_kept_and_one_that_they_do_not_leaves_all() -> None:
    now = report(row("B1"), row("B2", category="服饰"))
    assert [each.batch_id for each in spikes(now, lambda: None, WEEK, {"category": ("服饰",)}, ())] == ["B2"]
    assert len(spikes(now, lambda: None, WEEK, {"province": ("广东",)}, ())) == 2
    assert watched(now, {"category": ("服饰",)}) == {"red": 1, "amber": 0, "calm": 0, "young": 0}


def test_savings_are_by_the_month_of_the_flag_and_unknown_is_not_nothing() -> None:
    months = savings(report(row("B1"), row("B2", units_in_stock=None, money_at_risk=None), row("B3")), {}, ())
    assert [(each.month, each.batches, each.units, each.money) for each in months] == [
        (date(2026, 10, 1), 2, 50, 200.0),
        (date(2026, 11, 1), 1, 50, 200.0),
    ]
    (unknown,) = savings(report(row("B1", units_in_stock=None, money_at_risk=None)), {}, ())
    assert (unknown.units, unknown.money) == (0, None)


def test_where_nothing_was_ever_flagged_nothing_is_told_and_nothing_saved() -> None:
    written = Written([row("B1", "calm")])
    calm = cast(SpikeReport, SimpleNamespace(batches=written.batches, flags=written.flags.iloc[:0]))
    assert savings(calm, {}, ()) == ()
    assert savings(calm, {"category": ("没有",)}, ()) == ()
    assert spikes(calm, lambda: None, WEEK, {}, ()) == ()
    assert spikes(calm, lambda: None, WEEK, {"category": ("没有",)}, ()) == ()


def test_neither_a_false_alarm_nor_a_couriers_doing_saves_anything() -> None:
    now = report(row("B1"), row("B2"), row("B3", suspect="飞雁快递"))
    (only,) = savings(now, {}, (verdict("B1", "false_alarm"),))
    assert (only.month, only.units) == (date(2026, 10, 1), 50)
    assert savings(report(row("B1")), {}, (verdict("B1", "false_alarm"),)) == ()
