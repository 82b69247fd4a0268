"""How many tickets will run out of time by tonight, and how far that may be off: tried on the evenings before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.interval import wilson
from metrics.response.evenings import Evenings, Floats
from metrics.response.seen import Seen
from metrics.words import Finding

LEVEL = 0.8
"""Share of the evenings that are to end within the range."""

WINDOW = 182
"""Evenings that a prediction rests on: the last half year."""

FIRST = 28
"""Evenings before which nothing is predicted, and errors before which no range is given."""

EVENING_TICKETS = 30.0
"""Tickets that the share of an hour weighs in that of an hour on one weekday, and that of all hours in an hour's."""

LEARNING = 0.03
"""How far the range widens after an evening outside it, or a quarter as far narrows after one within."""

LEAST_EXPECTED = 0.1
"""Tickets expected below which an evening proves nothing: nothing waited that could have run out of time."""


@dataclass(frozen=True)
class Tonight:
    """What is expected to run out of time between now and midnight, beside what is late already.

    `low` to `high` holds about four in five evenings: `coverage` of the `evenings` of the back-test ended within, with
    the Wilson interval of that share. NaN where fewer than two months of evenings are known; `status` says so.
    `waiting` are the tickets that wait now and whose time ends by midnight.
    """

    value: float
    low: float
    high: float
    waiting: int
    coverage: float
    coverage_low: float
    coverage_high: float
    evenings: int

    @property
    def status(self) -> str:
        """`ok`, or `insufficient` where the range rests on too few evenings."""
        return "ok" if self.evenings >= FIRST else "insufficient"

    def finding(self) -> Finding:
        """Return what tonight brings as a finding, in whole tickets."""
        if self.status != "ok":
            return Finding("response.tonight_unknown", {"waiting": self.waiting})
        if self.high == 0:
            return Finding("response.tonight_none")
        told = {"value": round(self.value), "low": int(self.low), "high": int(self.high)}
        return Finding("response.tonight", told)


def breaches_tonight(seen: Seen) -> Tonight:
    """Return how many tickets will run out of time unanswered by the end of the day.

    >>> shop.breaches_tonight().value  # doctest: +SKIP
    """
    return predicted(Evenings.seen(seen))


def predicted(evenings: Evenings) -> Tonight:
    """Return the prediction for the last of the evenings, and what the same method was worth on those before.

    Of what waits at this hour as many run out of time as on the evenings before, by the hour of the deadline and the
    weekday. The range is an adaptive conformal one: quantiles of how far the predictions of earlier evenings were
    off, in units of what chance alone would put them off, at a level that rises after a miss and falls after a hit
    (I. Gibbs and E. Candes, NeurIPS 34 (2021)). No evening is judged by what came after it, and none on which nothing
    waited, for to be right then is no merit.
    """
    expected, spread = _expected(evenings)
    outcome, at_stake = evenings.outcome, expected >= LEAST_EXPECTED
    lows, highs = _ranges(expected, spread, outcome, at_stake)
    tried = (~np.isnan(lows) & at_stake)[:-1]
    hits, of = float(((lows <= outcome) & (outcome <= highs))[:-1][tried].sum()), float(tried.sum())
    low, high = wilson(np.array([hits]), np.array([of]))
    return Tonight(
        value=float(expected[-1]),
        low=float(lows[-1]),
        high=float(highs[-1]),
        waiting=int(evenings.waiting[-1].sum()),
        coverage=hits / of if of else float("nan"),
        coverage_low=float(low[0]),
        coverage_high=float(high[0]),
        evenings=int(of),
    )


def _expected(evenings: Evenings) -> tuple[Floats, Floats]:
    """Return what is expected of each evening from those before it, and how far chance puts it off; NaN where few."""
    expected, spread = np.full(len(evenings), np.nan), np.full(len(evenings), np.nan)
    for day in range(FIRST, len(evenings)):
        before = slice(max(day - WINDOW, 0), day)
        alike = evenings.weekday[before] == evenings.weekday[day]
        of, hit, later = (
            evenings.waiting[before],
            evenings.breached[before],
            float(evenings.later[before][alike].mean()),
        )
        whole = (hit.sum() + 0.5) / (of.sum() + 1.0)
        by_hour = _drawn(hit.sum(axis=0), of.sum(axis=0), whole)
        share = _drawn(hit[alike].sum(axis=0), of[alike].sum(axis=0), by_hour)
        expected[day] = evenings.waiting[day] @ share + later
        spread[day] = np.sqrt(evenings.waiting[day] @ (share * (1 - share)) + later + 0.25)
    return expected, spread


def _drawn(hit: Floats, of: Floats, prior: Floats | float) -> Floats:
    return np.asarray((hit + EVENING_TICKETS * prior) / (of + EVENING_TICKETS))


def _ranges(expected: Floats, spread: Floats, outcome: Floats, at_stake: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the range of each evening in whole tickets, from the errors of those before it.

    The whole number nearest to what is expected is always in it, so that a range of few tickets is never empty.
    """
    size = len(expected)
    lows, highs = np.full(size, np.nan), np.full(size, np.nan)
    errors = np.where(at_stake, (outcome - expected) / spread, np.nan)
    outside = 1 - LEVEL
    for day in range(FIRST, size):
        earlier = errors[max(day - WINDOW, 0) : day]
        earlier = earlier[~np.isnan(earlier)]
        if len(earlier) < FIRST:
            continue
        share = float(np.clip(outside, 0.01, 0.9))
        least, most = expected[day] + np.quantile(earlier, [share / 2, 1 - share / 2]) * spread[day]
        nearest = np.round(expected[day])
        lows[day] = max(min(np.ceil(least), nearest), 0.0) + 0.0  # never -0
        highs[day] = max(np.floor(most), nearest)
        if at_stake[day]:
            missed = not lows[day] <= outcome[day] <= highs[day]
            outside += LEARNING * (1 - LEVEL - missed)
    return lows, highs
