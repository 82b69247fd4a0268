"""What became of a decision: its subject before and after its day, and comparable SKUs over the same days.

Before and after are no proof: a product may recover by itself, and a bad month is followed by a better one whoever
decided what (regression to the mean). So the change is held against that of the SKUs of the same category that nobody
decided about (difference in differences, e.g. Angrist and Pischke, "Mostly Harmless Econometrics", 2009, ch. 5), and
a result is claimed only where the interval of the difference of both changes leaves something out: that it worked,
where it leaves out zero; that it did not, where it leaves out zero on the other side, or all that is worth having.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from metrics.catalog import AGES, CATALOG, Good
from metrics.meeting import Decision
from metrics.question import Question, Value
from metrics.review.model import Change, Number, Outcome, Result
from metrics.review.numbers import apart, change_between, in_each, number
from metrics.review.source import Source
from metrics.words import Finding, Language, format_value, say

AGE = AGES[0]
MOST_DAYS, FEWEST_DAYS, STEP = 28, 14, 7
"""How many days are counted before and after: whole weeks, four where they are over, and never less than two."""

METRICS = {"sku": "refund_rate", "batch": "quality_return_rate", "reason": "reason_share"}
"""What is counted of a subject. A metric is counted by itself."""

TOO_SMALL = 0.25
"""Share of the level before below which an improvement is none: where the interval rules out more, nothing helped."""


@dataclass(frozen=True)
class _Counted:
    """What is asked of a subject, and of its like."""

    question: Question
    peers: Question | None
    age: int


def outcome(shop: Source, decision: Decision, by: date) -> Outcome | None:
    """Return what became of a decision; None where its subject is nothing that is counted.

    The day that divides before from after is that on which it was due: by then it should be in force. Cohorts are
    counted once they are seven days old, requests on their own day. `by` is the day of the meeting: what came after it
    is left out, so that the review of an old week reads as it did then. Where it was carried out before
    its day, part of what it did stands before: that hides an effect, and never makes one up.
    """
    counted = _counted(shop, decision)
    if counted is None:
        return None
    good = CATALOG[counted.question.metric].good or "down"
    since = max(decision.due, decision.week)
    matured = (by - timedelta(days=counted.age) - since).days
    days = min(MOST_DAYS, matured // STEP * STEP)
    judged_from = since + timedelta(days=FEWEST_DAYS + counted.age)
    earlier = since - timedelta(days=max(days, FEWEST_DAYS)), since
    later = since, since + timedelta(days=days)
    before = _number(shop, counted.question, *earlier)
    if days < FEWEST_DAYS:
        nothing = Number(0, None, None, None, None, None, "immature")
        return _told("early", decision, counted, judged_from, good, before, nothing, None, None, None)
    after = _number(shop, counted.question, *later)
    peers: tuple[Number | None, Number | None] = (None, None)
    if counted.peers is not None:
        peers = _number(shop, counted.peers, *earlier), _number(shop, counted.peers, *later)
    change = change_between(after, before, good)
    of_peers = change_between(peers[1], peers[0], good) if peers[0] and peers[1] else None
    effect = apart(change, of_peers, good) if change and of_peers else None
    result = result_of(change if counted.peers is None else effect, before, good)
    return _told(result, decision, counted, judged_from, good, before, after, *peers, effect)


def result_of(effect: Change | None, before: Number, good: Good) -> Result:
    """Return the result that a change, less that of the comparable, allows to speak of.

    >>> fell = Change(-0.10, -0.16, -0.04, "better")
    >>> result_of(fell, Number(100, 20.0, 100.0, 0.2, 0.13, 0.29, "ok"), "down")
    'worked'
    """
    if effect is None or effect.low is None or effect.high is None:
        return "unclear"
    low, high = (effect.low, effect.high) if good == "down" else (-effect.high, -effect.low)
    if high < 0:
        return "worked"
    if low > 0 or (before.value is not None and low > -TOO_SMALL * before.value):
        return "not_worked"
    return "unclear"


def _counted(shop: Source, decision: Decision) -> _Counted | None:
    kind, subject = decision.subject_kind, decision.subject
    if kind == "metric" and subject in CATALOG:
        readings = CATALOG[subject].readings
        cohorts = "same_age" in readings
        return _Counted(
            Question(subject, reading="same_age" if cohorts else None, age=AGE), None, AGE if cohorts else 0
        )
    if kind == "reason":
        return _Counted(Question(METRICS[kind], where={"reason": (subject,)}), None, 0)
    if kind not in ("sku", "batch"):
        return None
    # A batch is named as in a link: SKU and batch, led by the shop where there are several.
    names = ("batch_id", "sku_id", "shop") if kind == "batch" else ("sku_id",)
    told = reversed(subject.split("/")) if kind == "batch" else (subject,)
    where: dict[str, tuple[Value, ...]] = {name: (part,) for name, part in zip(names, told, strict=False)}
    if "sku_id" not in where:
        return None
    asked = Question(METRICS[kind], where=where, reading="same_age", age=AGE)
    like = _like(shop, str(where["sku_id"][0]))
    others = {name: where[name] for name in ("shop",) if name in where} | {"sku_id": like}
    return _Counted(asked, replace(asked, where=others) if like else None, AGE)


def _like(shop: Source, sku: str) -> tuple[str, ...]:
    """Return the other SKUs of the category of one; none where nobody knows its category."""
    products = shop.sql("SELECT DISTINCT sku_id, category FROM products WHERE category IS NOT NULL")
    category = products.loc[products["sku_id"] == sku, "category"]
    if category.empty:
        return ()
    return tuple(sorted(set(products.loc[products["category"] == category.iloc[0], "sku_id"]) - {sku}))


def _number(shop: Source, question: Question, start: date, stop: date) -> Number:
    return number(shop.query(replace(question, start=start, stop=stop)).iloc[0])


def _told(
    result: Result,
    decision: Decision,
    counted: _Counted,
    judged_from: date,
    good: Good,
    before: Number,
    after: Number,
    peers_before: Number | None,
    peers_after: Number | None,
    effect: Change | None,
) -> Outcome:
    metric = CATALOG[counted.question.metric]
    gone = decision.subject_kind == "batch" and result == "unclear" and after.n == 0
    code = "outcome_gone" if gone else f"outcome_{result}"

    def sentence(language: Language) -> str:
        shown = [format_value(each.value, metric.unit, language) for each in (before, after)]
        beside = say(Finding("review.no_peers"), language)
        if peers_before is not None and peers_after is not None:
            told = [format_value(each.value, metric.unit, language) for each in (peers_before, peers_after)]
            beside = say(Finding("review.peers", {"before": told[0], "after": told[1]}), language)
        values = {
            "metric": metric.label(language),
            "before": shown[0],
            "after": shown[1],
            "n": f"{after.n:,}",
            "peers": beside,
            "day": f"{judged_from:%m-%d}",
        }
        return say(Finding(f"review.{code}", values), language)

    return Outcome(
        result=result,
        metric=metric.name,
        judged_from=judged_from,
        before=before,
        after=after,
        change=change_between(after, before, good),
        peers_before=peers_before,
        peers_after=peers_after,
        peers_change=change_between(peers_after, peers_before, good) if peers_before and peers_after else None,
        sentence=in_each(sentence),
        effect=effect,
    )
