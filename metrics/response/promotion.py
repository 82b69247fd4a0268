"""How many tickets a promotion will bring, day by day, against the one before: for planning who is on duty."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from metrics.response.years import AGES, AROUND, RECENT, Counts, Course, Years
from metrics.warehouse.engine import Reader
from metrics.words import Refused

LONGEST = 60
"""Days from a promotion on that are looked at, however few are asked for, so that a day is foretold the same."""

COLUMNS = [
    "offset",
    "day",
    "day_then",
    "lines_then",
    "lines_now",
    "tickets_then",
    "tickets_now",
    "usual",
    "expected",
    "low",
    "high",
    "status",
]


def promotion(reader: Reader, day: date, against: date, until: date, days: int) -> pd.DataFrame:
    """Return what each day from the promotion on is expected to bring, from what the earlier one brought.

    expected = tickets then x lines at risk now / lines at risk then x drift

    where the lines at risk of a day are those paid on it and before, each weighed by the share of the shop's tickets
    that come so many days after the payment; lines of days to come are those of then, grown as the last week was. The
    drift is how the last four weeks ran against the same days of then. The tickets of then are evened out first, or
    the chance of a day of then would be foretold anew. The range is as wide as the chance of the foretold count and
    what the same sum, told on each of the last four weeks' days, was off by so many days later. `usual` is what an
    ordinary day brings: the median of the four weeks before the promotion.

    Days that are over keep what was foretold on the eve: who knows what came can foretell it well.
    """
    if against >= day:
        raise Refused("response.promotion_order", day=f"{day}", against=f"{against}")
    counts = Counts.read(reader)
    told = _foretold(counts, day, against, until, days)
    if until <= day:
        return told
    over, foretold = told["tickets_now"].notna(), ["expected", "low", "high", "status"]
    return told.assign(**_foretold(counts, day, against, day, days)[foretold].where(over, told[foretold]))


def _foretold(counts: Counts, day: date, against: date, until: date, days: int) -> pd.DataFrame:
    """Return the same by what was known before a day, also for those days that were over by then."""
    days_of = {"day": pd.date_range(day, periods=days), "day_then": pd.date_range(against, periods=days)}
    frame = pd.DataFrame({"offset": np.arange(days), **days_of})
    course = Course.of(counts, until)
    if course is None:
        return frame.reindex(columns=COLUMNS).assign(status="not_available")
    start = min(day, until) - timedelta(days=AGES + 3 * RECENT)
    eve, known = (day - start).days, (until - start).days
    asked = slice(eve, eve + days)
    years = Years.of(course, start, day - against, eve + max(days, LONGEST) + AROUND)
    foretold, factor = years.expected(known)[asked], years.spread(known)[asked]
    unknown = np.isnan(years.tickets_then[asked])
    return frame.assign(
        lines_then=years.lines_then[asked],
        lines_now=years.lines_now[asked],
        tickets_then=years.tickets_then[asked],
        tickets_now=years.tickets_now[asked],
        usual=years.usual(min(known, eve)),
        expected=foretold,
        low=foretold / factor,
        high=foretold * factor,
        status=np.select([unknown, np.isnan(factor)], ["not_available", "insufficient"], "ok"),
    )[COLUMNS]
