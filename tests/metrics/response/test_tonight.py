"""What runs out of time by tonight: hand-made evenings with known answers, a recount, and the coverage of the range."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metrics
from metrics.response.evenings import Evenings
from metrics.response.tonight import predicted
from tests.metrics.filled import contract, fill, opened
from tests.metrics.known import seconds
from tests.metrics.oracle import Oracle
from tests.metrics.shops import AS_OF, BIG, SMALL, ShopSpec, make_shop


def evenings(outcomes: list[int], waiting: int = 10) -> Evenings:
    """Evenings on each of which so many tickets wait, all until eight, and then tonight, of which nothing is known."""
    size = len(outcomes) + 1
    waits, breached = np.zeros((size, 24)), np.zeros((size, 24))
    waits[:, 20] = waiting
    breached[:-1, 20] = outcomes
    return Evenings(waits, breached, np.zeros(size), np.arange(size) % 7)


def test_what_ran_out_on_every_evening_is_expected_tonight() -> None:
    found = predicted(evenings([4] * 200))
    assert found.value == pytest.approx(4, abs=0.01)
    assert (found.low, found.high) == (4, 4)
    assert found.waiting == 10
    assert found.coverage == 1.0
    assert found.evenings == 200 - 2 * 28
    assert found.status == "ok"


def test_a_weekday_of_its_own_is_expected_to_come_again() -> None:
    mondays = predicted(evenings([8 if day % 7 == 0 else 1 for day in range(364)]))  # tonight is day 364: a Monday
    assert mondays.value > 6
    tuesdays = predicted(evenings([8 if day % 7 == 1 else 1 for day in range(364)]))
    assert tuesdays.value < 2


def test_too_few_evenings_foretell_nothing() -> None:
    young = predicted(evenings([2] * 20))
    assert math.isnan(young.value)
    assert young.status == "insufficient"
    assert math.isnan(predicted(evenings([2] * 40)).low)


def test_no_evening_is_judged_by_what_came_after_it() -> None:
    """The last evening may bring whatever it likes: what was foretold of it and before stays the same."""
    draw = np.random.default_rng(1)
    outcomes = [int(count) for count in draw.binomial(10, 0.3, 150)]
    calm, wild = (predicted(evenings([*outcomes, last])) for last in (3, 10))
    assert calm.evenings == wild.evenings
    assert round(abs(calm.coverage - wild.coverage) * calm.evenings) <= 1


@pytest.mark.parametrize("scatter", [0.0, 0.5])
def test_the_range_holds_about_four_in_five_evenings(scatter: float) -> None:
    """Also where the share that runs out is another each day, far beyond what chance alone would scatter."""
    draw = np.random.default_rng(7)
    shares = np.clip(0.3 * np.exp(scatter * draw.standard_normal(360)), 0, 1)
    found = predicted(evenings([int(count) for count in draw.binomial(40, shares)], waiting=40))
    assert 0.75 <= found.coverage <= 0.85
    assert found.low <= found.value <= found.high


@pytest.mark.parametrize("hour", [9, 12, 15])
def test_the_range_holds_about_four_in_five_evenings_of_a_simulated_shop(simulated: metrics.Shop, hour: int) -> None:
    found = simulated.breaches_tonight(now=datetime(2026, 11, 12, hour))
    assert found.evenings > 80
    assert 0.75 <= found.coverage <= 0.85
    assert found.coverage_low < found.coverage < found.coverage_high


# --- the evenings themselves ------------------------------------------------------------------------------------------


def counted_by_hand(oracle: Oracle, shop: str, now: pd.Timestamp, hours: float) -> dict[int, tuple[int, int, int]]:
    """Waiting, breached and later ones by how many days ago the evening of their deadline was."""
    found: dict[int, list[int]] = {}
    for ticket in oracle.tickets.values():
        asked = ticket["requested_at"]
        if ticket["shop"] != shop or asked is None or asked > now or oracle.hours_allowed(ticket) != hours:
            continue
        over = None
        for end in ("responded_at", "closed_at"):
            if ticket[end] is not None:
                over = asked + pd.Timedelta(seconds=seconds(asked, ticket[end]) or 0)
                break
        if over is None and ticket["outcome"] != "open":
            continue
        deadline = asked + pd.Timedelta(hours=hours)
        back = (now.normalize() - deadline.normalize()).days
        seen = deadline.normalize() + (now - now.normalize())
        counts = found.setdefault(back, [0, 0, 0])
        late = over is None or over > deadline
        if asked <= seen < deadline and (over is None or over > seen):
            counts[0] += 1
            counts[1] += late and back > 0
        elif asked > seen:
            counts[2] += late and back > 0
    return {back: (counts[0], counts[1], counts[2]) for back, counts in found.items() if back >= 0}


@pytest.mark.parametrize("now", [AS_OF, pd.Timestamp("2026-11-10 14:30")])
def test_the_evenings_are_those_of_a_recount(tmp_path: Path, now: pd.Timestamp) -> None:
    shop, oracle = opened(tmp_path, [ShopSpec("甲店", 3, 500, frozenset())])
    found = Evenings.seen(shop._seen(now.to_pydatetime()))
    expected = counted_by_hand(oracle, "甲店", now, 12.0)
    size = len(found)
    assert size > 30
    for back in range(size):
        waited, breached, later = expected.get(back, (0, 0, 0))
        row = size - 1 - back
        assert (found.breached[row].sum(), found.later[row]) == (breached, later), back
        if back:  # tonight holds what still waits under the rule before, too
            assert found.waiting[row].sum() == waited
        assert found.weekday[row] == (now - pd.Timedelta(days=back)).weekday()


def test_tonight_can_be_asked_of_a_part(tmp_path: Path) -> None:
    fill(tmp_path, contract([make_shop(BIG), make_shop(SMALL)]))
    shop = metrics.open_shop(tmp_path)
    parts = [shop.breaches_tonight(where={"shop": [name]}).waiting for name in ("甲店", "乙店")]
    assert shop.breaches_tonight().waiting == sum(parts)
