"""The order of the meeting, and what each of its sections has found: page and deck say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from dashboard import wording
from dashboard.report import told
from dashboard.text import Text
from metrics.catalog import CATALOG
from metrics.review.model import Case, Followed, Headline, Result, Review, Spike
from metrics.words import Finding, format_change, format_value, say

MOST_RED = 3
"""Red batches that get a picture of their own: the meeting has five minutes for them."""


@dataclass(frozen=True)
class Section:
    """A section: what it is called in the agenda, its finding, what that rests on; `empty` where one line says all."""

    name: str
    head: str
    finding: str
    small: str = ""
    empty: bool = False


def sections(review: Review, text: Text) -> tuple[Section, ...]:
    """Return all sections in the order of the meeting; those with nothing to say have only their line."""
    return (
        _followed(review, text),
        _numbers(review, text),
        _moved(review, text),
        _spikes(review, text),
        _cases(review, text),
        _response(review, text),
        _satisfaction(review, text),
        _decided(review, text),
        _savings(review, text),
    )


def red(review: Review) -> tuple[Spike, ...]:
    """Return the batches that the meeting looks at one by one."""
    return tuple(spike for spike in review.spikes if spike.level == "red")[:MOST_RED]


def others(review: Review) -> tuple[Spike, ...]:
    """Return the flagged batches that only get a row."""
    shown = red(review)
    return tuple(spike for spike in review.spikes if spike not in shown)


def present(review: Review, text: Text) -> str:
    """Return who sat in the meeting."""
    if not review.attendees:
        return text("report.nobody")
    return text("report.attendees", names=text("state.list").join(review.attendees))


def stands(spike: Spike, text: Text) -> str:
    """Return what became of a flag: since when, and what people found."""
    parts = [text(f"report.state_{spike.state}")]
    if spike.first_flagged_on is not None:
        parts.append(text("batches.flagged", day=f"{spike.first_flagged_on:%m-%d}"))
    if spike.verdict is not None:
        parts.append(text(f"batches.listed_{spike.verdict}"))
    return " · ".join(parts)


def _section(name: str, text: Text, finding: str, small: str = "") -> Section:
    return Section(name, text(f"report.{name}"), finding, small)


def _nothing(name: str, text: Text) -> Section:
    return Section(name, text(f"report.{name}"), text(f"report.{name}_none"), empty=True)


def _followed(review: Review, text: Text) -> Section:
    if not review.followed:
        return _nothing("followed", text)
    counted = Counter(each.outcome.result for each in review.followed if each.outcome is not None)
    parts = [text(f"report.count_{result}", count=counted[result]) for result in get_args(Result) if counted[result]]
    late = sum(each.overdue for each in review.followed)
    if late:
        parts.append(text("report.count_overdue", count=late))
    count = len(review.followed)
    finding = text("report.followed_many", count=count)
    if parts:
        finding = text("report.followed_results", count=count, parts=text("report.comma").join(parts))
    return _section("followed", text, finding, text("report.followed_rests"))


def _numbers(review: Review, text: Text) -> Section:
    known = [given for given in review.headlines if given.now.value is not None]
    if not known:
        return _nothing("numbers", text)
    parts = []
    for verdict in ("worse", "better"):
        moved = [CATALOG[given.metric].label(text.language) for given in known if _verdict(given) == verdict]
        if moved:
            parts.append(text(f"report.numbers_{verdict}", count=len(moved), names=text("state.list").join(moved)))
    finding = text("report.comma").join(parts) if parts else text("report.numbers_alike")
    return _section("numbers", text, finding, text("trend.as_of", as_of=text.moment(review.as_of)))


def _verdict(given: Headline) -> str:
    return "" if given.change is None or given.change.low is None else given.change.verdict


def _moved(review: Review, text: Text) -> Section:
    given = told.moved_most(review)
    if given is None:
        return _nothing("moved", text)
    small = wording.rests_on(told.line(given), text, given.age, review.as_of)
    return _section("moved", text, given.sentence[text.language], small)


def _spikes(review: Review, text: Text) -> Section:
    watched = {level: review.watched.get(level, 0) for level in ("red", "amber", "calm", "young")}
    batches = f"{sum(watched.values()):,}"
    if not review.spikes:
        if not review.watched:
            return _nothing("spikes", text)
        calm = text("report.spikes_calm", count=batches)
        return Section("spikes", text("report.spikes"), calm, empty=True)
    counted = Counter(spike.state for spike in review.spikes)
    states = [
        text(f"report.count_{state}", count=counted[state]) for state in ("new", "continuing", "over") if counted[state]
    ]
    finding = text("report.spikes_many", count=len(review.spikes), parts=text("report.comma").join(states))
    small = say(Finding("spikes.watching", {"batches": batches, **watched}), text.language) if review.watched else ""
    return _section("spikes", text, finding, small[:1].upper() + small[1:])


def _cases(review: Review, text: Text) -> Section:
    if not review.cases:
        return _nothing("cases", text)
    most = max(review.cases, key=lambda case: case.tickets)
    risen = [case for case in review.cases if case.change and case.change.diff > 0 and (case.change.low or 0) > 0]
    if risen:
        first = max(risen, key=lambda case: case.change.diff if case.change else 0.0)
        finding = text(
            "report.cases_risen", pair=pair(first, text), value=_share(first, text), change=_rise(first, text)
        )
    else:
        finding = text("reasons.most", pair=pair(most, text), count=f"{most.tickets:,}", value=_share(most, text))
    return _section("cases", text, finding, text("report.cases_rests", week=text.week(review.week)))


def pair(case: Case, text: Text) -> str:
    """Return what people call a row of the trade's table: its type and its reason."""
    return f"{case.type_label[text.language]} · {case.reason_label[text.language]}"


def _share(case: Case, text: Text) -> str:
    return format_value(case.share.value, "share", text.language)


def _rise(case: Case, text: Text) -> str:
    return format_change(case.change.diff if case.change else None, "share", text.language)


def _response(review: Review, text: Text) -> Section:
    if not _told(review.response) and not review.handlers and review.waiting is None:
        return _nothing("response", text)
    waiting = text("report.waiting", waiting=_count(review.waiting), late=_count(review.late))
    told_first = _first(review.response, text) or waiting
    return _section("response", text, told_first, waiting if review.waiting is not None else "")


def _satisfaction(review: Review, text: Text) -> Section:
    if not _told(review.satisfaction) and not review.liable and not review.followups:
        return _nothing("satisfaction", text)
    finding = _first(review.satisfaction, text) or text("report.satisfaction_parts")
    return _section("satisfaction", text, finding, text("trend.as_of", as_of=text.moment(review.as_of)))


def _decided(review: Review, text: Text) -> Section:
    if not review.decided:
        return _nothing("decided", text)
    first = min(each.due for each in review.decided)
    finding = text("report.decided_many", count=len(review.decided), day=f"{first:%m-%d}")
    return _section("decided", text, finding, text("report.decided_rests"))


def _savings(review: Review, text: Text) -> Section:
    if not review.savings:
        return _nothing("savings", text)
    last = max(review.savings, key=lambda month: month.month)
    key = "report.savings_unknown" if last.money is None else "report.savings_money"
    month, money = f"{last.month:%Y-%m}", format_value(last.money, "yuan", text.language)
    finding = text(key, month=month, units=f"{last.units:,}", money=money)
    return _section("savings", text, finding, text("report.savings_means"))


def _told(lines: Sequence[Headline]) -> bool:
    return any(given.now.value is not None for given in lines)


def _first(lines: Sequence[Headline], text: Text) -> str:
    return next((given.sentence[text.language] for given in lines if given.now.value is not None), "")


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def about(decision: Followed, text: Text) -> str:
    """Return what a decision is about, in small: its subject, that it is of an earlier week, and its notes."""
    parts = [decision.about[text.language]]
    if decision.carried:
        parts.append(text("report.carried", week=text.week(decision.week)))
    return " · ".join(part for part in [*parts, decision.notes] if part)
