"""The numbers that a week is judged by: beside last week, last year and their target, and why they moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from metrics.catalog import AGES, CATALOG, ReadingName
from metrics.drivers import Why
from metrics.meeting import Target
from metrics.question import Question, Value
from metrics.review.model import Aim, Cause, Headline, Number, Week
from metrics.review.numbers import change_between, in_each, known, number, text
from metrics.review.source import Source
from metrics.review.weeks import WEEK, week_read
from metrics.targets import in_force, is_met, scope_of
from metrics.words import Finding, Language, Refused, format_value, say, value_label

FIVE = ("refund_rate", "dispute_rate", "satisfaction", "response_in_time", "aftersales_cost")
AGE = AGES[0]
WEEKS_SHOWN = 13
YEAR = 52 * WEEK


def headline(
    shop: Source, name: str, week: date, where: Mapping[str, tuple[Value, ...]], targets: Sequence[Target]
) -> Headline:
    """Return what a review of `week` says of one metric.

    Cohorts are read at one age, for the newest week whose last day has reached it on the Monday after; what has no
    cohorts is read for the week itself. A metric that a limit does not concern is `not_available`.
    """
    metric = CATALOG[name]
    reading: ReadingName = "same_age" if "same_age" in metric.readings else metric.default_reading
    start = week_read(metric, reading, AGE, week)
    asked = Question(name, where=where, reading=reading, age=AGE, start=start, stop=start + WEEK)
    frame = shop.query(replace(asked, grain="week", start=start - YEAR, stop=start + WEEK))
    weeks = _weeks(frame, start)
    by_start = {each.start: each.now for each in weeks}
    now = number(shop.query(asked).iloc[0])
    before, year_before = by_start.get(start - WEEK), by_start.get(start - YEAR)
    arrived = reading != "arrived" and "arrived" in metric.readings
    why = _why(shop, asked) if now.value is not None else None
    return Headline(
        metric=name,
        reading=reading,
        age=AGE,
        start=start,
        stop=start + WEEK,
        now=now,
        before=before,
        year_before=year_before,
        change=change_between(now, before, metric.good),
        year_change=change_between(now, year_before, metric.good),
        arrived=number(shop.query(replace(asked, reading="arrived", start=week, stop=week + WEEK)).iloc[0])
        if arrived
        else None,
        target=_aim(targets, name, where, start, now),
        weeks=tuple(weeks[-WEEKS_SHOWN:]),
        sentence=in_each(why.sentence) if why else in_each(lambda language: _alone(name, now, language)),
        causes=_causes(why) if why else (),
        policies=tuple(_rules(why)) if why else (),
    )


def moved_most(headlines: Sequence[Headline]) -> str | None:
    """Return the metric whose change is the largest for the width of its interval: the one to be looked into.

    It need not be a clear change; a week in which nothing clearly moved still has one that a meeting may ask about.
    None where no change has both an interval and causes.
    """
    sizes = {
        each.metric: abs(each.change.diff) / (each.change.high - each.change.low)
        for each in headlines
        if each.change is not None
        and each.causes
        and each.change.low is not None
        and each.change.high is not None
        and each.change.high > each.change.low
    }
    return max(sizes, key=lambda name: sizes[name], default=None)


def _weeks(frame: pd.DataFrame, newest: date) -> list[Week]:
    told = frame.dropna(subset="period") if "period" in frame else frame.iloc[:0]
    found = [
        Week(
            start=pd.Timestamp(row["period"]).date(),
            now=number(row),
            **{name: known(row[name]) for name in ("projected", "projected_low", "projected_high")},
        )
        for row in told.to_dict("records")
    ]
    return [each for each in found if each.start <= newest]


def _why(shop: Source, asked: Question) -> Why | None:
    assert asked.start is not None
    assert asked.stop is not None
    spans = (asked.start, asked.stop), (asked.start - WEEK, asked.stop - WEEK)
    try:
        return shop.why(asked.metric, *spans, where=asked.where, reading=asked.reading, age=asked.age)
    except Refused:
        return None


def _alone(name: str, now: Number, language: Any) -> str:
    """Return the number without a comparison, or why there is none."""
    metric = CATALOG[name]
    told = {"metric": metric.label(language), "value": format_value(now.value, metric.unit, language), "n": now.n}
    code = "alone" if now.value is not None else now.status
    return say(Finding(f"review.{code}", told), language)


def _causes(why: Why) -> tuple[Cause, ...]:
    return tuple(
        Cause(
            part=row["part"],
            dimension=text(row["dimension"]),
            segment=text(row["segment"]),
            effect=float(row["effect"]),
            low=known(row["low"]),
            high=known(row["high"]),
            label=in_each(lambda language, row=row: why.label(row["part"], _segment(why, row, language), language)),  # type: ignore[misc]  # bound at once
        )
        for row in why.parts.to_dict("records")
    )


def _segment(why: Why, row: Mapping[Any, Any], language: Language) -> str | None:
    return None if row["segment"] is None else value_label(why.by, row["segment"], language)


def _rules(why: Why) -> list[Mapping[Any, str]]:
    return [
        in_each(
            lambda language, rule=rule: say(  # type: ignore[misc]  # bound at once
                Finding(f"drivers.rule_{rule.name}", {"before": f"{rule.before:g}", "value": f"{rule.value:g}"}),
                language,
            )
        )
        for rule in why.policy
    ]


def _aim(
    targets: Sequence[Target], name: str, where: Mapping[str, tuple[Value, ...]], day: date, now: Number
) -> Aim | None:
    good = CATALOG[name].good
    target = in_force(targets, name, scope_of(where), day)
    if target is None or good is None:
        return None
    return Aim(target.kind, target.value, None if now.value is None else is_met(now.value, target, good))


def immature_share(shop: Source, week: date, where: Mapping[str, tuple[Value, ...]]) -> float | None:
    """Return the share of the week's paid lines that are not past their observation window."""
    asked = Question("refund_rate", where=where, reading="final", start=week, stop=week + timedelta(days=7))
    covered = known(shop.query(asked)["coverage"].iloc[0])
    return None if covered is None else 1 - covered
