"""The table of the trade: its rows in order, and what an edited cell comes down to."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from dashboard.playbook import edits, finding, playbook
from dashboard.text import Text
from metrics.meeting import Advice

TEXT = Text("zh")
SHARES = pd.DataFrame(
    [
        {"type": "exchange", "reason": "wrong_size", "numerator": 4.0, "value": 0.04},
        {"type": "return", "reason": "damaged", "numerator": 36.0, "value": 0.36},
        {"type": "return", "reason": None, "numerator": 9.0, "value": 0.09},
    ]
).assign(before_status="ok", verdict="unclear", change=0.01)
COSTS = pd.DataFrame(
    [
        {"type": "return", "reason": "damaged", "numerator": 1234.5, "status": "ok"},
        {"type": "exchange", "reason": "wrong_size", "numerator": 12.0, "status": "insufficient"},
    ]
)
ADVISED = [
    Advice("exchange", "wrong_size", "按尺码表推荐", "改详情页", "", None, 0),
    Advice("repair", "malfunction", "当天联系", "", "li", datetime(2026, 11, 1), 3),
]


def test_the_most_frequent_stands_first_and_advice_on_what_did_not_come_last() -> None:
    rows = playbook(SHARES, COSTS, ADVISED, TEXT)
    assert list(rows["type_words"]) == ["退货", "退货", "换货", "维修"]
    assert list(rows["reason_words"]) == ["破损", "未知", "尺码不合", "故障"]
    assert list(rows["tickets"]) == ["36", "9", "4", "0"]
    assert list(rows["share"]) == ["36.0%", "9.0%", "4.0%", ""]
    assert list(rows["advice"]) == ["", "", "按尺码表推荐", "当天联系"]


def test_a_sum_of_few_tickets_is_still_a_sum_and_an_absent_one_is_not_nought() -> None:
    rows = playbook(SHARES, COSTS, ADVISED, TEXT)
    assert list(rows["cost"]) == ["¥1,234", "", "¥12", ""]
    absent = playbook(SHARES, COSTS.assign(status="not_available", numerator=0.0), [], TEXT)
    assert absent["cost"].iloc[0] == "缺字段"


def test_an_edit_keeps_the_other_cell_as_it_stands() -> None:
    rows = playbook(SHARES, COSTS, ADVISED, TEXT)
    assert edits(rows, {2: {"note": " 周五前改 "}}) == [("exchange", "wrong_size", "按尺码表推荐", "周五前改")]
    assert edits(rows, {0: {"advice": "先看照片"}, 3: {"advice": None}}) == [
        ("return", "damaged", "先看照片", ""),
        ("repair", "malfunction", "", ""),
    ]


def test_what_has_no_reason_has_no_advice_either() -> None:
    assert edits(playbook(SHARES, COSTS, ADVISED, TEXT), {1: {"advice": "x"}}) == []


def test_the_title_says_which_frequent_case_has_no_advice() -> None:
    rows = playbook(SHARES, COSTS, ADVISED, TEXT)
    assert finding(rows[:3], TEXT) == "本周 3 种情况，1 种有处理建议；最多的退货 · 破损还没写"
    assert finding(rows[2:3], TEXT) == "本周 1 种情况，1 种有处理建议"
