"""How many tickets a promotion will bring, day by day, against the one before: for planning who is on duty."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from metrics.response.years import AGES, RECENT, Course, Years
from metrics.warehouse.engine import Reader
from metrics.words import Refused

COLUMNS = [
    "offset",
    "day",
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
    """
    if against >= day:
        raise Refused("response.promotion_order", day=f"{day}", against=f"{against}")
    offsets = np.arange(days)
    frame = pd.DataFrame({"offset": offsets, "day": [pd.Timestamp(day + timedelta(days=int(k))) for k in offsets]})
    course = Course.read(reader, until)
    if course is None:
        return frame.reindex(columns=COLUMNS).assign(status="not_available")
    start = min(day, until) - timedelta(days=AGES + 3 * RECENT)
    years, known = Years.of(course, start, day - against, (day - start).days + days), (until - start).days
    foretold = years.expected(known)[-days:]
    factor = years.spread(known, days)
    unknown = np.isnan(years.tickets_then[-days:])
    return frame.assign(
        lines_then=years.lines_then[-days:],
        lines_now=years.lines_now[-days:],
        tickets_then=years.tickets_then[-days:],
        tickets_now=years.tickets_now[-days:],
        usual=years.usual(min(known, (day - start).days)),
        expected=foretold,
        low=foretold / factor,
        high=foretold * factor,
        status=np.select([unknown, np.isnan(factor)], ["not_available", "insufficient"], "ok"),
    )[COLUMNS]
