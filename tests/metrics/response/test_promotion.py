"""What a promotion brings: a made-up pair of years with a known answer, and what cannot be told."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import metrics
from metrics.words import Refused
from tests.metrics.filled import contract, fill
from tests.metrics.shops import ShopSpec, make_shop

NOW = pd.Timestamp("2026-11-16 09:00")
DAY = date(2026, 11, 11)
THEN, TWICE = 4, 2
"""Lines a day in the first year, and how many times as many in the second; every second one comes back 3 days after."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> metrics.Shop:
    tables = make_shop(ShopSpec("甲店", 5, 20, frozenset()))
    lines: list[dict[str, Any]] = []
    tickets: list[dict[str, Any]] = []
    for day in pd.date_range("2025-08-01", "2026-11-15"):
        factor = 1 if day < pd.Timestamp("2026-06-01") else TWICE
        peak = 5 if (day.month, day.day) == (11, 11) else 1
        for number in range(THEN * factor * peak):
            paid = day + pd.Timedelta(hours=12)
            order = {"order_id": f"{day:%y%m%d}{number:03d}", "line_id": "1", "quantity": 1, "amount": 10.0}
            lines.append({**order, "ordered_at": paid, "paid_at": paid, "cancelled": False})
            asked = paid + pd.Timedelta(days=3)
            if number % 2 and asked < NOW:
                ticket = {"ticket_id": f"T{day:%y%m%d}{number:03d}", "order_id": order["order_id"], "line_id": "1"}
                tickets.append({**ticket, "type": "return", "requested_at": asked, "outcome": "open"})
    tables["order_lines"] = pd.DataFrame(lines).assign(shop="甲店").reindex(columns=tables["order_lines"].columns)
    tables["tickets"] = pd.DataFrame(tickets).assign(shop="甲店").reindex(columns=tables["tickets"].columns)
    for table in ("offers", "followups", "surveys", "disputes"):
        tables[table] = tables[table].head(0)
    root = tmp_path_factory.mktemp("promotion")
    fill(root, contract([tables], as_of=NOW))
    return metrics.open_shop(root)


@pytest.mark.parametrize("told_on", [DAY, date(2026, 11, 14), None])
def test_twice_the_lines_bring_twice_the_tickets(shop: metrics.Shop, told_on: date | None) -> None:
    """The peak of the tickets stands three days after that of the lines, and is as high as twice the one before."""
    frame = shop.promotion(DAY, as_of=told_on)
    assert list(frame["offset"]) == list(range(15))
    assert set(frame["status"]) == {"ok"}
    then = [10 if offset == 3 else 2 for offset in range(15)]
    assert list(frame["tickets_then"]) == then
    assert frame["expected"].to_numpy() == pytest.approx([TWICE * count for count in then])
    assert (frame["low"] <= frame["expected"] + 1e-9).all()
    assert (frame["high"] >= frame["expected"] - 1e-9).all()
    assert list(frame["lines_then"]) == [20 if offset == 0 else 4 for offset in range(15)]


def test_what_is_not_over_yet_is_not_known(shop: metrics.Shop) -> None:
    frame = shop.promotion(DAY)
    assert list(frame["lines_now"].dropna()) == [40, 8, 8, 8, 8]  # the day of the as-of is not over
    assert list(frame["tickets_now"].dropna()) == [4, 4, 4, 20, 4]
    eve = shop.promotion(DAY, as_of=DAY)
    assert eve["lines_now"].isna().all()
    assert eve["tickets_now"].isna().all()


def test_against_days_that_the_data_do_not_hold_nothing_is_told(shop: metrics.Shop) -> None:
    frame = shop.promotion(date(2026, 6, 18), against=date(2024, 6, 18))
    assert set(frame["status"]) == {"not_available"}
    assert frame["expected"].isna().all()


def test_a_shop_without_tickets_has_nothing_to_go_by(tmp_path: Path) -> None:
    tables = make_shop(ShopSpec("甲店", 5, 20, frozenset({"no tickets"})))
    fill(tmp_path, contract([tables]))
    frame = metrics.open_shop(tmp_path).promotion(DAY)
    assert set(frame["status"]) == {"not_available"}
    assert list(frame.columns)[-1] == "status"


def test_on_the_mornings_around_a_simulated_promotion_the_range_holds_most_days(simulated: metrics.Shop) -> None:
    """Days that share a morning go astray together, so that one shop may miss eight in ten by a good deal."""
    came = simulated.promotion(date(2026, 11, 1))["tickets_now"]
    inside = []
    for told_on in pd.date_range("2026-11-02", "2026-11-14"):
        told = simulated.promotion(date(2026, 11, 1), as_of=told_on.date())
        ahead = told["day"] >= told_on
        assert set(told["status"]) == {"ok"}
        inside += list((came[ahead] >= told["low"][ahead]) & (came[ahead] <= told["high"][ahead]))
    assert 0.65 <= sum(inside) / len(inside) <= 0.98


def test_an_ordinary_day_is_that_of_the_weeks_before(shop: metrics.Shop) -> None:
    assert set(shop.promotion(DAY)["usual"]) == {TWICE * THEN / 2}


def test_the_promotion_before_has_to_be_before(shop: metrics.Shop) -> None:
    with pytest.raises(Refused, match="2026-11-11"):
        shop.promotion(DAY, against=DAY)


def test_the_promotion_before_is_that_of_a_year_ago(shop: metrics.Shop) -> None:
    pd.testing.assert_frame_equal(shop.promotion(DAY), shop.promotion(DAY, against=datetime(2025, 11, 11).date()))
