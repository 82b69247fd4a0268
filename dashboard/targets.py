"""What a number is aimed at, and whether it gets there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from metrics.catalog import Good
from metrics.meeting import Target, TargetKind

WHOLE_SHOP = ""
PRECEDENCE: tuple[TargetKind, ...] = ("own", "platform", "peers")
"""Which of several targets a tile shows: what the shop set itself before what others measure it by."""


def in_force(targets: Iterable[Target], metric: str, scope: str, day: date) -> Target | None:
    """Return the target that holds on a day: of the scope itself, and the newest of the first kind that there is."""
    held = [each for each in targets if (each.metric, each.scope) == (metric, scope) and each.effective_from <= day]
    for kind in PRECEDENCE:
        of_kind = [each for each in held if each.kind == kind]
        if of_kind:
            return max(of_kind, key=lambda each: each.effective_from)
    return None


def is_met(value: float, target: Target, good: Good) -> bool:
    """Return whether a number is on the right side of its target; reaching it exactly is enough.

    >>> is_met(0.079, Target("refund_rate", "", date(2026, 1, 1), "own", 0.08), "down")
    True
    """
    return value >= target.value if good == "up" else value <= target.value
