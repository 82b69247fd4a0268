"""How many tickets a promotion will bring, day by day, against the one before: for planning who is on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.warehouse.engine import Reader

Floats = NDArray[np.float64]

AGES = 61
"""Days after the payment that a line still brings tickets in."""

RECENT = 28
"""Days before the last known one by which the two years are compared."""

GROWTH_DAYS = 7
"""Days by whose lines those of days to come are foretold."""

FEWEST = 30
"""Tickets of the recent days below which nothing is told."""

LEVEL = 0.8
COLUMNS = [
    "offset",
    "day",
    "lines_then",
    "lines_now",
    "tickets_then",
    "tickets_now",
    "expected",
    "low",
    "high",
    "status",
]

_LINES = "SELECT day, CAST(SUM(lines) AS DOUBLE) AS lines FROM sold_lines_category GROUP BY day ORDER BY day"
_TICKETS = """
SELECT day, CAST(day - paid_on AS INT) AS age, CAST(SUM(requests) AS DOUBLE) AS tickets
FROM aftersales_events
WHERE requests = 1
GROUP BY ALL
ORDER BY ALL
"""


@dataclass(frozen=True)
class Course:
    """What was paid and what was asked on each day from `first` on; NaN on days that are not over, or not known."""

    first: date
    lines: Floats
    tickets: Floats
    curve: Floats

    @staticmethod
    def read(reader: Reader, until: date) -> Course | None:
        """Return the days before `until`; None where no line or no request is known of them."""
        lines, tickets = reader.sql(_LINES), reader.sql(_TICKETS)
        lines, tickets = (each[each["day"] < pd.Timestamp(until)] for each in (lines, tickets))
        if lines.empty or tickets.empty:
            return None
        first = lines["day"].min().date()
        days = pd.date_range(first, until - timedelta(days=1))
        aged = tickets[(tickets["age"] >= 0) & (tickets["age"] < AGES)].groupby("age")["tickets"].sum()
        curve = aged.reindex(range(AGES), fill_value=0.0).to_numpy(float)
        return Course(
            first=first,
            lines=lines.groupby("day")["lines"].sum().reindex(days, fill_value=0.0).to_numpy(float),
            tickets=tickets.groupby("day")["tickets"].sum().reindex(days, fill_value=0.0).to_numpy(float),
            curve=curve / curve.sum() if curve.sum() else curve,
        )

    def at(self, counts: Floats, day: date, size: int) -> Floats:
        """Return so many days of a count from a day on; NaN on those that are not known."""
        start = (day - self.first).days
        places = np.arange(start, start + size)
        known = (places >= 0) & (places < len(counts))
        return np.where(known, counts[np.clip(places, 0, len(counts) - 1)], np.nan)


def promotion(reader: Reader, day: date, against: date, until: date, days: int) -> pd.DataFrame:
    """Return what each day from the promotion on is expected to bring, from what the earlier one brought.

    expected = tickets then x lines at risk now / lines at risk then x drift

    where the lines at risk of a day are those paid on it and before, each weighed by the share of the shop's tickets
    that come so many days after the payment; lines of days to come are those of then, grown as the last week was. The
    drift is how the last four weeks ran against the same days of then. The range holds eight in ten of the days that
    the same sum would have foretold from each of the last four weeks' days, with what was known on it.
    """
    offsets = np.arange(days)
    frame = pd.DataFrame({"offset": offsets, "day": [pd.Timestamp(day + timedelta(days=int(k))) for k in offsets]})
    course = Course.read(reader, until)
    if course is None:
        return frame.reindex(columns=COLUMNS).assign(status="not_available")
    start = min(day, until) - timedelta(days=AGES + 3 * RECENT)
    years, known = Years.of(course, start, day - against, (day - start).days + days), (until - start).days
    expected = years.expected(known)
    low, high = np.quantile(years.errors(known, days), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    foretold = expected[-days:]
    told = np.isnan(years.tickets_then[-days:])
    return frame.assign(
        lines_then=years.lines_then[-days:],
        lines_now=years.lines_now[-days:],
        tickets_then=years.tickets_then[-days:],
        tickets_now=years.tickets_now[-days:],
        expected=foretold,
        low=foretold * low,
        high=foretold * high,
        status=np.select([told, np.isnan(foretold * low)], ["not_available", "insufficient"], "ok"),
    )[COLUMNS]


@dataclass(frozen=True)
class Years:
    """The same stretch of days now and then, laid on each other."""

    lines_then: Floats
    lines_now: Floats
    tickets_then: Floats
    tickets_now: Floats
    curve: Floats

    @staticmethod
    def of(course: Course, start: date, shift: timedelta, size: int) -> Years:
        """Return so many days from `start` on, beside those of `shift` before."""
        return Years(
            course.at(course.lines, start - shift, size),
            course.at(course.lines, start, size),
            course.at(course.tickets, start - shift, size),
            course.at(course.tickets, start, size),
            course.curve,
        )

    def expected(self, known: int) -> Floats:
        """Return what each day is expected to bring by what is known of the first so many."""
        grown = self.lines_then * _growth(self.lines_then[:known], self.lines_now[:known])
        planned = np.where(np.arange(len(grown)) < known, self.lines_now, grown)
        usual = self.tickets_then * _at_risk(planned, self.curve) / _at_risk(self.lines_then, self.curve)
        recent = slice(max(known - RECENT, 0), known)
        return usual * _drift(self.tickets_now[recent], usual[recent])

    def errors(self, known: int, days: int) -> Floats:
        """Return how many times as many tickets came on the recent days as was foretold up to so many days before."""
        found = [np.array([np.nan])]
        for earlier in range(max(known - RECENT, 0), known):
            ahead = slice(earlier, min(earlier + days, known))
            foretold = self.expected(earlier)[ahead]
            found.append(self.tickets_now[ahead] / np.where(foretold > 0, foretold, np.nan))
        errors = np.concatenate(found)
        errors = errors[~np.isnan(errors)]
        return errors if len(errors) >= RECENT else np.array([np.nan])


def _growth(then: Floats, now: Floats) -> float:
    """Return how many times as many lines the last known week has as the same days of then."""
    then, now = then[-GROWTH_DAYS:], now[-GROWTH_DAYS:]
    return float(now.sum() / then.sum()) if then.sum() > 0 else float("nan")


def _at_risk(lines: Floats, curve: Floats) -> Floats:
    """Return the lines that bring tickets on each day, by how many days ago they were paid; NaN at the beginning."""
    at_risk = np.full(len(lines), np.nan)
    whole = np.convolve(lines, curve)[: len(lines)]
    at_risk[len(curve) - 1 :] = whole[len(curve) - 1 :]
    return np.where(at_risk > 0, at_risk, np.nan)


def _drift(now: Floats, usual: Floats) -> float:
    """Return how the recent days ran against what was usual then; NaN where they have too few tickets."""
    told = (usual > 0) & ~np.isnan(now)
    return float(now[told].sum() / usual[told].sum()) if now[told].sum() >= FEWEST else float("nan")
