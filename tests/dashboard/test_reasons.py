"""The words over the reasons: a rise is claimed only where the interval allows it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

import metrics
from dashboard import reasons
from dashboard.components.table import Quiet
from dashboard.text import Text
from metrics.words import LANGUAGES, Language

ZH, EN = Text("zh"), Text("en")


def row(reason: str | None, tickets: int, verdict: str | None = "unclear", change: float = 0.0, **more: object) -> dict:
    told = {"type": "return", "reason": reason, "numerator": tickets, "denominator": 100.0, "value": tickets / 100}
    told |= {"low": tickets / 120, "high": tickets / 80, "verdict": verdict, "change": change, "before_status": "ok"}
    return told | more


def frame(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(rows)).astype({"verdict": "str", "before_status": "str"})


def test_the_title_names_the_reason_that_clearly_rose_most_and_its_type() -> None:
    told = frame(row("damaged", 60), row("wrong_size", 25, "moved", 0.08), row("malfunction", 15, "moved", 0.05))
    pairs = frame(
        row("wrong_size", 5, "moved", 0.01, type="exchange"),
        row("wrong_size", 20, "moved", 0.07),
        row("malfunction", 15, "moved", 0.09, type="repair"),
    )
    assert reasons.finding(told, pairs, ZH) == "尺码不合占 25.0%，较上周▲8.0百分点，主要是退货"
    assert reasons.finding(told, pairs, EN) == "Wrong size: 25.0% of tickets, ▲8.0pp on last week, mostly Return"
    assert reasons.risen_pair(told, pairs) == ("return", "wrong_size")


def test_a_fall_and_a_change_within_chance_are_no_rise() -> None:
    told = frame(row("damaged", 60, "unclear", 0.2), row("wrong_size", 40, "moved", -0.1))
    assert reasons.finding(told, told, ZH) == "各原因占比较上周看不出上升，最多的是破损 60.0%"
    assert reasons.risen_pair(told, told) is None


def test_nothing_is_said_of_a_rise_where_nothing_can_be_compared() -> None:
    first_week = frame(row("damaged", 60, None), row("wrong_size", 40, None))
    assert reasons.finding(first_week, first_week, ZH) == "最多的原因是破损 60.0%，上周太少，不能比较"
    assert reasons.finding(first_week, first_week, EN).startswith("The most frequent reason is Damaged, 60.0%;")


def test_an_export_without_reasons_has_no_most_frequent_one() -> None:
    nobody_said = frame(row(None, 100))
    assert reasons.finding(nobody_said, nobody_said, ZH) == "导入的售后单里没有“申请原因”这一列；导出时勾选它，再导入。"


def test_without_a_type_that_rose_too_no_cause_is_named() -> None:
    told = frame(row("damaged", 60, "moved", 0.2))
    assert reasons.finding(told, frame(row("damaged", 60, "unclear", 0.2)), ZH) == "破损占 60.0%，较上周▲20.0百分点"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"verdict": "moved", "change": -0.031}, "▼3.1百分点"),
        ({"verdict": "moved", "change": 0.0004}, "▲0.04百分点"),
        ({"verdict": "unclear", "change": 0.09}, Quiet("看不出变化")),
        ({"verdict": None}, Quiet("上周太少")),
        ({"before_status": None, "verdict": None}, Quiet("上周没有")),
    ],
)
def test_a_change_stands_in_ink_only_where_there_is_one(more: dict, words: object) -> None:
    told = frame(row("damaged", 10), {**row("wrong_size", 10), **more})
    assert reasons.change(told.iloc[1], ZH) == words


def test_types_and_reasons_are_crossed_the_largest_first_and_what_is_unknown_too() -> None:
    square = reasons.Crossed.of(
        pd.DataFrame(
            [
                {"type": "repair", "reason": "malfunction", "numerator": 3.0},
                {"type": "return", "reason": "malfunction", "numerator": 2.0},
                {"type": "return", "reason": None, "numerator": 9.0},
            ]
        )
    )
    assert (square.types, square.reasons) == (["return", "repair"], [None, "malfunction"])
    numbers, words = square.labelled(ZH)
    assert list(words.index) == ["未知", "故障"]
    assert list(words.columns) == ["退货", "维修"]
    assert words.to_numpy().tolist() == [["9", ""], ["2", "3"]]
    assert numbers.isna().to_numpy().tolist() == [[False, True], [False, False]]


def test_an_offer_stands_out_only_beyond_both_intervals() -> None:
    told = {"n": 90, "numerator": 30, "denominator": 90, "value": 1 / 3, "low": 0.25, "high": 0.44, "status": "ok"}
    whole = pd.Series(told)
    near = {"reason": "damaged", "kind": "parts", "value": 0.5, "low": 0.4, "high": 0.6}
    far = {"reason": "wrong_size", "kind": "coupon", "value": 0.1, "low": 0.05, "high": 0.2}
    few = {"reason": "other", "kind": "coupon", "value": float("nan"), "low": float("nan"), "high": float("nan")}
    alike = reasons.save_finding(pd.DataFrame([near, few]), whole, ZH)
    assert alike == "给出方案后挽回 33.3%（30/90），各原因之间看不出差别"
    apart = reasons.save_finding(pd.DataFrame([near, far]), whole, ZH)
    assert apart == "给出方案后挽回 33.3%（30/90），尺码不合 · 优惠券是 10.0%"


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_twenty_weeks_no_title_claims_what_the_interval_denies(language: Language, sample_store: Path) -> None:
    shop, text = metrics.open_shop(sample_store), Text(language)
    assert shop.last_full_week is not None
    claimed = 0
    for back in range(20):
        week: date = shop.last_full_week - timedelta(weeks=back)
        told = shop.compare(reasons.of_week("reason_share", ("reason",), {}, week))
        pairs = shop.compare(reasons.of_week("reason_share", reasons.PAIR, {}, week))
        words = reasons.finding(told, pairs, text)
        risen = told[told["change_low"] > 0]
        assert ("▲" in words) == (len(risen) > 0)
        assert "▼" not in words
        assert language == "en" or len(words) <= 45
        if len(risen):
            claimed += 1
            assert any(words.startswith(reasons.named(each, text, ["reason"])) for _, each in risen.iterrows())
    assert 0 < claimed < 20
