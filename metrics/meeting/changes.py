"""Where a rule of the platform took a new value, and which changes are near."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from metrics.meeting.entries import Policy

WINDOW = "return_window_days"
HOURS = "response_hours"

NOTICE = timedelta(days=14)
"""How long before it takes effect a rule is announced on every morning: time enough to change texts and shifts."""


@dataclass(frozen=True)
class RuleChange:
    """A rule of the platform that took a new value."""

    name: str
    effective_from: datetime
    before: float
    value: float


def changes_of(policies: Iterable[tuple[str, datetime, float]]) -> list[RuleChange]:
    """Return where the value of a rule changed, from its entries in order of time."""
    changes: list[RuleChange] = []
    last: dict[str, float] = {}
    for name, effective_from, value in policies:
        if name in last and last[name] != value:
            changes.append(RuleChange(name, effective_from, last[name], value))
        last[name] = value
    return changes


def upcoming(policies: Iterable[Policy], today: date, notice: timedelta = NOTICE) -> list[tuple[Policy, RuleChange]]:
    """Return the changes that take effect within `notice`, the nearest first, each with what was typed of it.

    A rule is named from so many days before until the day on which it holds; a value that stays is no change.
    """
    typed = {(each.name, each.effective_from): each for each in policies}
    changes = changes_of((each.name, each.effective_from, each.value) for each in typed.values())
    near = [each for each in changes if today < each.effective_from.date() <= today + notice]
    return [
        (typed[each.name, each.effective_from], each) for each in sorted(near, key=lambda each: each.effective_from)
    ]
