"""One week's review, put together from one version of the data and one of what people typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from metrics.batches.report import SpikeReport
from metrics.drivers import week_or_days
from metrics.meeting import Meeting
from metrics.question import Question
from metrics.review import cases, flagged, followed, handling, headlines
from metrics.review.model import Review
from metrics.review.source import Source
from metrics.review.weeks import WEEK
from metrics.words import Refused

ANSWERED = ("response_in_time", "response_hours", "response_hours_p90", "repair_escalation_rate")
SAID = ("satisfaction", "negative_rate", "ticket_dispute_rate", "dispute_lost_rate")


def review(
    shop: Source,
    typed: Meeting,
    week: str | date | None = None,
    where: Mapping[str, Any] | None = None,
    *,
    aside: bool = False,
) -> Review:
    """Return the review of a week; `Shop.review` says how it is asked."""
    monday = _monday(shop, week)
    limits = Question("refund_rate", where=where or {}).where
    targets, decisions, verdicts = typed.targets(), typed.decisions(), typed.verdicts()
    told = {
        name: headlines.headline(shop, name, monday, limits, targets)
        for name in dict.fromkeys((*headlines.FIVE, *ANSWERED, *SAID))  # two of them stand in two sections
    }
    five, answered, said = (tuple(told[name] for name in names) for names in (headlines.FIVE, ANSWERED, SAID))
    report = _judged(shop, monday, aside=aside)
    waiting, late = handling.waiting(shop, monday, limits)
    assert shop.as_of is not None
    return Review(
        week=monday,
        as_of=shop.as_of,
        version=shop.version,
        revision=typed.revision,
        shops=tuple(shop.values("shop")),
        where=dict(limits),
        immature_share=headlines.immature_share(shop, monday, limits),
        attendees=tuple(typed.attendees(monday)),
        followed=followed.earlier(shop, decisions, monday),
        headlines=five,
        moved_most=headlines.moved_most(five),
        spikes=flagged.spikes(report, lambda: _judged(shop, monday - WEEK, aside=aside), monday, limits, verdicts)
        if report
        else (),
        watched=flagged.watched(report, limits) if report else {},
        cases=cases.cases(shop, monday, limits, typed),
        response=answered,
        handlers=handling.handlers(shop, monday, limits),
        waiting=waiting,
        late=late,
        satisfaction=said,
        liable=handling.liable(shop, monday, limits),
        followups=handling.followups(shop, monday, limits),
        decided=followed.new(shop, decisions, monday),
        savings=flagged.savings(report, limits, verdicts) if report else (),
    )


def _judged(shop: Source, week: date, *, aside: bool) -> SpikeReport | None:
    """Return the batches as they stood at the end of the week; None where they cannot be judged."""
    assert shop.as_of is not None
    try:
        return shop.spike_report(min(flagged.judged_on(week), shop.as_of.date()), aside=aside)
    except Refused:
        return None


def _monday(shop: Source, week: str | date | None) -> date:
    """Return the Monday of the week that is asked for, and refuse one that is not over, or before the data."""
    newest = shop.last_full_week
    ordered = shop.sql("SELECT MIN(ordered_at) AS first FROM order_lines")["first"].iloc[0]
    if newest is None or pd.isna(ordered):
        raise Refused("review.no_data")
    first = ordered.date()
    earliest = first - timedelta(days=first.weekday())
    if newest < earliest:
        raise Refused("review.no_week", first=f"{earliest:%G-W%V}")
    if week is None:
        return newest
    day = _day(week)
    monday = day - timedelta(days=day.weekday())
    if not earliest <= monday <= newest:
        raise Refused("review.beyond", week=f"{monday:%G-W%V}", first=f"{earliest:%G-W%V}", last=f"{newest:%G-W%V}")
    return monday


def _day(week: str | date) -> date:
    """Return a day of a week that is given by its name or by any of its days."""
    if not isinstance(week, str):
        return date(week.year, week.month, week.day)  # of a datetime too
    try:
        return date.fromisoformat(week) if "-W" not in week else week_or_days(week)[0]
    except ValueError:
        raise Refused("drivers.not_a_week", text=week) from None
