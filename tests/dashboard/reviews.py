"""A weekly review made by hand: every section has something to say, and every number is known beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from metrics.catalog import ReadingName
from metrics.compare import Verdict
from metrics.meeting import DecisionStatus
from metrics.review.model import (
    Aim,
    Case,
    Cause,
    Change,
    CoursePoint,
    Followed,
    Handler,
    Headline,
    Number,
    Outcome,
    Part,
    Result,
    Review,
    Saved,
    Spike,
    Week,
    Words,
)
from metrics.words import LANGUAGES, Finding, say

WEEK = date(2026, 11, 9)
AS_OF = datetime(2026, 11, 16, 9)
NONE = Number(0, None, None, None, None, None, "not_available")


def words(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


def share(numerator: int, denominator: int, low: float, high: float) -> Number:
    return Number(denominator, numerator, denominator, numerator / denominator, low, high, "ok")


def headline(
    metric: str,
    now: Number,
    before: Number | None = None,
    verdict: Verdict = "unclear",
    *,
    reading: ReadingName = "same_age",
    sentence: Words | None = None,
    causes: tuple[Cause, ...] = (),
    target: Aim | None = None,
) -> Headline:
    start = WEEK - timedelta(weeks=1) if reading == "same_age" else WEEK
    change = None
    if before is not None and before.value is not None and now.value is not None:
        diff = now.value - before.value
        change = Change(diff, diff - 0.01, diff + 0.01, verdict)
    weeks = tuple(
        Week(start - timedelta(weeks=back), replace(now, value=None if now.value is None else now.value - 0.001 * back),
             None, None, None)
        for back in reversed(range(13))
    )  # fmt: skip
    told = sentence or words(f"{metric}较上周看不出变化", f"{metric}: no clear change on the week before")
    return Headline(
        metric, reading, 7, start, start + timedelta(weeks=1), now, before, before, change, change, now, target, weeks,
        told, causes, (),
    )  # fmt: skip


CAUSES = (
    Cause("rate", "category", "手机壳", 0.012, 0.004, 0.020, words("手机壳 · 自身", "Phone cases · rate")),
    Cause("mix", "category", "数码", 0.004, None, None, words("数码 · 占比", "Electronics · mix")),
    Cause("rate", "category", "家居", -0.003, -0.009, 0.003, words("家居 · 自身", "Home · rate")),
    Cause("late", None, None, 0.002, None, None, words("早前订单的售后", "Tickets of earlier orders")),
)
MOVED = headline(
    "refund_rate",
    share(94, 1000, 0.077, 0.114),
    share(79, 1000, 0.064, 0.097),
    "worse",
    sentence=words(
        "退款率 9.4%，较上周升 1.5 个百分点，主要是手机壳自身上升（+1.2 个百分点），先看批次",
        "Refund rate 9.4%, up 1.5pp on the week before, mostly phone cases (+1.2pp): look at the batches",
    ),
    causes=CAUSES,
    target=Aim("own", 0.08, met=False),
)


def decision(
    number: int,
    text: str,
    *,
    status: DecisionStatus = "open",
    result: Result | None = None,
    carried: bool = False,
    overdue: bool = False,
    revision: int = 1,
) -> Followed:
    outcome = None
    if result is not None:
        outcome = Outcome(
            result, "refund_rate", date(2026, 11, 23), share(40, 400, 0.07, 0.13), share(24, 400, 0.04, 0.09), None,
            None, None, None,
            words(f"第 {number} 项：前 7 天 10.0%，后 7 天 6.0%，前后相比不证明因果",
                  f"Decision {number}: 10.0% in 7 days before, 6.0% after, which is no proof"),
        )  # fmt: skip
    week = WEEK - timedelta(weeks=1) if carried else WEEK
    return Followed(
        number, week, "metric", "refund_rate", words("退款率", "Refund rate"), text, "张三", date(2026, 11, 13), status,
        "", "li", revision, carried, overdue, outcome,
    )  # fmt: skip


def spike(batch: str, name: str, times: float, at_risk: float) -> Spike:
    course = tuple(
        CoursePoint(WEEK - timedelta(days=20 - age), age, 2.0 * age, 0.8 * age, 0.5 * age, 1.2 * age)
        for age in range(20)
    )
    told = {"relative_rate": times, "low": f"{times - 0.6:.1f}", "high": f"{times + 0.7:.1f}"}
    return Spike(
        "演示店铺", f"SKU-{batch}", batch, name, "手机壳", "东莞甲厂", "new", "red", WEEK + timedelta(days=2), 1200, 38,
        16.0, times, times - 0.6, times + 0.7, "破损", 320, at_risk,
        {language: say(Finding("spikes.times", told), language) for language in LANGUAGES},
        {language: say(Finding("spikes.delist", {**told, "stock": "320"}), language) for language in LANGUAGES},
        None, course,
    )  # fmt: skip


def case(kind: str, reason: str | None, zh: tuple[str, str], en: tuple[str, str], tickets: int) -> Case:
    return Case(
        kind, reason, words(zh[0], en[0]), words(zh[1], en[1]), tickets, share(tickets, 200, 0.1, 0.4),
        Change(0.03, 0.01, 0.05, "moved"), 1234.0, words("先补发，再追责", "Reship first, then claim"), words("", ""),
    )  # fmt: skip


FULL = Review(
    week=WEEK,
    as_of=AS_OF,
    version=1,
    revision=0,
    shops=("演示店铺",),
    where={},
    immature_share=1.0,
    attendees=(),
    followed=(
        decision(1, "下架 B0912，剩余退供应商", status="done", result="worked"),
        decision(2, "改详情页尺码表", result="unclear", overdue=True),
        decision(3, "破损补偿券提到 10 元", result="early"),
        decision(4, "周会前清空待审核", result="not_worked", carried=True),
    ),
    headlines=(
        MOVED,
        headline("dispute_rate", share(6, 1000, 0.003, 0.013), share(7, 1000, 0.004, 0.014)),
        headline("satisfaction", share(180, 200, 0.85, 0.93), share(170, 200, 0.79, 0.89), "better", reading="arrived"),
        headline("response_in_time", share(190, 200, 0.91, 0.97), share(188, 200, 0.90, 0.96), reading="arrived"),
        headline(
            "aftersales_cost",
            Number(200, 9876.0, None, 9876.0, 9000.0, 10800.0, "ok"),
            Number(190, 9500.0, None, 9500.0, 8700.0, 10400.0, "ok"),
            reading="arrived",
        ),
    ),
    moved_most="refund_rate",
    spikes=(
        spike("B0912", "透明手机壳", 2.4, 5200.0),
        spike("B0930", "磨砂手机壳", 1.9, 3100.0),
        spike("B1003", "数据线 2 米", 1.7, 900.0),
    ),
    watched={"red": 3, "amber": 5, "calm": 331, "young": 74},
    cases=(
        case("return", "damaged", ("退货", "破损"), ("Return", "Damaged"), 60),
        case("return", "wrong_size", ("退货", "尺码不合"), ("Return", "Wrong size"), 50),
        case("exchange", "wrong_size", ("换货", "尺码不合"), ("Exchange", "Wrong size"), 40),
        case("repair", "malfunction", ("维修", "故障"), ("Repair", "Malfunction"), 30),
        case("refund_only", None, ("仅退款", "未知"), ("Refund only", "Unknown"), 20),
    ),
    response=(
        headline("response_in_time", share(190, 200, 0.91, 0.97), share(188, 200, 0.90, 0.96), reading="arrived"),
        headline("repair_escalation_rate", share(12, 60, 0.11, 0.32), share(8, 60, 0.07, 0.24), reading="arrived"),
    ),
    handlers=(
        Handler("李四", 90, share(88, 90, 0.92, 0.99), 2),
        Handler("王五", 70, share(66, 70, 0.86, 0.98), 4),
        Handler(None, 40, share(36, 40, 0.77, 0.96), 4),
    ),
    waiting=17,
    late=10,
    satisfaction=(
        headline("satisfaction", share(180, 200, 0.85, 0.93), share(170, 200, 0.79, 0.89), "better", reading="arrived"),
        headline("dispute_rate", share(6, 1000, 0.003, 0.013), share(7, 1000, 0.004, 0.014)),
    ),
    liable=(
        Part("merchant", words("商责", "Merchant"), share(24, 60, 0.28, 0.53)),
        Part("buyer", words("用户责", "Buyer"), share(20, 60, 0.22, 0.46)),
    ),
    followups=(
        Part("control", words("不联系", "No contact"), share(30, 300, 0.07, 0.14)),
        Part("message", words("消息", "Message"), share(33, 300, 0.08, 0.15)),
    ),
    decided=(),
    savings=(Saved(date(2026, 10, 1), 2, 410, 6150.0), Saved(date(2026, 11, 1), 3, 700, None)),
)

BARE = replace(
    FULL, immature_share=None, followed=(), moved_most=None, spikes=(), watched={}, cases=(), handlers=(), waiting=None,
    late=None, liable=(), followups=(), decided=(), savings=(),
    headlines=tuple(headline(each.metric, NONE, reading=each.reading) for each in FULL.headlines),
    response=tuple(headline(each.metric, NONE, reading=each.reading) for each in FULL.response),
    satisfaction=tuple(headline(each.metric, NONE, reading=each.reading) for each in FULL.satisfaction),
)  # fmt: skip
"""A week of which nothing is known, as of a file without dates."""
