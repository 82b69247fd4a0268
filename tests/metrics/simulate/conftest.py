"""One simulated shop for all tests of this folder: large enough to recover what was planted in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from metrics.simulate import SHOP, simulate
from metrics.simulate.scenario import BadBatch
from metrics.simulate.shop import TABLES

LINES = 300_000
SCENARIO = replace(
    SHOP,
    skus=60,
    hot={"桌面加湿器": 0.1},
    bad_batches=(BadBatch("桌面加湿器", date(2026, 3, 2), 35, 3.0, "无法开机", 0),),
    repurchase_uplift={"control": 0.0, "message": 0.05, "coupon": 0.12},
)


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with a view on every file of a simulated shop."""
    con = duckdb.connect()
    for table in TABLES:
        con.execute(f"CREATE VIEW {table} AS FROM '{folder}/{table}.parquet'")
    for truth in ("batches", "rates"):
        con.execute(f"CREATE VIEW true_{truth} AS FROM '{folder}/truth/{truth}.parquet'")
    return con


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of the shop."""
    out = tmp_path_factory.mktemp("simulated")
    simulate(LINES, out, seed=3, scenario=SCENARIO)
    return out


@pytest.fixture(scope="session")
def shop(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return the shop, with `sold`: its paid lines past their last possible return, and the first ticket of each."""
    con = opened(folder)
    con.execute(
        """
        CREATE TABLE sold AS
        SELECT l.*, p.category, t.ticket_id, t.type, t.reason_text, t.requested_at, t.outcome
        FROM order_lines AS l
        JOIN products AS p USING (sku_id)
        LEFT JOIN (FROM tickets WHERE parent_ticket_id IS NULL) AS t USING (order_id, line_id)
        WHERE l.paid_at < TIMESTAMP '2026-11-16' - INTERVAL 35 DAY AND NOT l.cancelled
        """
    )
    yield con
    con.close()
