"""Numbers in words: a direction is claimed only where the interval allows one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from dashboard import wording
from dashboard.headline import Cell, Headline
from dashboard.text import Text
from metrics import CATALOG
from metrics.compare import Difference, compare

NAN = float("nan")
REFUNDS = CATALOG["refund_rate"]
ZH, EN = Text("zh"), Text("en")


def line(now: tuple[float, float, float], before: tuple[float, float, float]) -> Headline:
    here = Cell(1154, now[0] * 1154, 1154, *now, "ok")
    there = Cell(1000, before[0] * 1000, 1000, *before, "ok")
    change = compare(here, there, "down")
    return Headline(REFUNDS, "same_age", date(2026, 11, 2), here, there, None, change, pd.DataFrame())


RISEN = line((0.16, 0.14, 0.18), (0.08, 0.07, 0.09))
STEADY = line((0.09, 0.07, 0.11), (0.08, 0.06, 0.10))


def test_a_clear_change_is_said_with_its_size_and_its_verdict() -> None:
    assert wording.finding(RISEN, ZH) == "退款率 16.0%，较上周▲8.0百分点 变差"
    assert wording.finding(RISEN, EN) == "Refund rate 16.0%, ▲8.0pp on the week before: worse"


@pytest.mark.parametrize(("text", "claims"), [(ZH, ("变差", "变好", "▲")), (EN, ("worse", "better", "▲"))])
def test_where_chance_explains_it_no_direction_is_claimed(text: Text, claims: tuple[str, ...]) -> None:
    said = wording.finding(STEADY, text)
    assert text("verdict.unclear") in said
    assert not [word for word in claims if word in said]


def test_without_an_interval_only_the_number_is_said() -> None:
    cost = replace(RISEN, change=Difference(0.08, NAN, NAN, "unclear"))
    assert wording.finding(cost, ZH) == "退款率 16.0%"


def test_findings_are_short_enough_for_a_title() -> None:
    for metric in CATALOG.values():
        assert len(wording.finding(replace(RISEN, metric=metric), ZH)) <= 45


def test_a_fall_points_down_and_bears_no_sign() -> None:
    assert wording.arrow(Difference(-0.008, -0.01, -0.006, "better"), REFUNDS, ZH) == "▼0.8百分点"


def test_each_absence_says_what_it_is_and_what_to_do() -> None:
    present = frozenset({"order_lines", "tickets"})
    young = Cell(500, NAN, NAN, NAN, NAN, NAN, "immature")
    few = Cell(12, 1, 12, NAN, NAN, NAN, "insufficient")
    missing = Cell(0, NAN, NAN, NAN, NAN, NAN, "not_available")
    disputes, ready = CATALOG["dispute_rate"], date(2026, 11, 22)
    said = [wording.absence(cell, disputes, ZH, ready=ready, present=present) for cell in (young, few, missing)]
    assert said == [
        ("还早", "11-22 起可看"),
        ("样本太少", "12 单，至少 30"),
        ("缺字段", "导入《交易纠纷》即可看到。"),
    ]


def test_too_few_is_said_of_the_events_that_count_already() -> None:
    """Of 31 tickets two are still within their hours: the share would rest on 29."""
    waiting = Cell(31, 28, 29, NAN, NAN, NAN, "immature")
    in_time = CATALOG["response_in_time"]
    _, body = wording.absence(waiting, in_time, ZH, ready=None, present=frozenset({"tickets"}))
    assert body == "29 单，至少 30"
    young = Cell(17, 0, 0, NAN, NAN, NAN, "insufficient")
    _, body = wording.absence(young, in_time, ZH, ready=None, present=frozenset({"tickets"}))
    assert body == "17 单，至少 30"


def test_where_the_export_is_there_its_missing_column_is_named_and_not_the_export() -> None:
    missing = Cell(0, NAN, NAN, NAN, NAN, NAN, "not_available")
    response = CATALOG["response_in_time"]
    _, body = wording.absence(missing, response, ZH, ready=None, present=frozenset({"tickets"}))
    assert body == "《售后服务单》里要有申请时间、审核时间；补齐后再导入。"
    _, body = wording.absence(
        missing, CATALOG["freight_insurance_share"], ZH, ready=None, present=frozenset({"order_lines"})
    )
    assert body == "《订单》里要有运费险；补齐后再导入。"
    _, body = wording.absence(missing, CATALOG["satisfaction"], ZH, ready=None, present=frozenset({"surveys"}))
    assert body == "《售后评价》里缺这项要用的列；导出时勾选全部字段，再导入。"


def test_a_week_can_be_read_when_its_last_day_is_old_enough() -> None:
    assert wording.ready_day(REFUNDS, "same_age", 7, date(2026, 11, 9)) == date(2026, 11, 22)
    assert wording.ready_day(REFUNDS, "arrived", 7, date(2026, 11, 9)) == date(2026, 11, 16)


def test_a_total_has_no_denominator() -> None:
    assert wording.fraction(Cell(40, 1234.4, NAN, 1234.4, NAN, NAN, "ok"), ZH) == "40 单"
    assert wording.fraction(Cell(1154, 91, 1154, 0.08, NAN, NAN, "ok"), ZH) == "91/1,154"
