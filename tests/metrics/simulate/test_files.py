"""The files: the contract's columns, whole keys, nothing from the future, and the same bytes for the same seed."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from metrics.simulate import SHOP, simulate
from metrics.simulate.shop import TABLES
from metrics.warehouse import store
from metrics.words import Refused
from tests.metrics.simulate.conftest import LINES, SCENARIO, opened

CONTRACT = (Path(store.__file__).parent / "tables.sql").read_text(encoding="utf-8")
BOOKKEEPING = {"shop", "source", "updated_at", "import_id"}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def test_same_seed_same_bytes(folder: Path, tmp_path: Path) -> None:
    """More lines than one row group of Parquet holds, so that several threads really write."""
    simulate(LINES, tmp_path, seed=3, scenario=SCENARIO)
    assert files(tmp_path) == files(folder)


def test_another_seed_is_another_shop(tmp_path: Path) -> None:
    for seed in (1, 2):
        simulate(2_000, tmp_path / str(seed), seed=seed)
    assert (tmp_path / "1" / "tickets.parquet").read_bytes() != (tmp_path / "2" / "tickets.parquet").read_bytes()


@pytest.mark.parametrize("lines", [1, 33, 34, 35, 1_000])
def test_exactly_the_lines_asked_for(lines: int, tmp_path: Path) -> None:
    simulate(lines, tmp_path)
    assert opened(tmp_path).execute("SELECT count(*) FROM order_lines").fetchall() == [(lines,)]


def test_no_shop_without_lines(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="at least 1"):
        simulate(0, tmp_path)


def test_scratch_is_removed(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        *(f"{table}.parquet" for table in TABLES),
        "policies.csv",
        "truth",
    }


@pytest.mark.parametrize("table", TABLES)
def test_rows_satisfy_the_contract(table: str, shop: duckdb.DuckDBPyConnection) -> None:
    """Columns, types, NOT NULL and CHECK: the contract's own statements take every row."""
    create = re.search(rf"CREATE TABLE {table} \(.*?\n\);", CONTRACT, re.DOTALL)
    assert create is not None
    own = shop.cursor()
    own.execute("CREATE SCHEMA IF NOT EXISTS contract")
    own.execute(create[0].replace(f"CREATE TABLE {table}", f"CREATE OR REPLACE TABLE contract.{table}"))
    wanted = own.execute(f"DESCRIBE contract.{table}").fetchall()
    given = own.execute(f"DESCRIBE main.{table}").fetchall()
    assert [row[:2] for row in given] == [row[:2] for row in wanted if row[0] not in BOOKKEEPING]
    extra = ", ".join(
        {"shop": "'s' AS shop", "source": "'generic' AS source", "import_id": "1 AS import_id"}[row[0]]
        for row in wanted
        if row[0] in BOOKKEEPING - {"updated_at"}
    )
    own.execute(f"INSERT INTO contract.{table} BY NAME SELECT *, {extra} FROM main.{table}")
    key = re.search(rf"-- key: shop, (.*)\nCREATE TABLE {table} ", CONTRACT)
    assert key is not None
    counts = f"SELECT count(*), count(DISTINCT row({key[1]})) FROM contract.{table}"
    (rows, distinct) = own.execute(counts).fetchall()[0]
    assert rows == distinct > 0


@pytest.mark.parametrize(
    ("child", "parent", "columns"),
    [
        ("order_lines", "products", "sku_id"),
        ("order_lines", "batches", "sku_id, batch_id"),
        ("order_lines", "customers", "customer_id"),
        ("tickets", "order_lines", "order_id, line_id, sku_id"),
        ("offers", "tickets", "ticket_id"),
        ("disputes", "tickets", "ticket_id, order_id"),
        ("surveys", "order_lines", "order_id"),
        ("surveys", "tickets", "ticket_id"),
        ("followups", "tickets", "ticket_id"),
        ("followups", "customers", "customer_id"),
        ("batches", "products", "sku_id"),
    ],
)
def test_references_lead_somewhere(child: str, parent: str, columns: str, shop: duckdb.DuckDBPyConnection) -> None:
    present = " AND ".join(f"{column} IS NOT NULL" for column in columns.split(", "))
    orphans = f"SELECT * FROM (FROM {child} WHERE {present}) ANTI JOIN {parent} USING ({columns})"
    assert shop.execute(orphans).fetchall() == []


def test_orders_have_one_to_three_different_skus(shop: duckdb.DuckDBPyConnection) -> None:
    sizes = shop.execute(
        "SELECT count(*) AS lines, count(DISTINCT sku_id) AS skus FROM order_lines GROUP BY order_id"
    ).fetchall()
    assert {lines for lines, _ in sizes} == {1, 2, 3}
    assert all(lines == skus for lines, skus in sizes)


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_later_than_the_as_of(table: str, shop: duckdb.DuckDBPyConnection) -> None:
    moments = [row[0] for row in shop.execute(f"DESCRIBE main.{table}").fetchall() if row[1] == "TIMESTAMP"]
    for moment in moments:
        (latest,) = shop.execute(f"SELECT max({moment}) FROM main.{table}").fetchall()[0]
        assert isinstance(latest, datetime)
        assert latest <= SHOP.as_of, moment


def test_what_is_open_has_no_end_yet(shop: duckdb.DuckDBPyConnection) -> None:
    open_tickets = shop.execute(
        """
        SELECT count(*), count(closed_at), count(refund_amount), count(refunded_at), count(received_at),
               count(promised_on), count(compensation)
        FROM tickets WHERE outcome = 'open'
        """
    ).fetchall()[0]
    assert open_tickets[0] > 0
    assert open_tickets[1:] == (0,) * 6
    unanswered = "SELECT count(*) FROM tickets WHERE responded_at IS NULL AND outcome <> 'open'"
    assert shop.execute(unanswered).fetchall() == [(0,)]


def test_events_follow_each_other(shop: duckdb.DuckDBPyConnection) -> None:
    backwards = shop.execute(
        """
        SELECT count(*) FROM order_lines
        WHERE paid_at < ordered_at OR shipped_at < paid_at OR delivered_at < shipped_at
            OR (cancelled AND shipped_at IS NOT NULL)
        UNION ALL
        SELECT count(*) FROM tickets
        WHERE responded_at < requested_at OR contacted_at > responded_at OR closed_at < responded_at
            OR received_at < responded_at OR refunded_at < responded_at
        UNION ALL
        SELECT count(*) FROM tickets JOIN order_lines USING (order_id, line_id) WHERE requested_at < paid_at
        UNION ALL
        SELECT count(*) FROM disputes JOIN tickets USING (ticket_id)
        WHERE opened_at < requested_at OR ruled_at < opened_at
        """
    ).fetchall()
    assert backwards == [(0,)] * 4
