"""The moment from which hours are counted: the clock's, or where the data have stopped."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

LIVE = timedelta(days=1)
"""How old data may be for the clock to run on beside them; what is older stands still at its as-of."""

FRESH = timedelta(hours=2)
"""How old they may be before it has to be said that later requests and answers are missing."""


def running_clock(as_of: datetime, clock: datetime) -> datetime:
    """Return the moment from which hours are counted: the clock's where the data are live, else the as-of."""
    return clock if as_of <= clock <= as_of + LIVE else as_of


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


def counted_from(waiting: pd.DataFrame) -> set[datetime]:
    """Return the moments from which the hours of a queue are counted: one, unless its shops end at different ones."""
    timed = waiting.dropna(subset="deadline")
    moments = timed["deadline"] - pd.to_timedelta(timed["hours_left"], unit="h")
    return {moment.to_pydatetime() for moment in moments.dt.round("s")}
