"""Two years laid on each other, made up with a known truth: what is foretold, and how often the range holds it."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.response.years import AGES, RECENT, Floats, Years

LENGTH, DAYS = 175, 15
KNOWN = LENGTH - DAYS
SHOPS = 60
THEN, NOW = 20.0, 40.0
"""Tickets a day that are expected of each year; what comes scatters around them as counts do."""


def made_up(seed: int, wander: float) -> Years:
    """Return two years of level lines; the tickets of now wander off by so much a day, those of then do not."""
    rng = np.random.default_rng(seed)
    level = NOW * np.exp(np.cumsum(rng.normal(0, wander, LENGTH)))
    lines = np.full(LENGTH, 100.0)
    curve = np.zeros(AGES)
    curve[3] = 1.0
    return Years(lines, lines * 2, rng.poisson(THEN, LENGTH).astype(float), rng.poisson(level).astype(float), curve)


def before(years: Years) -> Years:
    """Return the same without what came on the days that are to be foretold."""
    hidden = np.where(np.arange(LENGTH) < KNOWN, years.tickets_now, np.nan)
    return Years(years.lines_then, years.lines_now, years.tickets_then, hidden, years.curve)


def held(seed: int, wander: float) -> Floats:
    years = made_up(seed, wander)
    told, factor = before(years).expected(KNOWN)[-DAYS:], before(years).spread(KNOWN)[-DAYS:]
    came = years.tickets_now[-DAYS:]
    return ((came >= told / factor) & (came <= told * factor)).astype(float)


@pytest.mark.parametrize("wander", [0.0, 0.02, 0.04])
def test_the_range_holds_about_eight_in_ten_days_of_steady_and_of_wandering_shops(wander: float) -> None:
    share = np.mean([held(seed, wander) for seed in range(SHOPS)])
    assert 0.74 <= share <= 0.93


def test_where_shops_wander_it_holds_the_last_days_as_the_first() -> None:
    """An error that is the same for all days ahead would hold too many of the first and too few of the last."""
    days = np.mean([held(seed, 0.04) for seed in range(SHOPS)], axis=0)
    assert abs(days[-5:].mean() - days[:5].mean()) < 0.12


def test_the_chance_of_a_day_of_then_is_not_foretold_anew() -> None:
    """Where every day is alike, its own count of a year ago, doubled, is the worse guess."""
    for seed in range(5):
        years = before(made_up(seed, 0.0))
        told, doubled = years.expected(KNOWN)[-DAYS:], years.tickets_then[-DAYS:] * NOW / THEN
        assert np.abs(told - NOW).mean() < np.abs(doubled - NOW).mean() / 2


def test_a_day_that_stands_out_beyond_chance_keeps_its_height() -> None:
    """Every seventh day brings five times as many, in a shop that is large enough for it to be no chance."""
    rng = np.random.default_rng(0)
    course = np.where(np.arange(LENGTH) % 7 == 0, 10_000.0, 2_000.0)
    lines = np.full(LENGTH, 50_000.0)
    curve = np.zeros(AGES)
    curve[0] = 1.0
    years = before(Years(lines, lines, rng.poisson(course).astype(float), rng.poisson(course).astype(float), curve))
    assert years.expected(KNOWN)[-DAYS:] == pytest.approx(course[-DAYS:], rel=0.12)


def test_an_ordinary_day_is_the_median_of_the_last_four_weeks() -> None:
    tickets = np.full(LENGTH, 10.0)
    tickets[KNOWN - 3] = 500.0
    years = made_up(0, 0.0)
    flat = Years(years.lines_then, years.lines_now, tickets, tickets, years.curve)
    assert flat.usual(KNOWN) == 10.0
    assert np.isnan(flat.usual(RECENT - 1))
