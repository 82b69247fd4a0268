"""What a number is aimed at, and whether it gets there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from metrics.catalog import Good
from metrics.meeting import Target, TargetKind
from metrics.question import Value

WHOLE_SHOP = ""
PRECEDENCE: tuple[TargetKind, ...] = ("own", "platform", "peers")
"""Which of several targets a tile shows: what the shop set itself before what others measure it by."""


def scope_of(where: Mapping[str, Sequence[Value]]) -> str:
    """Return what a target is set for when a page is limited so: the whole shop, or just these limits.

    Which shop is looked at is not part of it: a target is set for every shop of a store alike.

    >>> scope_of({"shop": ["一店"]}), scope_of({"province": ["广东"], "category": ["服饰", "家居"]})
    ('', 'category=家居,服饰&province=广东')
    """
    limits = {name: ",".join(sorted(map(str, values))) for name, values in where.items() if name != "shop"}
    return "&".join(f"{name}={limits[name]}" for name in sorted(limits))


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
