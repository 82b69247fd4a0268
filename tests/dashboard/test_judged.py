"""A judged batch in words: what is told of it, and what is left untold where nobody knows."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from dashboard import judged
from dashboard.text import Text
from metrics.words import Language

NAN = float("nan")
BATCH = {
    "shop": "A",
    "sku_id": "1001",
    "batch_id": "B7",
    "product_name": "加湿器",
    "category": "小家电",
    "supplier": None,
    "batch_source": "week",
    "units": 400,
    "observed": 38,
    "expected": 16.2,
    "relative_rate": 2.44,
    "low": 1.82,
    "high": 3.06,
    "level": "red",
    "detectable_rate": 1.9,
    "provisional": False,
    "first_flagged_on": pd.Timestamp("2026-11-03"),
    "first_sold_on": pd.Timestamp("2026-10-19"),
    "last_sold_on": pd.Timestamp("2026-11-15"),
    "detectable_from_units": 560,
    "top_reason": "外壳划痕",
    "suspect": None,
    "suspect_dimension": None,
}
UNSCORED = {"expected": NAN, "relative_rate": NAN, "low": NAN, "high": NAN, "level": "young"}


@pytest.mark.parametrize(
    ("row", "language", "title"),
    [
        ({}, "zh", "这批退货是同龄正常批次的 2.4 倍（1.8–3.1），主要是外壳划痕"),
        (
            {"top_reason": None},
            "en",
            "2.4 times as many returns as a batch of this age should have (1.8–3.1)",
        ),
        ({"level": "calm"}, "zh", "已退 38 件，应退约 16 件：还不足以认定异常"),
        ({"level": "young"}, "zh", "还早：已卖 400 件，约 560 件起才看得出翻倍"),
        (UNSCORED, "zh", "还早：刚开始卖，没有可比的退货"),
    ],
)
def test_the_title_is_the_finding(row: dict[str, object], language: Language, title: str) -> None:
    assert judged.finding({**BATCH, **row}, Text(language)) == title


def test_a_batch_is_called_by_its_product_or_by_its_sku() -> None:
    assert judged.name(BATCH) == "加湿器 B7"
    assert judged.name({**BATCH, "product_name": None}) == "1001 B7"


def test_a_link_names_the_shop_only_where_there_are_several() -> None:
    frame = pd.DataFrame({"shop": ["A", "A"], "sku_id": ["1", "2"], "batch_id": ["B", "B"]})
    assert judged.references(frame) == ["1/B", "2/B"]
    assert judged.references(frame.assign(shop=["A", "C"])) == ["A/1/B", "C/2/B"]


@pytest.mark.parametrize(
    ("number", "words"), [(2.44, "2.4"), (9.94, "9.9"), (9.96, "10"), (1234.5, "1,234"), (NAN, "–")]
)
def test_expected_returns_carry_a_decimal_only_while_it_says_something(number: float, words: str) -> None:
    assert judged.due(number) == words


def test_unknown_stock_is_a_dash_and_never_a_zero() -> None:
    assert judged.units(pd.NA) == "–"
    assert judged.units(0) == "0"


def test_a_provisional_flag_says_so() -> None:
    assert judged.level({**BATCH, "provisional": True}, Text("zh")) == "红·暂定"
    assert judged.level(BATCH, Text("zh")) == "红"


def test_what_a_batch_rests_on_names_its_source_and_leaves_out_what_nobody_told() -> None:
    class Report:
        as_of = date(2026, 11, 15)

    words = judged.rests_on(BATCH, Report(), Text("zh"))  # type: ignore[arg-type]  # a stand-in with the fields that are read
    assert words == "加湿器 B7 · 按发货周 · 小家电 · 已卖 400 件（10-19 至 11-15） · 截至 2026-11-15"
    calm = judged.rests_on({**BATCH, "level": "calm"}, Report(), Text("zh"))  # type: ignore[arg-type]  # a stand-in with the fields that are read
    assert " · 这么多件，最少 1.9 倍才看得出 · " in calm


REASONS = pd.DataFrame(
    {
        "reason": ["外壳划痕", None, "色差", "其他"],
        "returns": [24, 10, 4, 0],
        "share": [24 / 38, 10 / 38, 4 / 38, 0.0],
        "others_returns": [5, 20, 0, 25],
        "others_share": [0.1, 0.4, 0.0, 0.5],
    }
)


def test_only_reasons_that_somebody_gave_have_a_bar() -> None:
    shown = judged.shown_reasons(REASONS, Text("zh"))
    assert list(shown["reason"]) == ["外壳划痕", "未说明", "色差"]
    assert judged.reason_numbers(shown, Text("zh"))[0] == ("63.2%  24", "10.0%")
    assert judged.reasons_finding(shown, Text("zh")) == "外壳划痕占 63.2%，同款其他批次 10.0%"


def test_the_only_batch_of_a_sku_has_nobody_to_be_compared_with() -> None:
    alone = judged.shown_reasons(REASONS.assign(others_share=NAN), Text("zh"))
    assert judged.reasons_finding(alone, Text("zh")) == "外壳划痕占 63.2%，同款没有其他批次可比"
    assert judged.reason_numbers(alone, Text("zh"))[0] == ("63.2%  24", "–")
    assert judged.reasons_finding(REASONS.iloc[:0], Text("zh")) == "还没有退货，谈不上原因"


def test_another_suspect_is_named() -> None:
    row = {**BATCH, "suspect_dimension": "courier", "suspect": "飞雁快递"}
    assert "飞雁快递" in judged.suspects_finding(row, Text("zh"))
    assert "都不是" in judged.suspects_finding(BATCH, Text("zh"))


def test_the_funnel_names_the_one_furthest_off_and_not_the_costliest() -> None:
    batches = pd.DataFrame([BATCH, {**BATCH, "batch_id": "B8", "relative_rate": 3.3}])
    assert "加湿器 B8：3.3 倍" in judged.funnel_finding(batches, Text("zh"))
    assert "没有批次标红" in judged.funnel_finding(batches.assign(level="calm"), Text("zh"))


def test_the_back_test_counts_what_was_unsold_on_the_day_of_the_flag() -> None:
    class Report:
        as_of = date(2026, 11, 15)
        batches = pd.DataFrame([BATCH, {**BATCH, "batch_id": "B8"}, {**BATCH, "batch_id": "B6"}]).assign(
            units_in_stock=pd.array([pd.NA, 100, 0], dtype="Int64")
        )
        flags = pd.DataFrame(
            {
                "shop": "A", "sku_id": "1001", "batch_id": ["B8", "B7", "B6"], "units": [250.0, 390.0, 9.0],
                "flagged_on": pd.to_datetime(["2026-11-03", "2026-11-01", "2026-08-17"]),
            }
        )  # fmt: skip

    found = judged.backtested(Report())  # type: ignore[arg-type]  # a stand-in with the fields that are read
    assert list(found["batch_id"]) == ["B7", "B8"]
    assert list(found["sold_since"]) == [10, 150]
    assert list(found["unsold"]) == [10, 250]
    assert judged.backtest_finding(found, Text("zh")) == "近 90 天标红 2 批，标红当天还有 260 件没卖出"
    assert judged.backtest_finding(found.iloc[:0], Text("zh")) == "近 90 天没有批次标红"
