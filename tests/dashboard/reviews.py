"""Reviews made by hand: a full week, a week with nothing to say, and one whose every text attacks the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from metrics.catalog import ReadingName
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
    Review,
    Saved,
    Spike,
    Week,
    Words,
)

WEEK = date(2026, 11, 9)
PAID = date(2026, 11, 2)
CODES = {"metric", "moved_most", "dimension", "reading", "status", "kind", "result", "state", "level", "verdict"}
CODES |= {"subject_kind", "part", "type", "reason", "code", "where", "watched"}
"""Fields whose texts are codes of the contract and never typed by anybody."""


def words(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


def number(value: float | None, n: int = 1_200, width: float = 0.012, status: str = "ok") -> Number:
    if value is None:
        return Number(n, None, None, None, None, None, status)
    if value > 1:  # a sum of yuan over tickets has no denominator
        return Number(n, value, None, value, value - width, value + width, status)
    return Number(n, float(round(value * n)), float(n), value, value - width, value + width, status)


def headline(
    metric: str,
    now: float | None,
    before: float | None,
    change: Change | None,
    *,
    sentence: Words,
    reading: ReadingName = "same_age",
    target: Aim | None = None,
    causes: tuple[Cause, ...] = (),
    width: float = 0.012,
    policies: tuple[Words, ...] = (),
    n: int = 1_200,
) -> Headline:
    lead = now if now is not None else 0.0
    weeks = tuple(
        Week(
            PAID - timedelta(weeks=12 - place),
            number(lead + ((place * 7) % 5 - 2) * width / 3 if place < 12 else now, n, width),
            None,
            None,
            None,
        )
        for place in range(13)
    )
    young = Week(WEEK, number(None, 400, status="immature"), lead * 1.05, lead * 0.9, lead * 1.2)
    return Headline(
        metric=metric,
        reading=reading,
        age=7,
        start=PAID if reading == "same_age" else WEEK,
        stop=(PAID if reading == "same_age" else WEEK) + timedelta(days=7),
        now=number(now, n, width, "ok" if now is not None else "not_available"),
        before=None if before is None else number(before, n, width),
        year_before=None if now is None else number(lead * 0.96, n, width),
        change=change,
        year_change=None,
        arrived=number(lead * 1.1, n, width) if reading == "same_age" else None,
        target=target,
        weeks=(*weeks, young) if now is not None and reading == "same_age" else weeks if now is not None else (),
        sentence=sentence,
        causes=causes,
        policies=policies,
    )


REFUNDS = headline(
    "refund_rate",
    0.079,
    0.071,
    Change(0.008, 0.002, 0.014, "worse"),
    sentence=words(
        "退款率 7.9%，较上周升 0.8 个百分点，主要是女鞋自身上升（+0.5），先看批次",
        "Refund rate 7.9%, up 0.8 pp on last week, mostly women's shoes (+0.5); look at the batches first",
    ),
    target=Aim("own", 0.075, False),
    causes=(
        Cause("policy", None, None, 0.001, None, None, words("退货期 7→15 天", "Return window 7→15 days")),
        Cause("rate", "category", "女鞋", 0.005, 0.002, 0.008, words("女鞋 · 自身", "女鞋 · itself")),
        Cause("rate", "category", "男装", -0.0012, -0.003, 0.001, words("男装 · 自身", "男装 · itself")),
        Cause("rate", "category", None, 0.0008, None, None, words("其余 4 项 · 自身", "4 others · itself")),
        Cause("mix", "category", "女鞋", 0.0024, None, None, words("女鞋 · 占比", "女鞋 · share")),
    ),
    policies=(words("11-06 起退货期 15 天", "Return window 15 days since 6 Nov"),),
)
FIVE = (
    REFUNDS,
    headline(
        "dispute_rate",
        0.0061,
        0.0058,
        Change(0.0003, -0.004, 0.005, "unclear"),
        sentence=words("纠纷率 0.61%，与上周相比看不出变化", "Dispute rate 0.61%, no clear change on last week"),
        target=Aim("platform", 0.008, True),
        width=0.002,
    ),
    headline(
        "satisfaction",
        0.913,
        0.887,
        Change(0.026, 0.004, 0.048, "better"),
        sentence=words("满意度 91.3%，较上周升 2.6 个百分点", "Satisfaction 91.3%, up 2.6 pp on last week"),
        reading="arrived",
        target=Aim("own", 0.9, True),
    ),
    headline(
        "response_in_time",
        0.934,
        0.951,
        Change(-0.017, -0.03, -0.004, "worse"),
        sentence=words(
            "24小时审核及时率 93.4%，较上周降 1.7 个百分点", "Response in time 93.4%, down 1.7 pp on last week"
        ),
        reading="arrived",
        target=Aim("platform", 0.95, False),
    ),
    headline(
        "aftersales_cost",
        18_640.0,
        17_210.0,
        Change(1_430.0, -900.0, 3_700.0, "unclear"),
        sentence=words("售后成本 ¥18,640，与上周相比看不出变化", "After-sales cost ¥18,640, no clear change"),
        reading="arrived",
        width=1_500.0,
    ),
)


def followed(number_: int, text: str, outcome: Outcome | None, **others: Any) -> Followed:
    given = Followed(
        number=number_,
        week=date(2026, 11, 2),
        subject_kind="batch",
        subject="1001/B0912",
        about=words("轻云跑步鞋 B0912", "Light running shoe B0912"),
        text=text,
        owner="李敏",
        due=date(2026, 11, 13),
        status="done",
        notes="已下架，库存转退供",
        author="王芳",
        revision=31,
        carried=False,
        overdue=False,
        outcome=outcome,
    )
    return replace(given, **others)


WORKED = Outcome(
    result="worked",
    metric="return_rate",
    judged_from=date(2026, 11, 9),
    before=number(0.19, 320),
    after=number(0.08, 260),
    change=Change(-0.11, -0.16, -0.05, "better"),
    peers_before=number(0.08, 2_100),
    peers_after=number(0.081, 2_000),
    peers_change=Change(0.001, -0.01, 0.01, "unclear"),
    sentence=words(
        "见效：退货率从 19.0% 降到 8.0%，同类没变。只比了前后，不能证明是它的功劳",
        "Worked: return rate from 19.0% to 8.0% while its peers stayed; before and after prove nothing by themselves",
    ),
)
EARLY = replace(
    WORKED,
    result="early",
    after=number(None, 12, status="immature"),
    change=None,
    sentence=words("还早：11-23 起可看", "Too early: from 23 Nov"),
    judged_from=date(2026, 11, 23),
)
LAST_WEEK = (
    followed(11, "轻云跑步鞋 B0912 下架，联系供应商退换", WORKED),
    followed(
        12,
        "尺码表改为脚长对照，详情页加试穿图",
        replace(
            EARLY,
            result="unclear",
            sentence=words("看不出：19.2% 到 18.4%，区间含零", "No clear change: 19.2% to 18.4%"),
        ),
        subject_kind="reason",
        subject="wrong_size",
        about=words("尺码不合", "Wrong size"),
        status="open",
        due=date(2026, 11, 20),
        notes="",
    ),
    followed(13, "晚班增加一名审核", EARLY, subject_kind="metric", subject="response_in_time", status="open", notes=""),
    followed(
        7,
        "与顺达快递核对破损单",
        None,
        subject_kind="none",
        subject="",
        about=words("", ""),
        status="open",
        carried=True,
        overdue=True,
    ),
)
DECIDED = (
    followed(14, "B1033 全部下架并抽检 20 双", None, week=WEEK, due=date(2026, 11, 18), status="open", notes=""),
    followed(
        15,
        "晚 8 点至 12 点加派 1 人审核",
        None,
        week=WEEK,
        due=date(2026, 11, 20),
        status="open",
        notes="",
        owner="赵磊",
        about=words("24小时审核及时率", "Response in time"),
    ),
)


def course(days: int, factor: float) -> tuple[CoursePoint, ...]:
    points = []
    for age in range(1, days + 1):
        due = 16 * (1 - 2.718 ** (-age / 9))
        points.append(
            CoursePoint(
                date(2026, 10, 20) + timedelta(days=age), age, float(round(factor * due)), due, 0.6 * due, 1.5 * due
            )
        )
    return tuple(points)


def spike(batch: str, name: str, **others: Any) -> Spike:
    given = Spike(
        shop="京东旗舰店",
        sku_id="100012345678",
        batch_id=batch,
        name=f"{name} {batch}",
        category="女鞋",
        supplier="晋江恒达鞋业",
        state="new",
        level="red",
        first_flagged_on=date(2026, 11, 10),
        units=412,
        observed=38,
        expected=15.8,
        relative_rate=2.4,
        low=1.8,
        high=3.1,
        top_reason="开胶",
        units_in_stock=320,
        money_at_risk=11_480.0,
        finding=words(
            "这批退货是同龄正常批次的 2.4 倍（1.8–3.1），主要是开胶",
            "Returns are 2.4 times those of normal batches of its age (1.8–3.1), mostly glue failure",
        ),
        advice=words(
            "建议下架：这批退货是同龄正常批次的 2.4 倍（1.8–3.1），库存还有 320 件。",
            "Delist: returns are 2.4 times normal (1.8–3.1) and 320 units are in stock.",
        ),
        verdict=None,
        course=course(24, 2.4),
    )
    return replace(given, **others)


SPIKES = (
    spike("B1033", "轻云跑步鞋"),
    spike("B0977", "复古德训鞋", state="continuing", verdict="confirmed", course=course(26, 1.9), units_in_stock=None),
    spike("B0912", "雪地短靴", state="over", level="calm", course=(), relative_rate=1.2, low=0.9, high=1.5),
)


def case(type_: str, reason: str, zh: str, en: str, tickets: int, share: float, change: Change | None) -> Case:
    kinds = {
        "return": words("退货", "Return"),
        "exchange": words("换货", "Exchange"),
        "repair": words("维修", "Repair"),
    }
    return Case(
        type=type_,
        reason=reason,
        type_label=kinds[type_],
        reason_label=words(zh, en),
        tickets=tickets,
        share=number(share, 214),
        change=change,
        cost=tickets * 86.4,
        advice=words("详情页补充尺码表，客服主动推荐尺码", "Add a size chart; let service recommend a size"),
        note=words("新款偏小半码", "The new model runs half a size small"),
    )


CASES = (
    case("return", "wrong_size", "尺码不合", "Wrong size", 62, 0.29, Change(0.05, 0.01, 0.09, "worse")),
    case("return", "damaged", "破损", "Damaged", 40, 0.187, Change(-0.01, -0.05, 0.03, "unclear")),
    case("exchange", "wrong_size", "尺码不合", "Wrong size", 31, 0.145, None),
    case("repair", "malfunction", "故障", "Malfunction", 12, 0.056, Change(-0.03, -0.05, -0.01, "better")),
)

FULL = Review(
    week=WEEK,
    as_of=datetime(2026, 11, 16, 9),
    version=12,
    revision=48,
    shops=("京东旗舰店",),
    where={"category": ("女鞋", None)},
    immature_share=0.43,
    attendees=("王芳", "李敏", "赵磊"),
    followed=LAST_WEEK,
    headlines=FIVE,
    moved_most="refund_rate",
    spikes=SPIKES,
    watched={"red": 2, "amber": 5, "calm": 331, "young": 74},
    cases=CASES,
    response=FIVE[3:4],
    handlers=(
        Handler("小周", 96, number(0.97, 96), 3),
        Handler("小吴", 81, number(0.89, 81), 9),
        Handler(None, 4, number(None, 4, status="insufficient"), 1),
    ),
    waiting=37,
    late=5,
    satisfaction=FIVE[2:3],
    liable=(
        Part("merchant", words("商责", "Merchant"), number(0.5, 34)),
        Part("buyer", words("用户责", "Buyer"), number(0.21, 34)),
        Part("carrier", words("物流责", "Carrier"), number(0.29, 34)),
    ),
    followups=(
        Part("control", words("不联系", "No contact"), number(0.112, 480)),
        Part("message", words("消息", "Message"), number(0.131, 492)),
        Part("coupon", words("优惠券", "Coupon"), number(0.158, 488)),
    ),
    decided=DECIDED,
    savings=(
        Saved(date(2026, 9, 1), 2, 410, 9_120.0),
        Saved(date(2026, 10, 1), 3, 655, 17_300.0),
        Saved(date(2026, 11, 1), 1, 320, None),
    ),
)

EMPTY = replace(
    FULL,
    attendees=(),
    where={},
    immature_share=None,
    followed=(),
    headlines=tuple(
        headline(name, None, None, None, sentence=words(f"{name}：缺字段", f"{name}: not available"))
        for name in ("refund_rate", "dispute_rate", "satisfaction", "response_in_time", "aftersales_cost")
    ),
    moved_most=None,
    spikes=(),
    watched={},
    cases=(),
    response=(),
    handlers=(),
    waiting=None,
    late=None,
    satisfaction=(),
    liable=(),
    followups=(),
    decided=(),
    savings=(),
)


def retold(part: Any, tell: Callable[[str, str], str], name: str = "") -> Any:
    """Return a review with every text that came from data or people told anew."""
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{each.name: retold(getattr(part, each.name), tell, each.name) for each in fields(part)})
    if isinstance(part, tuple):
        return tuple(retold(each, tell, name) for each in part)
    if name in CODES:
        return part
    if isinstance(part, dict):
        return {key: retold(value, tell, name) for key, value in part.items()}
    return tell(name, part) if isinstance(part, str) else part


ATTACK = (
    '=HYPERLINK("http://evil.example","x")</script><script>window.hacked=1</script>'
    "<img src=x onerror=window.hacked=1><a href='http://evil.example'>￥</a>]]>&amp;${{7*7}}%{x}\x00\x1b\x0b\ud800\u202e<b"
)
FULL_WIDTH = "＝1+1"
HOSTILE: Review = retold(FULL, lambda name, text: text if name.endswith("_id") else ATTACK + text)
LONG: Review = retold(FULL, lambda name, text: text if name.endswith("_id") else (text or "长") * 40)
