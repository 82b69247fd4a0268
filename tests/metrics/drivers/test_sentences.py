"""What is said of a change: never more than the interval allows, never longer than a slide can bear."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest

import metrics
from metrics.compare import Difference
from metrics.drivers import Estimated, RuleChange, Why
from metrics.drivers.sentences import LONGEST
from metrics.words import format_value

W44, W45 = (date(2026, 10, 26), date(2026, 11, 2)), (date(2026, 11, 2), date(2026, 11, 9))
NAN = float("nan")
RULE = RuleChange("return_window_days", datetime(2026, 10, 26), 7, 15)
LONG = "加绒加厚连帽拉链开衫卫衣女秋冬季宽松韩版潮流百搭外套"

Row = tuple[str, str | None, float]


def why(
    *parts: Row,
    metric: str = "refund_rate",
    verdict: Any = "worse",
    value: float = 0.079,
    bounds: tuple[float, float] = (0.001, 0.015),
    by: str = "category",
    against: tuple[date, date] = W44,
    **more: Any,
) -> Why:
    kinds, segments, effects = zip(*parts, strict=True)
    known = {"part": kinds, "segment": pd.array(segments, dtype=object), "effect": effects, "dimension": by}
    frame = pd.DataFrame({**known, "low": NAN, "high": NAN, "share_before": 0.2, "share_now": 0.3})
    diff = float(sum(effects))
    now = Estimated(value, value - 0.005, value + 0.005, 79, 1000, 1000)
    before = Estimated(value - diff, value - diff - 0.005, value - diff + 0.005, 71, 1000, 1000)
    change = Difference(diff, *bounds, verdict)
    reading = metrics.CATALOG[metric].default_reading
    return Why(metric, reading, by, W45, against, now, before, change, frame, more.pop("policy", ()), **more)


MIX = why(("mix", "服饰", 0.005), ("rate", "家居", 0.003))


@pytest.mark.parametrize(
    ("told", "zh", "en"),
    [
        (
            MIX,
            "退款率 7.9%，较上周升 0.8 个百分点，主要是服饰占比上升（＋0.5）",
            "Refund rate 7.9%, up 0.8pp on the week before, mainly a larger share of 服饰 (+0.5pp)",
        ),
        (
            why(("rate", "服饰", 0.006), ("mix", "家居", 0.002)),
            "退款率 7.9%，较上周升 0.8 个百分点，主要是服饰自身上升（＋0.6），先看批次",
            "Refund rate 7.9%, up 0.8pp on the week before, mainly a rise within 服饰 (+0.6pp); "
            "look at the batches first",
        ),
        (
            why(("rate", "服饰", -0.006), ("mix", "家居", -0.002), verdict="better", bounds=(-0.01, -0.001)),
            "退款率 7.9%，较上周降 0.8 个百分点，主要是服饰自身下降（－0.6）",
            "Refund rate 7.9%, down 0.8pp on the week before, mainly a fall within 服饰 (-0.6pp)",
        ),
        (
            why(("policy", "服饰", 0.003), ("policy", "家居", 0.003), ("rate", "家居", 0.002), policy=(RULE,)),
            "退款率 7.9%，较上周升 0.8 个百分点，主要是退货期 7→15 天（＋0.6）",
            "Refund rate 7.9%, up 0.8pp on the week before, mainly the return window of 7→15 days (+0.6pp)",
        ),
        (
            why(*[("rate", f"省{i}", 0.002) for i in range(4)], by="province"),
            "退款率 7.9%，较上周升 0.8 个百分点，主要是多个省份自身上升（＋0.8），先看批次",
            "Refund rate 7.9%, up 0.8pp on the week before, mainly a rise in several (Province) (+0.8pp); "
            "look at the batches first",
        ),
        (
            why(("mix", None, 0.005), ("rate", "家居", 0.003)),
            "退款率 7.9%，较上周升 0.8 个百分点，主要是未知占比上升（＋0.5）",
            "Refund rate 7.9%, up 0.8pp on the week before, mainly a larger share of unknown (+0.5pp)",
        ),
        (
            why(("mix", "服饰", 0.005), verdict="unclear", bounds=(-0.002, 0.015)),
            "退款率 7.9%，与上周相比看不出变化",
            "Refund rate 7.9%, no clear change on the week before",
        ),
        (
            why(("late", "服饰", 0.006), ("rate", "家居", 0.002), verdict="unclear", bounds=(NAN, NAN)),
            "退款率 7.9%，上周 7.1%，主要差在早前订单的售后增多（＋0.6）",
            "Refund rate 7.9%, against 7.1% the week before; most of the difference is more after-sales of earlier "
            "orders (+0.6pp)",
        ),
        (
            why(("late", "服饰", -0.03), verdict="unclear", bounds=(NAN, NAN), expected=(0.109, 0.11)),
            "退款率目前 7.9%，未满观察期，预计 10.9%",
            "Refund rate 7.9% so far; still inside its observation window, 10.9% expected",
        ),
    ],
)
def test_the_sentence(told: Why, zh: str, en: str) -> None:
    assert told.sentence("zh") == zh
    assert told.sentence("en") == en


@pytest.mark.parametrize(
    ("against", "zh"),
    [
        (W44, "上周"),
        ((date(2025, 11, 3), date(2025, 11, 10)), "去年同周"),
        ((date(2026, 10, 5), date(2026, 11, 2)), "前期"),
        ((date(2026, 10, 19), date(2026, 10, 26)), "前期"),
    ],
)
def test_the_comparison_is_named(against: tuple[date, date], zh: str) -> None:
    assert f"较{zh}升" in why(("mix", "服饰", 0.008), against=against).sentence("zh")


def test_a_segment_that_shrinks_and_is_better_than_the_rest_moves_the_number_up() -> None:
    shrinking = why(("mix", "家居", 0.008))
    shrinking.parts["share_now"] = 0.1
    assert "家居占比下降（＋0.8）" in shrinking.sentence("zh")


def test_a_segment_that_may_have_moved_by_chance_is_not_named() -> None:
    told = why(("rate", "服饰", 0.006), ("rate", "家居", 0.002))
    told.parts.loc[0, ["low", "high"]] = (0.001, 0.011)
    assert "主要是服饰自身上升（＋0.6）" in told.sentence("zh")
    told.parts.loc[0, ["low", "high"]] = (-0.001, 0.013)
    assert "主要是多个类目自身上升（＋0.8）" in told.sentence("zh")


def test_every_bar_has_a_name() -> None:
    told = why(("policy", "服饰", 0.008), policy=(RULE,))
    named = [
        told.label("late", None, "zh"),
        told.label("policy", None, "zh"),
        told.label("volume", None, "en"),
        told.label("rate", "服饰", "zh"),
        told.label("mix", None, "zh"),
        told.label("mix", None, "en", others=7),
    ]
    assert named == [
        "早前订单的售后",
        "退货期 7→15 天",
        "number of tickets",
        "服饰 · 自身",
        "未知 · 占比",
        "7 others · share",
    ]


YEAR_BEFORE = (date(2025, 11, 3), date(2025, 11, 10))
SIZES = {"share": (0.1234, 0.987), "hours": (12.3, 123.4), "score": (1.23, 4.56), "yuan": (12345.0, 98765.0)}
ENORMOUS = {"share": (12.3, 123.4), "hours": (12345.6, 98765.4), "score": (1.23, 4.56), "yuan": (1e9, 9e9)}


@pytest.mark.parametrize("metric", [name for name, m in metrics.CATALOG.items() if m.kind in ("ratio", "total")])
def test_no_chinese_sentence_of_any_metric_is_longer_than_it_may_be(metric: str) -> None:
    """Large numbers, the longest comparison, the longest names; and it still names number, cause and size."""
    definition = metrics.CATALOG[metric]
    effect, value = SIZES[definition.unit]
    verdicts = [("worse", (0.1, 0.2)), ("unclear", (NAN, NAN))]
    causes = itertools.product(["late", "policy", "volume", "rate", "mix"], [effect, -effect], verdicts)
    for part, size, (verdict, bounds) in causes:
        rows: list[list[Row]] = [[(part, segment, size)] for segment in (LONG, "服饰")]
        spread: list[Row] = [(part, f"{LONG}{i}", size / 3) for i in range(3)]
        for told in (*rows, spread):
            one = why(
                *told,
                metric=metric,
                value=value,
                verdict=verdict,
                bounds=bounds,
                by="repair_vendor",
                against=YEAR_BEFORE,
                policy=(RULE,),
            )
            said = one.sentence("zh")
            assert len(said) <= LONGEST, said
            assert said.startswith(f"{definition.label('zh')} {format_value(value, definition.unit, 'zh')}")
            assert (
                said.removesuffix("，先看批次").removesuffix("，先看时效待办").removesuffix("，先看原因")[-1] == "）"
            ), said


@pytest.mark.parametrize("metric", [name for name, m in metrics.CATALOG.items() if m.kind in ("ratio", "total")])
def test_numbers_that_leave_no_room_for_a_cause_stand_alone(metric: str) -> None:
    effect, value = ENORMOUS[metrics.CATALOG[metric].unit]
    for bounds in ((0.1, 0.2), (NAN, NAN)):
        told = why(("rate", LONG, effect), metric=metric, value=value, bounds=bounds, against=YEAR_BEFORE)
        assert len(told.sentence("zh")) <= LONGEST, told.sentence("zh")
