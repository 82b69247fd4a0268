"""Which week a number is read for: the newest one that is old enough for its reading."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from metrics.catalog import Metric, ReadingName

WEEK = timedelta(days=7)


def observed_days(metric: Metric, reading: ReadingName, age: int) -> int:
    """Return the age at which a day counts in full under a reading; 0 where days count at once.

    A total grows until its tickets are paid: that of last week, half of it still open, would fall every Monday.
    """
    if reading == "same_age" or metric.kind == "total":
        return age
    return metric.readings[reading].settled_after or 0


def newest_week(as_of: datetime, last_full_week: date, observed: int) -> date:
    """Return the Monday of the newest week whose last day has reached the age.

    >>> newest_week(datetime(2026, 11, 16, 9), date(2026, 11, 9), 7)
    datetime.date(2026, 11, 2)
    """
    sunday = as_of.date() - timedelta(days=observed + (0 if observed else 1))
    full = sunday - timedelta(days=(sunday.weekday() + 1) % 7) - timedelta(days=6)
    return min(full, last_full_week)


def week_read(metric: Metric, reading: ReadingName, age: int, week: date) -> date:
    """Return the Monday of the week that a review of `week` reads a metric for, on the Monday morning after it.

    >>> from metrics.catalog import CATALOG
    >>> week_read(CATALOG["refund_rate"], "same_age", 7, date(2026, 11, 9))
    datetime.date(2026, 11, 2)
    """
    after = datetime.combine(week + WEEK, datetime.min.time())
    return newest_week(after, week, observed_days(metric, reading, age))
