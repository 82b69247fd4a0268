"""The same days of two years laid on each other: what was paid and asked then, and what that foretells of now."""

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

AROUND = 14
"""Days before and after one of then toward which its tickets are drawn, as far as they scatter by chance alone."""

AHEAD = 15
"""Days ahead for which the foretellings of the recent days are looked up."""

WIDE = 1.533
"""Standard errors that hold eight in ten days: Student's t with four degrees of freedom.

The errors of four weeks that overlap are worth about one for each week, so that how far they stray is known poorly.
"""

_LINES = "SELECT day, CAST(SUM(lines) AS DOUBLE) AS lines FROM sold_lines_category GROUP BY day ORDER BY day"
_TICKETS = """
SELECT day, CAST(day - paid_on AS INT) AS age, CAST(SUM(requests) AS DOUBLE) AS tickets
FROM aftersales_events
WHERE requests = 1
GROUP BY ALL
ORDER BY ALL
"""


@dataclass(frozen=True)
class Counts:
    """The lines of each day and its tickets by the age of their line, as they are read, once for every `until`."""

    lines: pd.DataFrame
    tickets: pd.DataFrame

    @staticmethod
    def read(reader: Reader) -> Counts:
        """Return all that is known."""
        return Counts(reader.sql(_LINES), reader.sql(_TICKETS))


@dataclass(frozen=True)
class Course:
    """What was paid and what was asked on each day from `first` on; NaN on days that are not over, or not known."""

    first: date
    lines: Floats
    tickets: Floats
    curve: Floats

    @staticmethod
    def of(counts: Counts, until: date) -> Course | None:
        """Return the days before `until`; None where no line or no request is known of them."""
        lines, tickets = (each[each["day"] < pd.Timestamp(until)] for each in (counts.lines, counts.tickets))
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
        then = _at_risk(self.lines_then, self.curve)
        usual = _evened(self.tickets_then, then) * _at_risk(planned, self.curve) / then
        recent = slice(max(known - RECENT, 0), known)
        return usual * _drift(self.tickets_now[recent], usual[recent])

    def usual(self, known: int) -> float:
        """Return the tickets of an ordinary day: the median of the last four weeks, which a peak does not move."""
        recent = self.tickets_now[max(known - RECENT, 0) : known]
        told = recent[~np.isnan(recent)]
        return float(np.median(told)) if len(told) == RECENT else float("nan")

    def spread(self, known: int) -> Floats:
        """Return by how many times each day may bring more, or less, than expected: eight in ten do not.

        What a count scatters by chance, and what the foretelling itself is off by after so many days.
        """
        foretold = self.expected(known)
        ahead = np.maximum(np.arange(len(foretold)) - known + 1, 1)
        chance = 1 / np.where(foretold > 0, foretold, np.nan)
        return np.asarray(np.exp(WIDE * np.sqrt(chance + self.strays(known) * ahead)))

    def strays(self, known: int) -> float:
        """Return how fast the squared relative error of a foretelling grows with each day ahead, beyond chance.

        By what was foretold on each of the recent days for the days after it. What is at work changes little by little
        (growth, the mix, a rule), so that the error goes with time as that of a random walk does. What the counts of
        the days scatter by chance is taken off, since it is added for the foretold day itself.
        """
        came, foretold, ahead = (np.array([]) for _ in range(3))
        for earlier in range(max(known - RECENT, 0), known):
            span = slice(earlier, min(earlier + AHEAD, known))
            here = self.expected(earlier)[span]
            came = np.append(came, self.tickets_now[span])
            foretold = np.append(foretold, here)
            ahead = np.append(ahead, np.arange(len(here)) + 1.0)
        told = ~np.isnan(came) & (foretold > 0)
        if told.sum() < RECENT:
            return float("nan")
        came, foretold, ahead = came[told], foretold[told], ahead[told]
        beyond = (came - foretold) ** 2 - foretold
        return max(float((ahead * beyond).sum() / ((ahead * foretold) ** 2).sum()), 0.0)


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


def _evened(tickets: Floats, at_risk: Floats) -> Floats:
    """Return the tickets of each day without most of their chance: drawn toward what the days around make one expect.

    The share of a day's own count that stays is an empirical Bayes estimate, told by how far the days scatter around
    their neighbours beyond what counts do anyway: a small shop keeps the course of its lines, a large one its days.
    """
    told = ~np.isnan(tickets * at_risk)
    window = np.ones(2 * AROUND + 1)
    near = np.convolve(np.where(told, tickets, 0.0), window, "same")
    of = np.convolve(np.where(told, at_risk, 0.0), window, "same")
    around = np.where(told, near / np.where(of > 0, of, np.nan) * at_risk, np.nan)
    weighed = np.nansum(around**2)
    beyond = max(float(np.nansum((tickets - around) ** 2 - around) / weighed), 0.0) if weighed > 0 else 0.0
    own = beyond * around / (1 + beyond * around)
    return around + own * (tickets - around)
