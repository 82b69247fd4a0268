"""What was decided, as it stands this minute: a review is frozen, and decisions are written on while it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from metrics.meeting import Decision
from metrics.review.model import Followed


def brought_up(followed: Iterable[Followed], decisions: Iterable[Decision], day: date) -> list[Followed]:
    """Return the decisions of a review with the words, status and notes that they have by now, overdue on a day."""
    now = {each.number: each for each in decisions}
    return [_with(each, now[each.number], day) if each.number in now else each for each in followed]


def of_meeting(decided: Sequence[Followed], decisions: Sequence[Decision], monday: date) -> list[Decision]:
    """Return what was decided in the week of a meeting, also what was added since its review was frozen."""
    known = {each.number for each in decided}
    return [each for each in decisions if each.number in known or each.week == monday]


def _with(each: Followed, now: Decision, day: date) -> Followed:
    return replace(
        each,
        text=now.text,
        owner=now.owner,
        due=now.due,
        status=now.status,
        notes=now.notes,
        author=now.author,
        revision=now.revision,
        overdue=now.status == "open" and now.due < day,
    )
