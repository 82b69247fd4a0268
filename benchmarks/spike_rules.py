"""The rules that shops use today, and the better ones of the literature, each as one look at the end of a day.

Every rule gets the same counts and the same estimates, and answers with a score for each open batch; above the limit
of the rule the batch is flagged. What the rules differ in is what they take for chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from benchmarks.spike_counts import AsOf, Counts, Floats, Habits

REFIT_DAYS = 7
FEWEST_UNITS = 30
"""A raw rate is read from this many units on."""
LEAST_MATURED = 0.10
"""A rate adjusted for age is read once this share of the returns should be in, as in the ledger."""
FEWEST_EXPECTED = 5.0
"""A normal deviation is read from this many expected returns on: below, one return too many is three sigma."""


@dataclass(frozen=True)
class Chart:
    """A centre line, and the limits of each sample."""

    centre: float
    lower: Floats
    upper: Floats
    beyond: NDArray[np.bool_]


def p_chart(counts: Sequence[float] | Floats, sizes: Sequence[float] | Floats) -> Chart:
    """Return the p chart of samples: three standard deviations around the pooled share.

    Montgomery, Introduction to Statistical Quality Control, chapter 7.

    >>> p_chart([12, 15, 8], [50, 50, 50]).centre.__round__(4)
    0.2333
    """
    defective, size = np.asarray(counts, dtype=float), np.asarray(sizes, dtype=float)
    centre = float(defective.sum() / size.sum())
    width = 3 * _sigma(centre, size)
    lower, upper = np.maximum(0, centre - width), np.minimum(1, centre + width)
    share = defective / size
    return Chart(centre, lower, upper, (share > upper) | (share < lower))


def benjamini_hochberg(p_values: Sequence[float] | Floats) -> Floats:
    """Return the adjusted p-values: those at most q are rejected at false discovery rate q.

    Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.

    >>> benjamini_hochberg([0.01, 0.02, 0.9]).tolist()
    [0.03, 0.03, 0.9]
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p)
    raised = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1, np.minimum.accumulate(raised[::-1])[::-1])
    return adjusted


def raw_p_chart(seen: AsOf) -> Floats:
    """Standard deviations above the SKU's usual raw rate (Montgomery, chapter 7): age is no part of it."""
    rate = seen.habits.raw_rate
    return _from_units(seen, (seen.returns / seen.units - rate) / _sigma(rate, seen.units))


def twice_the_category(seen: AsOf) -> Floats:
    """Raw rate over the category's rate: the rule of thumb of a spreadsheet."""
    return _from_units(seen, seen.returns / seen.units / seen.habits.category_rate)


def weekly_count(seen: AsOf) -> Floats:
    """Returns of the SKU this week against the eight weeks before, in their standard deviations, if its batch has some.

    The z-score of a dashboard that watches totals.
    """
    before = seen.weekly[:, :-1]
    spread = np.maximum(before.std(axis=1, ddof=1), 1.0)
    return np.where(seen.batch_week > 0, (seen.weekly[:, -1] - before.mean(axis=1)) / spread, -np.inf)


def laney(seen: AsOf) -> Floats:
    """Age-adjusted p' chart: the p chart's deviation over the ratio of real to binomial spread.

    Laney (2002), Improved control charts for attributes, Quality Engineering 14, 531-537.
    """
    return _from_expected(seen, _deviation(seen) / seen.habits.ratio)


def funnel(seen: AsOf) -> Floats:
    """Age-adjusted funnel plot with an additive random effect between batches.

    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202: deviation over sqrt(s^2 + tau^2).
    """
    weight = seen.expected * (1 - seen.habits.rate)
    return _from_expected(seen, _deviation(seen) / np.sqrt(1 + weight * seen.habits.spread**2))


def gamma_poisson_bh(seen: AsOf) -> Floats:
    """Minus the adjusted p-value of the day's batches, each from a gamma-Poisson tail (DuMouchel 1999 has the mixture).

    The rate varies between normal batches with the spread found, so the count is negative binomial.
    """
    shape = 1 / ((1 - seen.habits.rate) * max(seen.habits.spread, 0.01)) ** 2
    p = stats.nbinom.sf(seen.returns - 1, shape, shape / (shape + seen.expected))
    ready = seen.exposure >= LEAST_MATURED * seen.units
    score = np.full(len(p), -np.inf)
    score[ready] = -benjamini_hochberg(p[ready])
    return score


def cusum(seen: AsOf) -> Floats:
    """CUSUM of the log likelihood ratio of a doubled rate, day by day, each day given the days before (Page 1954).

    Under both hypotheses a batch has a rate of its own around the SKU's, so that a day's count given the past is
    negative binomial; without this the chart flags every batch that is merely different.
    """
    shape = 1 / ((1 - seen.habits.rate) * max(seen.habits.spread, 0.01)) ** 2
    so_far, expected_so_far, reached = np.zeros(len(shape)), np.zeros(len(shape)), np.zeros(len(shape))
    days = seen.daily_returns.shape[1]
    for count, exposure in zip(seen.daily_returns.T, seen.daily_exposure[:, -days:].T, strict=True):
        expected = exposure * seen.habits.rate
        usual = _negative_binomial(count, shape + so_far, expected, shape + expected_so_far)
        doubled = _negative_binomial(count, shape + so_far, 2 * expected, shape + 2 * expected_so_far)
        reached = np.maximum(0, reached + doubled - usual)
        so_far, expected_so_far = so_far + count, expected_so_far + expected
    return _from_maturity(seen, reached)


@dataclass(frozen=True)
class Rule:
    """A score, and the limit above which it flags."""

    score: Callable[[AsOf], Floats]
    limit: float


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "p chart, 3 sigma, raw rate": Rule(raw_p_chart, 3.0),
        "rate > 2 × category": Rule(twice_the_category, 2.0),
        "weekly count, z > 3": Rule(weekly_count, 3.0),
        "Laney p′, age-adjusted": Rule(laney, 3.0),
        "Spiegelhalter funnel, age-adjusted, 99.8 %": Rule(funnel, 3.09),
        "gamma-Poisson p, age-adjusted, BH 5 % daily": Rule(gamma_poisson_bh, -0.05),
        "CUSUM likelihood ratio, over-dispersed null": Rule(cusum, float(np.log(1000))),
    }
)


def run_rules(counts: Counts, start: date, stop: date) -> dict[str, pd.DataFrame]:
    """Let every rule look at the end of each day before `stop`; the first look above its limit flags a batch for good.

    One frame a rule: batch_id, flagged_on (NaT where it never did) and the best score of all days.
    """
    first, end = counts.day(start), counts.day(stop)
    best = {name: np.full(len(counts.batch_ids), -np.inf) for name in RULES}
    flagged = {name: np.full(len(counts.batch_ids), -1) for name in RULES}
    habits: Habits | None = None
    for day in range(first, end):
        if habits is None or (day - first) % REFIT_DAYS == 0:
            habits = counts.habits(day)
        seen = counts.as_of(day, habits)
        for name, rule in RULES.items():
            score = rule.score(seen)
            best[name][seen.rows] = np.maximum(best[name][seen.rows], score)
            new = seen.rows[(score > rule.limit) & (flagged[name][seen.rows] < 0)]
            flagged[name][new] = day
    return {name: _flags(counts, flagged[name], best[name]) for name in RULES}


def _flags(counts: Counts, day: NDArray[np.int64], best: Floats) -> pd.DataFrame:
    flagged_on = np.where(day >= 0, counts.date(np.maximum(day, 0)), np.datetime64("NaT"))
    return pd.DataFrame({"batch_id": counts.batch_ids, "flagged_on": flagged_on, "score": best})


def _sigma(share: float | Floats, size: Floats) -> Floats:
    """Binomial standard deviation of the share of a sample."""
    return np.sqrt(share * (1 - share) / size)


def _deviation(seen: AsOf) -> Floats:
    """Binomial standard deviations above what is expected at this age."""
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing is expected of what was sold this minute
        return (seen.returns - seen.expected) / np.sqrt(seen.expected * (1 - seen.habits.rate))


def _negative_binomial(count: Floats, shape: Floats, expected: Floats, rate: Floats) -> Floats:
    """Log probability of a day's count, up to what does not depend on the hypothesis."""
    mean = rate + expected
    return np.asarray(special.xlogy(shape, rate / mean) + special.xlogy(count, expected / mean))


def _from_units(seen: AsOf, score: Floats) -> Floats:
    return np.where(seen.units >= FEWEST_UNITS, score, -np.inf)


def _from_maturity(seen: AsOf, score: Floats) -> Floats:
    return np.where(seen.exposure >= LEAST_MATURED * seen.units, score, -np.inf)


def _from_expected(seen: AsOf, score: Floats) -> Floats:
    return np.where(seen.expected >= FEWEST_EXPECTED, _from_maturity(seen, score), -np.inf)
