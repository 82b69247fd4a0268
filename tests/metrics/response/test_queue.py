"""The queue against plain loops over the raw tables: who waits, until when, and in which order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

import metrics
from metrics.response import counted_from, outlook, remaining
from metrics.words import Refused, say
from tests.metrics.filled import contract, fill, opened, typed_by_people
from tests.metrics.oracle import Oracle
from tests.metrics.shops import AS_OF, BIG, SMALL, make_shop

STRICTER_FROM = pd.Timestamp("2026-10-01")  # `typed_by_people`: 12 hours instead of 24 from then on
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[metrics.Shop, Oracle]:
    return opened(tmp_path_factory.mktemp("known"), [BIG, SMALL])


@pytest.fixture(scope="module")
def shop(known: tuple[metrics.Shop, Oracle]) -> metrics.Shop:
    return known[0]


def waiting(oracle: Oracle, now: dict[str, pd.Timestamp]) -> list[dict[str, Any]]:
    """Every ticket that waits at that moment of its shop, by the time that is left, in the slow and obvious way."""
    found = []
    for ticket in oracle.tickets.values():
        asked = ticket["requested_at"]
        if ticket["outcome"] != "open" or ticket["responded_at"] is not None or asked is None:
            continue
        if not ticket["told"]["answered"] or ticket["shop"] not in now or asked > now[ticket["shop"]]:
            continue
        hours = 12 if asked >= STRICTER_FROM else 24
        deadline = asked + pd.Timedelta(hours=hours)
        left = (deadline - now[ticket["shop"]]).total_seconds() / 3600
        found.append({**ticket, "deadline": deadline, "policy_hours": hours, "hours_left": left, "late": left <= 0})
    return sorted(found, key=lambda t: (t["hours_left"], t["deadline"], t["shop"], t["ticket_id"]))


def keys(rows: Sequence[Mapping[Any, Any]]) -> list[tuple[str, str]]:
    return [(row["shop"], row["ticket_id"]) for row in rows]


def same(rows: Sequence[Mapping[Any, Any]], others: Sequence[Mapping[Any, Any]]) -> bool:
    return sorted(keys(rows)) == sorted(keys(others))


MOMENTS = [None, AS_OF.to_pydatetime(), datetime(2026, 10, 1, 6), datetime(2026, 10, 3), datetime(2026, 12, 1, 0, 0, 1)]


@pytest.mark.parametrize("now", MOMENTS)
def test_it_holds_the_tickets_that_wait(known: tuple[metrics.Shop, Oracle], now: datetime | None) -> None:
    shop, oracle = known
    moment = {name: AS_OF if now is None else pd.Timestamp(now) for name in ("甲店", "乙店")}
    expected = waiting(oracle, moment)
    found = shop.queue(now=now).sort_values(["hours_left", "deadline", "shop", "ticket_id"]).to_dict("records")
    assert expected, "nobody waits, so nothing is proved"
    assert keys(found) == keys(expected)
    for row, ticket in zip(found, expected, strict=True):
        for name in ("order_id", "type", "reason_text", "requested_at", "deadline", "policy_hours", "late", "handler"):
            assert row[name] == ticket[name] or (pd.isna(row[name]) and ticket[name] is None), name
        assert row["hours_left"] == pytest.approx(ticket["hours_left"])
        line = ticket["line"] or {}
        for name in ("sku_id", "product_name", "category", "province", "tier", "line_id"):
            assert row[name] == line.get(name) or (pd.isna(row[name]) and line.get(name) is None), name
        assert pd.isna(row["amount"]) if line.get("amount") is None else row["amount"] == pytest.approx(line["amount"])


def test_a_stricter_rule_holds_from_its_day_on_and_not_before(shop: metrics.Shop) -> None:
    found = shop.queue()
    assert set(found.loc[found["requested_at"] < STRICTER_FROM, "policy_hours"]) == {24.0}
    assert set(found.loc[found["requested_at"] >= STRICTER_FROM, "policy_hours"]) == {12.0}


@pytest.mark.parametrize("hours", [0, 4, 1000])
def test_due_within_keeps_what_is_late_and_what_soon_will_be(shop: metrics.Shop, hours: int) -> None:
    whole = shop.queue()
    expected = whole[whole["hours_left"] <= hours].reset_index(drop=True)
    pd.testing.assert_frame_equal(shop.queue(due_within=hours * HOUR), expected)


def test_limits_are_those_of_every_question(known: tuple[metrics.Shop, Oracle]) -> None:
    shop, oracle = known
    whole = waiting(oracle, {"甲店": AS_OF, "乙店": AS_OF})
    draw = random.Random(0)
    for name in ("shop", "category", "reason", "weekday", "hour", "liable", "auto_approved"):
        values = sorted({ticket["dimensions"][name] for ticket in whole} - {None})
        allowed = [draw.choice(values), None]
        expected = [ticket for ticket in whole if ticket["dimensions"][name] in allowed]
        assert same(shop.queue(where={name: allowed}).to_dict("records"), expected), name
    with pytest.raises(Refused, match="dimension"):
        shop.queue(where={"colour": ["red"]})
    with pytest.raises(Refused, match="arm"):
        shop.queue(where={"arm": ["coupon"]})  # of follow-ups, and not of tickets


def test_a_moment_with_an_offset_is_the_same_moment_in_every_shop(tmp_path: Path) -> None:
    tables = contract([make_shop(BIG), make_shop(SMALL)])
    tables["shops"]["time_zone"] = ["Asia/Shanghai", "Europe/Paris"]
    typed_by_people(tmp_path)
    fill(tmp_path, tables)
    at = datetime(2026, 11, 16, 12, tzinfo=UTC)
    rows = metrics.open_shop(tmp_path).queue(now=at)
    local = rows["shop"].map({"甲店": pd.Timestamp("2026-11-16 20:00"), "乙店": pd.Timestamp("2026-11-16 13:00")})
    assert set(rows["shop"]) == {"甲店", "乙店"}
    assert ((rows["deadline"] - local).dt.total_seconds() / 3600).to_numpy() == pytest.approx(rows["hours_left"])


def test_each_shop_is_counted_from_its_own_as_of(tmp_path: Path) -> None:
    tables = contract([make_shop(BIG), make_shop(SMALL)])
    earlier = AS_OF - pd.Timedelta(days=3)
    coverage = tables["coverage"]
    coverage.loc[coverage["shop"] == "乙店", "covered_until"] = earlier
    people = typed_by_people(tmp_path)
    fill(tmp_path, tables)
    expected = waiting(Oracle({**tables, **people}), {"甲店": AS_OF, "乙店": earlier})
    found = metrics.open_shop(tmp_path).queue()
    assert same(found.to_dict("records"), expected)
    left = [ticket["hours_left"] for ticket in expected]
    assert sorted(found["hours_left"]) == pytest.approx(left)


@pytest.mark.parametrize("column", ["responded_at", "requested_at"])
def test_where_no_answer_is_recorded_nobody_is_said_to_wait(tmp_path: Path, column: str) -> None:
    """An empty queue would say that all is well."""
    tables = contract([make_shop(BIG)])
    tables["tickets"][column] = None
    tables["coverage"]["dated"] = column != "requested_at"
    fill(tmp_path, tables)
    with pytest.raises(Refused, match="do not say when tickets were answered"):
        metrics.open_shop(tmp_path).queue()


def test_a_source_without_answers_hides_no_other(tmp_path: Path) -> None:
    silent, telling = make_shop(BIG), make_shop(SMALL)
    silent["tickets"]["responded_at"] = None
    fill(tmp_path, contract([silent, telling]))
    assert set(metrics.open_shop(tmp_path).queue()["shop"]) == {"乙店"}


def test_a_version_from_before_the_queue_says_so(tmp_path: Path) -> None:
    store = fill(tmp_path, contract([make_shop(SMALL)]))
    with duckdb.connect(str(store.path(1))) as con:
        con.execute("ALTER TABLE handled_tickets DROP COLUMN policy_hours")
    with pytest.raises(Refused, match="built before the queue"):
        metrics.open_shop(tmp_path).queue()


def test_the_clock_hours_of_requests_split_the_share_in_time(known: tuple[metrics.Shop, Oracle]) -> None:
    shop, oracle = known
    asked = [ticket for ticket in oracle.tickets.values() if ticket["requested_at"] is not None]
    counted = Counter((t["requested_at"].isoweekday(), t["requested_at"].hour) for t in asked)
    found = shop.query("response_in_time", by=["weekday", "hour"])
    rows = list(zip(found["weekday"], found["hour"], found["n"], strict=True))
    assert rows == [(*key, counted[key]) for key in sorted(counted)]
    assert set(found["weekday"]) == set(range(1, 8))


# --- what the queue comes to ------------------------------------------------------------------------------------------


def rows(*hours: float, now: str = "2026-11-16 09:00") -> pd.DataFrame:
    left = pd.Series(hours, dtype="float64")
    deadline = pd.Timestamp(now) + pd.to_timedelta(left, unit="h")
    return pd.DataFrame({"deadline": deadline, "hours_left": left, "late": left <= 0})


@pytest.mark.parametrize(
    ("waiting", "zh", "en"),
    [
        (rows(), "没有待审核的售后单", "No ticket is waiting for an answer"),
        (rows(5.5, 9), "4 小时内没有要超时的单，最近一单 14:30", "Nothing due within 4 h, the next at 14:30"),
        (rows(20), "4 小时内没有要超时的单，最近一单 11-17 05:00", "Nothing due within 4 h, the next at 11-17 05:00"),
        (rows(1.5, 4, 4.1), "2 单 13:00 前超时，最早 10:30", "2 due before 13:00, the first at 10:30"),
        (rows(-50, 9), "1 单已超时，最久的超时 2 天 2 小时", "1 late, the longest 2 d 2 h late"),
        (
            rows(-1, 0, 2),
            "2 单已超时，另有 1 单 13:00 前超时，最早 11:00",
            "2 late, 1 more due before 13:00, the first at 11:00",
        ),
        (rows(1, now="2026-11-16 22:30"), "1 单 4 小时内超时，最早 23:30", "1 due within 4 h, the first at 23:30"),
    ],
)
def test_the_queue_comes_to_one_sentence(waiting: pd.DataFrame, zh: str, en: str) -> None:
    found = outlook(waiting, 4 * HOUR)
    assert (say(found, "zh"), say(found, "en")) == (zh, en)
    assert len(zh) <= 45


def test_the_queue_comes_to_the_same_in_any_order() -> None:
    mixed = rows(9, -1, 2, -50)
    assert outlook(mixed, 4 * HOUR) == outlook(mixed.iloc[::-1], 4 * HOUR)
    assert say(outlook(mixed.head(2), 4 * HOUR), "en") == "1 late, the longest 1 h 00 min late"


def test_shops_whose_data_end_apart_share_no_clock() -> None:
    apart = pd.concat([rows(1), rows(2, now="2026-11-15 09:00")])
    assert counted_from(apart) == {datetime(2026, 11, 15, 9), datetime(2026, 11, 16, 9)}
    assert say(outlook(apart, 4 * HOUR), "en") == "2 due within 4 h, the first at 10:00"


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (3.1667, "剩 3 小时 10 分"),
        (0.5, "剩 30 分"),
        (49, "剩 2 天 1 小时"),
        (0, "超时 0 分"),
        (-1.999, "超时 1 小时 59 分"),
    ],
)
def test_time_left_is_said_to_the_minute_and_never_rounded_up(hours: float, told: str) -> None:
    assert say(remaining(hours), "zh") == told
