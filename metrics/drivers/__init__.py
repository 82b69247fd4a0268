"""Why a number moved between two periods: late arrivals, rules, rates within segments, and the mix of segments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import pandas as pd

from metrics.catalog import ReadingName
from metrics.compare import Difference, compare
from metrics.drivers.bounds import with_bounds
from metrics.drivers.parts import PARTS, Part, parts_of_ratio, parts_of_total, side_by_side
from metrics.drivers.rules import inside, opened
from metrics.drivers.sentences import label, sentence
from metrics.drivers.told import EARLIER, OPENED, Estimated, Told
from metrics.meeting.changes import RuleChange, changes_of
from metrics.query import Plan, Slice, Tables, plan
from metrics.question import Question, Value
from metrics.words import Finding, Language, Refused

__all__ = ["PARTS", "Estimated", "RuleChange", "Why", "why"]

Period = tuple[date, date]

COLUMNS = ["part", "dimension", "segment", "effect", "low", "high", "share_before", "share_now"]

FIRST_CHOICE = ("category", "arm", "province", "shop")
"""What a number is split by where nobody says: the first of these that its fact has."""


class Source(Tables, Protocol):
    """What an opened shop has to tell."""

    def sums(self, laid: Plan) -> pd.DataFrame:
        """Return the sums of a question laid on its table."""

    def why_not(self, question: Question) -> Finding:
        """Return why a question has no answer."""

    def policies(self) -> Sequence[tuple[str, datetime, float]]:
        """Return every rule with the moment from which it holds, in order of time."""


@dataclass(frozen=True)
class Why:
    """The change of a metric between two periods, and its causes.

    `parts` has one row per cause, the largest first: `part` (late, policy, rate, mix; of a total also volume),
    `dimension` and `segment` (None is the unknown; volume has neither), `effect` in the unit of the metric, `low` and
    `high` where they are known, and for mix the share of the segment in both periods. The effects sum to
    `change.diff`. `policy` names the rules that changed inside the comparison, whether or not the data tell the size
    of it. Where a period is young, `now` and `before` are what has come back so far, and `expected` is what they will
    come to.
    """

    metric: str
    reading: ReadingName
    by: str
    period: Period
    against: Period
    now: Estimated
    before: Estimated
    change: Difference
    parts: pd.DataFrame = field(repr=False)
    policy: tuple[RuleChange, ...]
    expected: tuple[float, float] | None = None

    @property
    def finding(self) -> Finding:
        """What there is to say, with the bare numbers; `sentence` words it.

        `drivers.change` where the interval shows one, `unclear` where it covers zero, `plain` where there is no
        interval, `young` where a period is not past its observation window.
        """
        if self.expected is not None:
            kind = "young"
        elif math.isnan(self.change.low):
            kind = "plain"
        else:
            kind = "unclear" if self.change.verdict == "unclear" else "change"
        values = {"metric": self.metric, "value": self.now.value, "diff": self.change.diff}
        return Finding(f"drivers.{kind}", values)

    def totals(self) -> dict[str, float]:
        """Return the effect of each part as a whole, in the order of `PARTS`."""
        sums = self.parts.groupby("part")["effect"].sum()
        return {part: float(sums[part]) for part in PARTS if part in sums}

    def sentence(self, language: Language) -> str:
        """Return number, comparison, largest cause with its size and the next step: in Chinese at most 45 characters.

        No direction is claimed where the interval of the change covers zero, or where there is none.
        """
        return sentence(self, language)

    def label(self, part: Part, segment: str | None, language: Language, others: int = 0) -> str:
        """Return the name of a cause as it stands beside a bar; `others` is how many segments it folds together."""
        return label(self, part, segment, others, language)


def why(
    shop: Source,
    metric: str,
    period: Period | str,
    against: Period | str,
    by: str | None = None,
    where: Mapping[str, Value | Sequence[Value]] | None = None,
    reading: ReadingName | None = None,
    age: int = 7,
) -> Why:
    """Split the change of a metric into causes that add up to it; `Shop.why` says how it is asked."""
    limits: Mapping[str, Any] = where or {}
    asked = _question(shop, Question(metric, (), None, limits, reading, age), by)
    spans = {"now": week_or_days(period), "before": week_or_days(against)}
    start, stop = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    fact = asked.definition.readings[asked.reading_asked]
    changes = [each for each in changes_of(shop.policies()) if inside(each, start, stop, fact)]
    now, before = (_ask(shop, replace(asked, start=span[0], stop=span[1]), changes) for span in spans.values())
    young = now.young or before.young
    for told in (now, before):
        told.refuse_without_number()
    segments = side_by_side(before.segments(projected=young), now.segments(projected=young))
    split = parts_of_total if asked.definition.kind == "total" else parts_of_ratio
    parts = split(segments)
    if not young and not now.laid.slices and asked.definition.kind != "total":
        parts = with_bounds(parts, segments, before.estimates(), now.estimates())
    estimates = now.estimate(so_far=young), before.estimate(so_far=young)
    change = compare(*estimates, asked.definition.good)
    if young:  # an interval of what has come back so far says nothing of what is still to come
        change = Difference(change.diff, math.nan, math.nan, "unclear")
    parts["dimension"] = parts["part"].map(lambda part: None if part == "volume" else asked.by[0])
    parts["segment"] = parts["segment"].astype(object).where(parts["segment"].notna(), None)
    parts = parts.reindex(columns=COLUMNS)[parts["effect"] != 0]
    return Why(
        metric=metric,
        reading=asked.reading_asked,
        by=asked.by[0],
        period=spans["now"],
        against=spans["before"],
        now=estimates[0],
        before=estimates[1],
        change=change,
        parts=parts.sort_values("effect", key=abs, ascending=False, ignore_index=True, kind="stable"),
        policy=tuple(changes),
        expected=(now.expected, before.expected) if young else None,
    )


def week_or_days(period: Period | str) -> Period:
    """Return the first day of a period and the day after its last; a week may be named.

    >>> week_or_days("2026-W45")
    (datetime.date(2026, 11, 2), datetime.date(2026, 11, 9))
    """
    if not isinstance(period, str):
        return period
    year, _, week = period.partition("-W")
    try:
        monday = date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        raise Refused("drivers.not_a_week", text=period) from None
    return monday, monday + timedelta(days=7)


def _question(shop: Source, asked: Question, by: str | None) -> Question:
    """Return the question with its reading and its dimension; refused where it has no parts that add up."""
    definition = asked.definition
    if definition.kind in ("quantile", "part"):
        raise Refused(f"drivers.{definition.kind}", metric=definition.name)
    if asked.reading is None and "same_age" in definition.readings:
        asked = replace(asked, reading="same_age")
    reading = definition.readings.get(asked.reading_asked)
    columns = shop.columns(reading.fact) if reading else {}
    asked = replace(asked, by=(by or next((name for name in FIRST_CHOICE if name in columns), "shop"),))
    if plan(asked, shop) is None:
        finding = shop.why_not(asked)
        raise Refused(finding.code, **finding.values)
    return asked


def _ask(shop: Source, asked: Question, changes: Sequence[RuleChange]) -> Told:
    """Sum one period by segment, and apart what a rule let in and, of the rest, what comes from orders paid before."""
    reading = asked.definition.readings[asked.reading_asked]
    by_rule = opened(OPENED, reading, changes)
    slices = [by_rule] if by_rule else []
    if reading.fact == "activity":
        not_by_rule = f" AND NOT COALESCE({by_rule.condition}, FALSE)" if by_rule else ""
        columns = ("paid_on", *(by_rule.columns if by_rule else ()))
        bound = {"paid_before": asked.start, **(by_rule.parameters if by_rule else {})}
        slices.append(Slice(EARLIER, f"paid_on < $paid_before{not_by_rule}", columns, bound))
    laid = plan(asked, shop, tuple(slices))
    if laid is None:
        raise Refused("drivers.older_store")
    return Told(laid, shop.sums(laid))
