"""Draws a whole shop inside one scratch DuckDB file, and writes out what is known of it at the as-of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from metrics.simulate.days import seconds
from metrics.simulate.goods import SKU_SLOTS
from metrics.simulate.scenario import Scenario
from metrics.simulate.world import ORDER_SIZES, World, draw_world

HERE = Path(__file__).parent
STAGES = ("lines", "claims", "handled", "cases", "disputes", "surveys", "followups")
TABLES = (
    "products",
    "batches",
    "customers",
    "order_lines",
    "tickets",
    "offers",
    "disputes",
    "surveys",
    "followups",
)
TRUTHS = ("truth_batches", "truth_rates")


@contextmanager
def drawn_shop(scenario: Scenario, lines: int, seed: int, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection in which the whole shop stands, to its end; the views of the contract show it as of the as-of.

    The intermediate tables live in a file under `scratch` and not in memory, so that 100 million lines need no more
    of it than 10 million.
    """
    world = draw_world(scenario, lines, seed)
    with TemporaryDirectory(dir=scratch, prefix=".simulate-") as folder:
        con = duckdb.connect(str(Path(folder) / "shop.duckdb"))
        try:
            con.execute("SET enable_progress_bar = false")
            con.execute("SET memory_limit = '4GB'")
            con.execute("SET temp_directory = ?", [folder])
            # Joins run as they are written, millions of rows on the left and a small table on the right: taken the
            # other way round the millions would have to be held in memory.
            con.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
            _settle(con, scenario, world, seed)
            for stage in STAGES:
                con.execute((HERE / "core" / f"{stage}.sql").read_text(encoding="utf-8"))
            for table in (*TABLES, *TRUTHS):
                select = (HERE / "tables" / f"{table}.sql").read_text(encoding="utf-8")
                con.execute(f"CREATE VIEW {table} AS {select}")
            yield con
        finally:
            con.close()


def policies(scenario: Scenario) -> pd.DataFrame:
    """Return the rules of the platform as somebody would have typed them: what holds from when, and who told of it."""
    rows: list[tuple[str, str, int, str, str]] = [
        ("response_hours", "1970-01-01", 24, "", ""),
        ("return_window_days", "1970-01-01", scenario.window_days, "", ""),
    ]
    if scenario.window_change:
        since, told = scenario.window_change, scenario.window_change - timedelta(days=14)
        wider = scenario.wider_window_days
        rows.append(("return_window_days", since.isoformat(), wider, told.isoformat(), "规则公告（虚构）"))
    return pd.DataFrame(rows, columns=["name", "effective_from", "value", "announced_on", "source"])


def _settle(con: duckdb.DuckDBPyConnection, scenario: Scenario, world: World, seed: int) -> None:
    for name, value in {
        "seed": seed,
        "as_of_s": seconds(scenario.as_of),
        "full_orders": world.full_orders,
        "order_sizes": list(ORDER_SIZES),
        "sku_slots": SKU_SLOTS,
        "customers": world.customers,
        "window_days": scenario.window_days,
        "wider_window_days": scenario.wider_window_days,
        "late_share": scenario.late_share,
        "bad_delay": scenario.bad_delay,
    }.items():
        con.execute(f"SET VARIABLE {name} = $value", {"value": value})
    con.execute((HERE / "core" / "macros.sql").read_text(encoding="utf-8"))
    for name, frame in world.tables.items():
        con.register("drawn_frame", frame)
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM drawn_frame")
        con.unregister("drawn_frame")
