"""Rules of the platform that change within a comparison, and how much of the change they bring.

A rule that widens the window for returns from 7 to 15 days lets requests in that come 8 to 15 days after delivery. What
it did is measured there and nowhere else: the change in the requests of exactly these ages. Requests of these ages that
came under the old rule too (a fault shows whenever it shows) stand on both sides and drop out. Whatever else changed at
these ages is counted with the rule; ages outside are none of its doing.

Likewise for the hours to answer: what a rule of 12 hours instead of 24 did is the change in the answers that took 12 to
24 hours and count as in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from metrics.catalog import Reading
from metrics.meeting.changes import HOURS, WINDOW, RuleChange
from metrics.query import Slice

REQUESTS = {
    "refunded_{cut}": "refunded_age",
    "returned_{cut}": "returned_age",
    "quality_{cut}": "quality_age",
    "serviced_{cut}": "serviced_age",
    "refund_amount_{cut}": "refunded_age",
}
"""Numerators of cohorts that a window for returns limits, and the age in days at which each came, from payment."""

ARRIVALS = frozenset({"refunds", "returns", "services", "quality", "refund_amount"})
"""Numerators by their own day that it limits."""


def inside(change: RuleChange, start: date, stop: date, reading: Reading) -> bool:
    """Return whether a rule tells the days from start to stop apart.

    Orders are under the rule of the day on which they are paid. Requests that are counted on their own day show a wider
    window only when the first orders under it are past the old one, and go on changing until they are past the new.
    """
    day = change.effective_from.date()
    if change.name == WINDOW and reading.numerator in ARRIVALS:
        narrow, wide = sorted((change.before, change.value))
        return start < day + timedelta(days=wide) + SHIPPING and stop > day + timedelta(days=narrow)
    return start < day < stop


SHIPPING = timedelta(days=7)
"""Between payment and delivery, at most and mostly: until then not every order of the first day has been delivered."""


def opened(name: str, reading: Reading, changes: Sequence[RuleChange]) -> Slice | None:
    """Return the part of a numerator between the old and the new limit of its rule; None where the rule stayed."""
    rule = rule_of(reading)
    spans = [sorted((change.before, change.value)) for change in changes if change.name == rule]
    if not spans:
        return None
    measured, columns = _measured(reading)
    tests = []
    bound: dict[str, float] = {}
    for i, (narrow, wide) in enumerate(spans):
        tests.append(f"({measured} > $narrow_{i} AND {measured} <= $wide_{i})")
        bound |= {f"narrow_{i}": narrow, f"wide_{i}": wide}
    return Slice(name, " OR ".join(tests), columns, bound)


def rule_of(reading: Reading) -> str | None:
    """Return the rule that limits what a reading counts, so far as the data tell how near to it each event was."""
    if (reading.fact == "sold_lines" and reading.numerator in REQUESTS) or reading.numerator in ARRIVALS:
        return WINDOW
    return HOURS if reading.numerator == "answered_in_time" else None


def _measured(reading: Reading) -> tuple[str, tuple[str, ...]]:
    """Return what a rule limits, as an expression over columns that stand in the fact alone and not in its rollups."""
    if reading.numerator in REQUESTS:
        age = REQUESTS[reading.numerator]
        return f"({age} - (delivered_on - day))", (age, "delivered_on", "day")
    if reading.numerator in ARRIVALS:
        return "requested_after", ("requested_after",)
    return "(response_seconds / 3600.0)", ("response_seconds", "ticket_id")
