"""The clock of the answer: which open tickets nobody has answered yet, and how long each of them may still wait.

A ticket has to be answered within the hours of the rule in force when it was requested, so that a stricter rule puts
no older ticket in the wrong. `answered in time` of the past is the metric `response_in_time`; here is what can still
be saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from metrics.query import Columns, within
from metrics.question import Value
from metrics.warehouse.engine import Reader
from metrics.words import Finding

_QUEUE = """
WITH unanswered AS (
    SELECT * FROM handled_tickets WHERE open = 1 AND answered = 0 AND answers_of = 1{limits}
),

moments AS (
    SELECT UNNEST(CAST($shops AS VARCHAR[])) AS shop, UNNEST(CAST($moments AS TIMESTAMP[])) AS now
),

timed AS (
    SELECT u.*, m.now, u.requested_at + TO_MILLISECONDS(CAST(u.policy_hours * 3600000 AS BIGINT)) AS deadline
    FROM unanswered AS u
    INNER JOIN moments AS m ON m.shop = u.shop AND m.now >= u.requested_at
)

SELECT
    shop, ticket_id, order_id, line_id, sku_id, product_name, category, batch_id, type, reason, reason_text, liable,
    tier, province, channel, CAST(amount AS DOUBLE) AS amount, requested_at, policy_hours, deadline,
    DATE_DIFF('second', now, deadline) / 3600.0 AS hours_left,
    COALESCE(deadline <= now, FALSE) AS late,
    handler
FROM timed
WHERE $seconds IS NULL OR DATE_DIFF('second', now, deadline) <= $seconds
ORDER BY hours_left NULLS LAST, deadline, shop, ticket_id
"""


LIVE = timedelta(days=1)
"""How old data may be for the clock to run on beside them; what is older stands still at its as-of."""

FRESH = timedelta(hours=2)
"""How old they may be before it has to be said that later requests and answers are missing."""


def running_clock(as_of: datetime, clock: datetime) -> datetime:
    """Return the moment from which hours are counted: the clock's where the data are live, else the as-of."""
    return clock if as_of <= clock <= as_of + LIVE else as_of


def is_known(columns: Columns) -> bool:
    """Whether a version keeps what the clock needs; one built before there was a clock does not."""
    return {"requested_at", "policy_hours"} <= set(columns)


def moments(shops: pd.DataFrame, now: datetime | None) -> dict[str, datetime]:
    """Return the moment of each shop from which its hours are counted, in its own time.

    Without `now` it is the shop's as-of; a shop without one has no ticket whose hours could be told. A `now` with an
    offset is one moment everywhere; one without is read on the clock of each shop.
    """
    found: dict[str, datetime] = {}
    for shop, zone, as_of in shops[["shop", "time_zone", "as_of"]].itertuples(index=False):
        if now is None:
            if not pd.isna(as_of):
                found[str(shop)] = as_of.to_pydatetime()
        else:
            found[str(shop)] = now if now.tzinfo is None else now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return found


def queue(
    reader: Reader,
    columns: Columns,
    at: Mapping[str, datetime],
    due_within: timedelta | None,
    where: Mapping[str, Sequence[Value]],
) -> pd.DataFrame:
    """Return the tickets that wait for an answer at the moment `at` of their shop, the one with least time first."""
    bound: dict[str, Any] = {
        "shops": list(at),
        "moments": list(at.values()),
        "seconds": due_within.total_seconds() if due_within is not None else None,
    }
    limits = [
        f" AND {within(columns, name, allowed, bound, f'where_{i}')}" for i, (name, allowed) in enumerate(where.items())
    ]
    return reader.sql(_QUEUE.format(limits="".join(limits)), bound)


def counted_from(waiting: pd.DataFrame) -> set[datetime]:
    """Return the moments from which the hours of a queue are counted: one, unless its shops end at different ones."""
    timed = waiting.dropna(subset="deadline")
    moments = timed["deadline"] - pd.to_timedelta(timed["hours_left"], unit="h")
    return {moment.to_pydatetime() for moment in moments.dt.round("s")}


def remaining(hours_left: float) -> Finding:
    """Return how long a ticket may still wait, or how late it is, as a finding: to the minute within two days."""
    side = "late" if hours_left <= 0 else "left"
    minutes = int(abs(hours_left) * 60)
    if minutes >= 48 * 60:
        return Finding(f"response.{side}_days", {"days": minutes // 1440, "hours": minutes % 1440 // 60})
    if minutes >= 60:
        return Finding(f"response.{side}_hours", {"hours": minutes // 60, "minutes": minutes % 60})
    return Finding(f"response.{side}_minutes", {"minutes": minutes})


def outlook(waiting: pd.DataFrame, within: timedelta) -> Finding:
    """Return what a queue comes to: how many are late, how many run out of time within so long, and the first.

    >>> outlook(shop.queue(), timedelta(hours=4))  # doctest: +SKIP
    """
    timed = waiting.dropna(subset="deadline")
    if timed.empty:
        return Finding("response.none")
    hours = within.total_seconds() / 3600
    late, ahead = timed[timed["late"]], timed[~timed["late"]]
    due = ahead[ahead["hours_left"] <= hours]
    if due.empty and late.empty:
        return Finding("response.calm", {"hours": hours, "first": _first(ahead)})
    if due.empty:
        longest = remaining(float(late["hours_left"].iloc[0]))
        return Finding("response.late", {"late": len(late), "longest": longest})
    told = {"late": len(late), "due": len(due), "until": _until(due, within), "first": _first(due)}
    return Finding("response.late_and_due" if len(late) else "response.due", told)


def _first(rows: pd.DataFrame) -> str:
    """Return when the first of the rows runs out of time: the day too where it is not the same."""
    deadline, now = rows["deadline"].iloc[0], min(counted_from(rows.head(1)))
    return f"{deadline:%H:%M}" if deadline.date() == now.date() else f"{deadline:%m-%d %H:%M}"


def _until(rows: pd.DataFrame, within: timedelta) -> Finding:
    """Return the end of the time looked at: by the clock where all shops share one, else in hours."""
    moments = counted_from(rows)
    now = min(moments)
    if len(moments) == 1 and now.date() == (now + within).date():
        return Finding("response.until_clock", {"at": f"{now + within:%H:%M}"})
    return Finding("response.until_hours", {"hours": within.total_seconds() / 3600})
