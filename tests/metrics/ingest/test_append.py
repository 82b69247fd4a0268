"""The fast road writes what the careful road writes, or nothing at all."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.ingest import one_file
from metrics.ingest.append import append

if TYPE_CHECKING:
    from conftest import Desk

HEADERS = (
    "order_id",
    "line_id",
    "sku_id",
    "quantity",
    "amount",
    "province",
    "ordered_at",
    "shipped_at",
    "cancelled",
    "batch_id",
)
GOOD = ("A", "1", "S", "2", "10.50", "广东", "2026-11-01 10:00:00", "2026-11-02 10:00:00", "true", "B1")
ODD = (
    "",
    " x",
    "x ",
    "?",
    "N/A",
    "2.5",
    "-1",
    "2026/11/1",
    "2026-11-01",
    "1e3",
    "合计",
    "'7",
    '="7"',
    "1,000",
    "是",
    "22-04-15",
    "B2",
    "\u3000y",
)


def as_csv(rows: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEADERS, *rows])
    return out.getvalue()


def tables(desk: Desk) -> tuple[Any, ...]:
    if desk.store.current is None:
        return ()
    return (
        desk.ask("SELECT * FROM order_lines ORDER BY order_id, line_id"),
        desk.ask("SELECT * FROM coverage ORDER BY ALL"),
        desk.ask("SELECT rows_read, rows_rejected FROM imports"),
    )


@pytest.fixture
def roads(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note, for every file that is imported, whether the fast road took it."""
    taken: list[bool] = []

    def noting(*args: Any) -> Any:
        done = append(*args)
        taken.append(done is not None)
        return done

    monkeypatch.setattr(one_file, "append", noting)
    return taken


def test_a_clean_file_goes_the_fast_road_and_its_successor_does_not(desk: Desk, roads: list[bool]) -> None:
    desk.bring_one("order_lines.csv", as_csv([GOOD, ("B", *GOOD[1:])]))
    desk.bring_one("order_lines.csv", as_csv([GOOD, ("C", *GOOD[1:])]))
    assert roads == [True, False]
    assert desk.ask("SELECT order_id FROM order_lines ORDER BY 1") == [("A",), ("B",), ("C",)]


@pytest.mark.parametrize(
    "row",
    [
        ("A", "1", "S", "many", *GOOD[4:]),
        ("A", "1", "S", "2.5", *GOOD[4:]),
        ("A", "1", "S", "-2", *GOOD[4:]),
        ("A", "1", "S ", *GOOD[3:]),
        ("A", "1", "N/A", *GOOD[3:]),
        ("2.9E+11", "1", *GOOD[2:]),
        ("合计", "1", *GOOD[2:]),
        (*GOOD[:6], "2026-11-01", *GOOD[7:]),
        (*GOOD[:6], "0022-04-15 00:00:00", *GOOD[7:]),
        (*GOOD[:6], "", *GOOD[7:]),
        ("B", *GOOD[1:]),  # the key of the row before
    ],
)
def test_whatever_needs_thought_goes_the_careful_road(desk: Desk, roads: list[bool], row: tuple[str, ...]) -> None:
    desk.bring_one("order_lines.csv", as_csv([("B", *GOOD[1:]), row]))
    assert roads == [False]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"),
            st.sampled_from("12"),
            st.integers(1, len(HEADERS) - 1),
            st.sampled_from((*ODD, None)),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_both_roads_write_the_same_rows(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, spots: list[tuple[str, str, int, str | None]]
) -> None:
    rows = []
    for order, line, place, odd in spots:
        row = [order, line, *GOOD[2:]]
        if odd is not None:
            row[place] = odd
        rows.append(tuple(row))
    found = []
    for road in (append, lambda *_: None):
        monkeypatch.setattr(one_file, "append", road)
        with tempfile.TemporaryDirectory() as folder:
            here = type(desk)(Path(folder))
            try:
                here.bring_one("order_lines.csv", as_csv(rows))
                found.append(tables(here))
            except Exception as refused:
                found.append((type(refused).__name__, str(refused).replace(folder, "")))
    assert found[0] == found[1]


def test_parquet_with_the_types_of_the_contract_goes_the_fast_road(desk: Desk, roads: list[bool]) -> None:
    path = desk.folder / "tickets.parquet"
    duckdb.sql(
        "SELECT 'T1' AS ticket_id, 'A' AS order_id, 'return' AS type, 'open' AS outcome, "
        "TIMESTAMP '2026-11-01 10:00:00' AS requested_at, 12.5::DECIMAL(18, 2) AS refund_amount, "
        "'电话13800138000' AS description, DATE '2026-11-20' AS promised_on, true AS auto_approved"
    ).write_parquet(str(path))
    desk.bring(path)
    assert roads == [True]
    assert desk.ask("SELECT ticket_id, refund_amount, description, promised_on, auto_approved FROM tickets") == [
        ("T1", Decimal("12.5"), "电话138****8000", date(2026, 11, 20), True)
    ]


def test_a_fraction_of_a_unit_in_parquet_is_rejected_and_not_rounded(desk: Desk, roads: list[bool]) -> None:
    path = desk.folder / "order_lines.parquet"
    duckdb.sql(
        "SELECT order_id, '1' AS line_id, quantity, TIMESTAMP '2026-11-01 10:00:00' AS ordered_at "
        "FROM (VALUES ('A', 2.5::DOUBLE), ('B', 2)) AS lines(order_id, quantity)"
    ).write_parquet(str(path))
    report = desk.bring(path).files[0]
    assert (roads, report.rows_rejected) == ([False], 1)
    assert desk.ask("SELECT order_id, quantity FROM order_lines") == [("B", 2)]
