"""Repairs beside their promises: a hand-made history with known answers, and the coverage of the day that is told."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import metrics
from metrics.words import Refused
from tests.metrics.filled import contract, fill
from tests.metrics.shops import AS_OF, ShopSpec, Tables, make_shop

PROMISED = 10
DAY = pd.Timedelta(days=1)


def repair(number: int, vendor: str | None, asked: pd.Timestamp, days: int | None, **changed: Any) -> dict[str, Any]:
    """A repair that was done on a day after its request; None: it is not done yet."""
    return {
        "ticket_id": f"R{number:04d}",
        "type": "repair",
        "reason_text": "性能故障",
        "requested_at": asked,
        "responded_at": asked + pd.Timedelta(hours=1),
        "outcome": "approved",
        "closed_at": None if days is None else asked + days * DAY,
        "repair_vendor": vendor,
        "promised_on": (asked + PROMISED * DAY).normalize(),
        **changed,
    }


def history() -> list[dict[str, Any]]:
    """快 does it in 5 days, 慢 in 20, and ten of its sixty become a return; 新 had three, of 40 days each."""
    rows = []
    for number in range(60):
        asked = AS_OF - (100 + 3 * number) * DAY
        rows.append(repair(number, "快", asked, 5))
        rows.append(repair(100 + number, "慢", asked, 20))
        if number < 10:
            back = {"type": "return", "parent_ticket_id": f"R{100 + number:04d}"}
            rows.append(repair(300 + number, None, asked + 15 * DAY, 3, **back))
    return rows + [repair(200 + number, "新", AS_OF - (90 + number) * DAY, 40) for number in range(3)]


def store_of(tickets: list[dict[str, Any]], root: Path) -> metrics.Shop:
    shop: Tables = make_shop(ShopSpec("甲店", 5, 20, frozenset()))
    columns = shop["tickets"].columns.union(["promised_on"])
    shop["tickets"] = pd.DataFrame(tickets).assign(shop="甲店").reindex(columns=columns)
    for table in ("offers", "followups", "surveys", "disputes"):
        shop[table] = shop[table].head(0)
    fill(root, contract([shop]))
    return metrics.open_shop(root)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> metrics.Shop:
    today = [
        repair(400, "快", AS_OF - 2 * DAY, None),
        repair(401, "慢", AS_OF - 2 * DAY, None),
        repair(402, "快", AS_OF - 12 * DAY, None),
        repair(403, None, AS_OF - 1 * DAY, None, promised_on=None),
        repair(404, None, AS_OF - 1 * DAY, None, promised_on=None, responded_at=None, outcome="open"),
    ]
    return store_of([*history(), *today], tmp_path_factory.mktemp("repairs"))


def row(frame: pd.DataFrame, vendor: str | None) -> pd.Series:
    names = frame["repair_vendor"]
    return frame[names.isna() if vendor is None else names == vendor].iloc[0]


def test_promises_are_set_beside_what_it_took(shop: metrics.Shop) -> None:
    frame = shop.repair_times()
    assert list(frame["repair_vendor"].fillna("∅")) == ["快", "慢", "新", "∅"]
    quick, slow = row(frame, "快"), row(frame, "慢")
    assert (quick["repairs"], quick["promised_days"], quick["actual_days"], quick["late"]) == (60, 10.0, 5.0, 0)
    assert (slow["repairs"], slow["actual_days"], slow["late_share"]) == (60, 20.0, 1.0)
    assert (slow["returned"], slow["returned_share"]) == (10, pytest.approx(1 / 6))
    assert slow["low"] < 1 / 6 < slow["high"]
    assert row(frame, None)["repairs"] == 123


def test_the_day_that_a_customer_is_told_is_kept_four_times_in_five(shop: metrics.Shop) -> None:
    frame = shop.repair_times()
    # Own repairs weigh one each, those of the shop thirty together, and of its 123 sixty were done in 5 days.
    assert (60 + 30 * 60 / 123) / 90 >= 0.8
    assert row(frame, "快")["realistic_days"] == 5
    assert (50 + 30 * 110 / 123) / 90 >= 0.8 > 30 * 60 / 123 / 90
    assert row(frame, "慢")["realistic_days"] == 20
    # Three repairs of 40 days are too few to be told 40: the shop's thirty speak for the new one.
    assert 30 * 110 / 123 / 33 >= 0.8
    assert row(frame, "新")["realistic_days"] == 20
    assert row(frame, "快")["coverage"] == 1.0
    assert row(frame, "快")["tried"] >= 10


def test_of_few_the_shop_speaks_and_of_none_nobody(tmp_path: Path) -> None:
    young = store_of([repair(number, "快", AS_OF - (60 + number) * DAY, 5) for number in range(12)], tmp_path)
    frame = young.repair_times()
    assert set(frame["status"]) == {"insufficient"}
    assert frame["realistic_days"].isna().all()
    assert (frame["actual_days"] == 5).all()


def test_what_is_under_way_is_told_by_those_that_were_not_done_at_this_age(shop: metrics.Shop) -> None:
    frame = shop.repairs_under_way().set_index("ticket_id")
    assert list(frame.index) == ["R0402", "R0400", "R0401", "R0403"]
    # All of the shop's 123 were open after 2 days; 60 of them were done in time.
    rest = 30 * 63 / 123
    assert frame["late_chance"]["R0400"] == pytest.approx(rest / 90)
    assert frame["late_chance"]["R0401"] == pytest.approx((60 + rest) / 90)
    assert math.isnan(frame["late_chance"]["R0403"])
    assert list(frame["slipping"]) == [True, False, True, False]
    assert frame["realistic_on"]["R0400"] == (AS_OF - 2 * DAY).normalize() + 5 * DAY


def test_the_told_day_holds_about_four_in_five_in_a_simulated_shop(simulated: metrics.Shop) -> None:
    whole = row(simulated.repair_times(), None)
    assert whole["tried"] >= 30
    assert whole["coverage_low"] <= 0.8 <= whole["coverage_high"]


def test_repairs_are_told_by_vendor_or_supplier_alone(shop: metrics.Shop) -> None:
    assert "supplier" in shop.repair_times(by="supplier").columns
    with pytest.raises(Refused, match="province"):
        shop.repair_times(by="province")  # type: ignore[arg-type]
