"""The clock in sentences: how long a ticket may still wait, and what a queue comes to."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from metrics.response.clock import counted_from
from metrics.words import Finding


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
    timed = waiting.dropna(subset="deadline").sort_values(["hours_left", "deadline"])  # whatever order it came in
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
