"""Units sold and returned by batch and day: against a second computation, and case by case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import metrics
from metrics.batches import counts as batch_counts
from metrics.batches.counts import Counts, Family, count_batches
from metrics.batches.tracing import PERIOD_DAYS, traceable
from metrics.warehouse.engine import open_reader
from metrics.warehouse.store import Store
from metrics.words import Refused, say
from tests.metrics.batches.small import Row, line, opened, tables_of, ticket
from tests.metrics.filled import contract, fill, typed_by_people
from tests.metrics.known import Known
from tests.metrics.shops import AS_OF, BIG, SMALL, ShopSpec, Tables, make_shop

FAMILIES: tuple[Family, ...] = ("quality", "all")
STOP = AS_OF.date()
SINCE = STOP - timedelta(days=150)

Sold = Counter[tuple[Any, ...]]


def counted(root: Path, family: Family, since: date = SINCE, stop: date = STOP) -> Counts:
    store = Store(root)
    assert store.current is not None
    return count_batches(open_reader(store.path(store.current)), family, since, stop)


# --- a second computation --------------------------------------------------------------------------------------------


def belongs(ticket: Row, family: Family) -> bool:
    if ticket["outcome"] in ("rejected", "withdrawn") or ticket["type"] == "refund_before_shipping":
        return False
    if ticket["requested_at"] is None:
        return False
    is_quality = ticket["liable"] in ("merchant", "both")
    return is_quality or (family == "all" and ticket["type"] in ("return", "exchange", "repair"))


def back_by(day: pd.Timestamp, tickets: list[Row], sold: int) -> int:
    """How many units of a line had been asked to go back by the end of a day: the most that any ticket names."""
    named = [int(t["quantity"] or 1) for t in tickets if t["requested_at"].normalize() <= day]
    return min(sold, max(named, default=0))


def second(known: Known, family: Family, since: date, stop: date) -> tuple[Sold, Sold]:
    """Walk over every line and every day of its observation."""
    assert known.tickets
    sold: Sold = Counter()
    returned: Sold = Counter()
    told = {"quality": "reasoned", "all": "typed"}[family]
    for each in known.sold:
        paid = each["paid_at"].normalize()
        is_told = each["recorded"] and not each["undated"] and each["told"][told]
        if not is_told or None in (each["batch_id"], each["sku_id"]) or not since <= paid.date() < stop:
            continue
        week = "week" if each["batch_source"] == "week" else "batch"
        key = (each["shop"], each["sku_id"], each["batch_id"], week)
        sold[(*key, paid)] += each["quantity"]
        mine = [t for t in each["tickets"] if belongs(t, family)]
        before = 0
        for age in range(31):
            day = paid + pd.Timedelta(days=age)
            now = back_by(day, mine, each["quantity"])
            if day.date() < stop:
                returned[(*key, paid, day)] += now - before
            before = now
    return +sold, +returned


def as_counted(counts: Counts) -> tuple[Sold, Sold]:
    def key(text: str) -> tuple[str, ...]:
        return tuple(text.split("\x1f"))

    units, returns = counts.units, counts.returns
    sold = {(*key(r.batch_id), pd.Timestamp(r.sold_on)): r.units for r in units.itertuples()}
    back = {
        (*key(r.batch_id), pd.Timestamp(r.sold_on), pd.Timestamp(r.returned_on)): r.units for r in returns.itertuples()
    }
    assert len(sold) == len(units), "two rows for one batch and day"
    assert len(back) == len(returns)
    return Counter(sold), Counter(back)


def with_batches(tables: Tables) -> Tables:
    """Give most lines a batch: two ids that stand under every SKU, each as a real batch and as a week."""
    lines = tables["order_lines"]
    numbers = range(len(lines))
    lines["batch_id"] = [None if n % 11 == 0 else ("W1", "W2")[n % 2] for n in numbers]
    lines["batch_source"] = [None if n % 11 == 0 else ("given", "week", "inferred")[n % 3] for n in numbers]
    lines["quantity"] = [n % 5 for n in numbers]
    if "tickets" in tables:
        tables["tickets"]["quantity"] = [(None, 0, 1, 2, 4)[n % 5] for n in range(len(tables["tickets"]))]
    return tables


SHOPS = {
    "two shops": [BIG, SMALL],
    "another draw": [ShopSpec("甲店", 11, 200, frozenset())],
    "lines without returns": [ShopSpec("甲店", 4, 120, frozenset({"some returns unrecorded"})), SMALL],
    "one of two undated": [ShopSpec("甲店", 5, 90, frozenset({"tickets undated"})), SMALL],
    "one of two without reasons": [ShopSpec("甲店", 6, 90, frozenset({"no reasons", "no products"})), SMALL],
    "one of two without types": [ShopSpec("甲店", 7, 90, frozenset({"tickets all other"})), SMALL],
}


@pytest.mark.parametrize("specs", SHOPS.values(), ids=SHOPS)
def test_counts_are_those_of_a_second_computation(
    specs: list[ShopSpec], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_counts, "MOST_WITHOUT_BATCH", 1.0)  # these shops are made to be untidy
    people, tables = typed_by_people(tmp_path), contract([with_batches(make_shop(spec)) for spec in specs])
    fill(tmp_path, tables)
    known = Known({**tables, **people})
    for family in FAMILIES:
        for stop in (STOP, STOP - timedelta(days=20)):
            sold, returned = as_counted(counted(tmp_path, family, stop=stop))
            assert returned, "nothing came back, so nothing was proved"
            assert (sold, returned) == second(known, family, SINCE, stop)


def test_the_share_without_a_batch_is_that_of_a_second_computation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_counts, "MOST_WITHOUT_BATCH", 1.0)
    people, tables = typed_by_people(tmp_path), contract([with_batches(make_shop(BIG))])
    fill(tmp_path, tables)
    known = Known({**tables, **people})
    since = pd.Timestamp(STOP) - pd.Timedelta(days=PERIOD_DAYS)
    for family in FAMILIES:
        traced, lost = 0, 0
        for each in known.tickets.values():
            if not belongs(each, family) or not since <= each["requested_at"] < pd.Timestamp(STOP):
                continue
            found = each["line"]
            if found is None:
                lost += each["order_id"] is None or (each["shop"], each["order_id"]) in known.orders
            elif found["sold"] and (each["requested_at"].normalize() - found["paid_at"].normalize()).days <= 30:
                has_batch = found["batch_id"] is not None and found["sku_id"] is not None
                traced, lost = traced + has_batch, lost + (not has_batch)
        assert lost
        assert traced
        assert counted(tmp_path, family).without_batch == pytest.approx(lost / (traced + lost))


# --- case by case ----------------------------------------------------------------------------------------------------

NONE: list[tuple[int, int]] = []
DAY = "2026-10-05"
CASES: dict[str, tuple[list[Row], list[Row], list[tuple[int, int]], list[tuple[int, int]]]] = {
    # batch: lines, tickets, (age, units) of the quality family, and of all
    "ten and one back": ([line("a", "", quantity=10)], [ticket("a", "2026-10-08 09:00")], [(3, 1)], [(3, 1)]),
    "four are named": (
        [line("b", "", quantity=10)],
        [ticket("b", "2026-10-08 09:00", quantity=4)],
        [(3, 4)],
        [(3, 4)],
    ),
    "more back than sold": (
        [line("c", "", quantity=2)],
        [ticket("c", "2026-10-08 09:00", quantity=5)],
        [(3, 2)],
        [(3, 2)],
    ),
    "exchanged, then returned": (
        [line("d", "", quantity=3)],
        [ticket("d", "2026-10-11 09:00"), ticket("d", "2026-10-08 09:00", type="exchange")],
        [(3, 1)],
        [(3, 1)],
    ),
    "one, then all three": (
        [line("e", "", quantity=3)],
        [ticket("e", "2026-10-08 09:00"), ticket("e", "2026-10-11 09:00", quantity=3)],
        [(3, 1), (6, 2)],
        [(3, 1), (6, 2)],
    ),
    "a whim, then a fault": (
        [line("f", "")],
        [ticket("f", "2026-10-07 09:00", "不想要了"), ticket("f", "2026-10-09 09:00")],
        [(4, 1)],
        [(2, 1)],
    ),
    "rejected": ([line("g", "")], [ticket("g", "2026-10-08 09:00", outcome="rejected")], NONE, NONE),
    "withdrawn": ([line("h", "")], [ticket("h", "2026-10-08 09:00", outcome="withdrawn")], NONE, NONE),
    "still open": ([line("i", "")], [ticket("i", "2026-10-08 09:00", outcome="open")], [(3, 1)], [(3, 1)]),
    "on the last day of observation": ([line("j", "")], [ticket("j", "2026-11-04 23:59")], [(30, 1)], [(30, 1)]),
    "a day too late": ([line("k", "")], [ticket("k", "2026-11-05 00:00")], NONE, NONE),
    "asked before it was paid": ([line("l", "")], [ticket("l", "2026-10-03 09:00")], [(0, 1)], [(0, 1)]),
    "price adjustment": ([line("m", "")], [ticket("m", "2026-10-08 09:00", "其他", type="other")], NONE, NONE),
    "freight paid back": ([line("n", "")], [ticket("n", "2026-10-08 09:00", "其他", type="refund_only")], NONE, NONE),
    "refund for a fault": (
        [line("o", "")],
        [ticket("o", "2026-10-08 09:00", type="refund_only")],
        [(3, 1)],
        [(3, 1)],
    ),
    "change of mind": ([line("p", "")], [ticket("p", "2026-10-08 09:00", "不想要了")], NONE, [(3, 1)]),
    "no reason given": ([line("q", "")], [ticket("q", "2026-10-08 09:00", None)], NONE, [(3, 1)]),
    "never shipped": (
        [line("r", "")],
        [ticket("r", "2026-10-08 09:00", type="refund_before_shipping")],
        NONE,
        NONE,
    ),
    "parts sent after": (
        [line("s", "")],
        [ticket("s", "2026-10-08 09:00", "少件漏发", type="reship", refund_amount=None)],
        [(3, 1)],
        [(3, 1)],
    ),
    "asked today": ([line("t", "", "2026-11-10 10:00")], [ticket("t", "2026-11-16 08:00")], NONE, NONE),
    "asked yesterday": ([line("u", "", "2026-11-10 10:00")], [ticket("u", "2026-11-15 23:00")], [(5, 1)], [(5, 1)]),
}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[Family, Counts]:
    root = tmp_path_factory.mktemp("cases")
    lines = [each | {"batch_id": name} for name, (sold, *_) in CASES.items() for each in sold]
    lines += [
        line("x", "cancelled", cancelled=True),
        line("y", "unpaid", None),
        line("z", "sold today", "2026-11-16 08:00"),
    ]
    tickets = [each for _, (_, asked, *_) in CASES.items() for each in asked]
    tickets += [ticket("x", "2026-10-06 09:00"), ticket("y", "2026-10-06 09:00")]
    opened(root, tables_of(lines, tickets))
    return {family: counted(root, family) for family in FAMILIES}


def of_batch(counts: Counts, batch: str) -> list[tuple[int, int]]:
    mine = counts.returns[counts.returns["batch_id"].str.contains(f"\x1f{batch}\x1f", regex=False)]
    return [((r.returned_on - r.sold_on).days, r.units) for r in mine.itertuples()]


@pytest.mark.parametrize("name", CASES)
def test_what_comes_back_is_counted_in_units_once_and_at_its_age(cases: dict[Family, Counts], name: str) -> None:
    _, _, quality, whole = CASES[name]
    assert of_batch(cases["quality"], name) == quality
    assert of_batch(cases["all"], name) == whole


def test_what_was_never_sold_or_only_today_is_no_exposure(cases: dict[Family, Counts]) -> None:
    for counts in cases.values():
        assert set(counts.batches["batch_id"]) == set(CASES)


def test_the_reported_units_are_those_before_they_are_cut(cases: dict[Family, Counts]) -> None:
    reported = cases["quality"].batches.set_index("batch_id")["reported"]
    assert reported["more back than sold"] == 5
    assert reported["exchanged, then returned"] == 1


def test_a_line_split_in_two_counts_the_same(tmp_path: Path) -> None:
    asked = [ticket("a", "2026-10-08 09:00", quantity=2, line_id="1")]
    whole = [line("a", "B1", quantity=6)]
    halves = [line("a", "B1", quantity=2), line("a", "B1", quantity=4, line_id="2")]
    for name, lines in (("whole", whole), ("halves", halves)):
        opened(tmp_path / name, tables_of(lines, asked))
    one, other = (as_counted(counted(tmp_path / name, "quality")) for name in ("whole", "halves"))
    assert one == other


def test_a_week_is_never_the_batch_of_its_name(tmp_path: Path) -> None:
    lines = [line("a", "2026-W41"), line("b", "2026-W41", batch_source="week"), line("c", "2026-W41", sku_id="S2")]
    opened(tmp_path, tables_of(lines, [ticket("b", "2026-10-08 09:00")]))
    batches = counted(tmp_path, "quality").batches
    assert sorted(zip(batches["sku_id"], batches["batch_source"], batches["reported"], strict=True)) == [
        ("S1", "given", 0),
        ("S1", "week", 1),
        ("S2", "given", 0),
    ]


def test_a_batch_of_which_nobody_says_how_it_is_known_was_given_and_has_its_supplier(tmp_path: Path) -> None:
    batches = [{"sku_id": "S1", "batch_id": "B1", "supplier": "甲厂", "units_in_stock": 7}]
    tables = tables_of([line("a", "B1", batch_source=None)], [ticket("a", "2026-10-09 09:00")], batches=batches)
    opened(tmp_path, tables)
    (row,) = counted(tmp_path, "quality").batches.to_dict("records")
    assert (row["batch_source"], row["supplier"], row["units_in_stock"]) == ("given", "甲厂", 7)


def test_a_line_that_is_a_fifth_of_its_batch_is_shown(tmp_path: Path) -> None:
    lines = [line("a", "B1", quantity=30), line("b", "B1", quantity=50), line("c", "B1", quantity=20)]
    opened(tmp_path, tables_of(lines, [ticket("a", "2026-10-08 09:00")]))
    assert counted(tmp_path, "quality").batches["bulk_share"].tolist() == [0.5]


# --- what cannot be counted ------------------------------------------------------------------------------------------


def sold_and_asked(lost: Callable[[int], Row], without: int) -> Tables:
    """Twenty orders of one batch, all of which are asked about: `without` of them in a way that loses the batch."""
    lines = [line(f"{n:02d}", "B1") for n in range(20)]
    tickets = [lost(n) if n < without else ticket(f"{n:02d}", "2026-10-08 09:00") for n in range(20)]
    return tables_of(lines, tickets)


def nameless(_: int) -> Row:
    return ticket(None, "2026-10-08 09:00", sku_id="S1")


def test_a_fifth_without_a_batch_is_bearable_and_more_is_not(tmp_path: Path) -> None:
    opened(tmp_path / "a", sold_and_asked(nameless, 4))
    counts = counted(tmp_path / "a", "quality", stop=date(2026, 11, 16))
    assert counts.without_batch == pytest.approx(0.2)
    opened(tmp_path / "b", sold_and_asked(nameless, 5))
    with pytest.raises(Refused, match="25% of the tickets") as refusal:
        counted(tmp_path / "b", "quality")
    assert refusal.value.finding.code == "spikes.without_batch"


def test_no_more_is_expected_of_a_sku_than_can_be_traced(tmp_path: Path) -> None:
    """16 of 20 requests can be traced, and the shop's share stands in for 20 more: so can 4 of 5 units' returns."""
    opened(tmp_path, sold_and_asked(nameless, 4))
    units = counted(tmp_path, "quality").units
    assert (units["units"].sum(), units["traceable"].sum()) == (20, pytest.approx(20 * 0.8))


def test_what_can_be_traced_is_told_for_its_time_and_its_sku() -> None:
    sold = [("甲店", "S1", 10), ("甲店", "S1", 70), ("甲店", "S2", 10), ("甲店", "S3", 10), ("乙店", "S4", 10)]
    units = pd.DataFrame(sold, columns=["shop", "sku_id", "age"]).assign(units=100)
    units["sold_on"] = pd.Timestamp(STOP) - pd.to_timedelta(units["age"], unit="D")
    asked = pd.DataFrame(
        [
            ("甲店", "S1", 0, 60, 20),  # a third of it lost
            ("甲店", "S2", 0, 20, 0),
            ("甲店", None, 0, 20, 20),  # and a fifth of all requests are about nobody knows what
            ("甲店", "S1", 1, 50, 0),  # two months ago all was well
        ],
        columns=["shop", "sku_id", "period", "requests", "lost"],
    )
    of_shop = 60 / 80  # of the requests with a SKU those with a line
    assert traceable(units, asked, STOP).tolist() == pytest.approx(
        [
            100 * 0.8 * (40 + 20 * of_shop) / 80,
            100,
            100 * 0.8 * (20 + 20 * of_shop) / 40,
            100 * 0.8 * of_shop,
            100,
        ]
    )


def test_old_tickets_without_a_batch_are_forgiven(tmp_path: Path) -> None:
    tables = sold_and_asked(lambda _: ticket(None, "2026-08-08 09:00"), 10)
    opened(tmp_path, tables)
    assert counted(tmp_path, "quality").without_batch == 0


def test_tickets_of_unknown_orders_are_no_loss_and_no_return(tmp_path: Path) -> None:
    tables = sold_and_asked(lambda number: ticket(f"unknown {number}", "2026-10-08 09:00"), 15)
    opened(tmp_path, tables)
    counts = counted(tmp_path, "quality")
    assert counts.without_batch == 0
    assert counts.returns["units"].sum() == 5


def test_lines_without_a_batch_are_left_out_with_their_tickets(tmp_path: Path) -> None:
    lines = [line("a", "B1"), line("b", None), line("c", "B1")]
    tickets = [ticket("a", "2026-10-08 09:00")]
    opened(tmp_path, tables_of(lines, tickets))
    counts = counted(tmp_path, "quality")
    assert (counts.units["units"].sum(), counts.returns["units"].sum()) == (2, 1)


@pytest.mark.parametrize(
    ("emptied", "family", "missing"),
    [
        ({"requested_at": None, "refunded_at": None}, "quality", "requested_at"),
        ({"reason_text": None}, "quality", "reason_text"),
        ({"type": "other"}, "all", r"\(type\)"),
        ({"order_id": None}, "quality", "order_id"),
    ],
)
def test_an_export_without_what_is_needed_is_named(emptied: Row, family: Family, missing: str, tmp_path: Path) -> None:
    tables = sold_and_asked(nameless, 0)
    tables["tickets"] = tables["tickets"].assign(**emptied)
    opened(tmp_path, tables)
    with pytest.raises(Refused, match=missing) as refusal:
        counted(tmp_path, family)
    assert refusal.value.finding.code == "spikes.not_available"
    assert re.search(missing, say(refusal.value.finding, "zh"))


def test_a_shop_without_tickets_is_told_to_import_them(tmp_path: Path) -> None:
    tables = sold_and_asked(nameless, 0)
    del tables["tickets"]
    opened(tmp_path, tables)
    with pytest.raises(Refused, match=r"\(tickets\)"):
        metrics.open_shop(tmp_path).spikes()


def test_a_time_without_sales_is_refused(tmp_path: Path) -> None:
    opened(tmp_path, sold_and_asked(nameless, 0))
    with pytest.raises(Refused, match="nothing was sold"):
        counted(tmp_path, "quality", since=date(2026, 1, 1), stop=date(2026, 3, 1))
