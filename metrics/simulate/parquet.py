"""A simulated shop as Parquet files of the table contract, with the truth beside them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from metrics.simulate.scenario import Scenario
from metrics.simulate.shop import TABLES, TRUTHS, drawn_shop, policies
from metrics.simulate.shops import SHOP


def simulate(lines: int, out: Path, seed: int = 0, scenario: Scenario = SHOP) -> None:
    """Write a whole shop of so many order lines: one Parquet file a table, `policies.csv`, and `truth/`.

    The columns are those of the table contract without shop and bookkeeping, so the files import under the `generic`
    profile. Nothing later than `scenario.as_of` is in them. `truth/` holds what nobody in the shop could know:
    `batches.parquet` (the true rate of every batch, its multiplier and when it began), `rates.parquet` (the true
    rate of every SKU) and `planted.json`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     simulate(1_000, Path(folder), seed=7)
    ...     (Path(folder) / "order_lines.parquet").exists()
    True
    """
    out.mkdir(parents=True, exist_ok=True)
    truth = out / "truth"
    truth.mkdir(exist_ok=True)
    with drawn_shop(scenario, lines, seed, scratch=out) as con:
        for table in TABLES:
            _copy(con, table, out / f"{table}.parquet")
        for table in TRUTHS:
            _copy(con, table, truth / f"{table.removeprefix('truth_')}.parquet")
    policies(scenario).to_csv(out / "policies.csv", index=False, lineterminator="\n")
    planted = {"lines": lines, "seed": seed, **_plain(asdict(scenario))}
    (truth / "planted.json").write_text(json.dumps(planted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _copy(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    target = str(path).replace("'", "''")
    con.execute(f"COPY (FROM {table}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def _plain(value: Any) -> Any:
    """Return a scenario's values as JSON has them: dates as text, tuples as lists."""
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case str() | int() | float() | bool() | None:
            return value
        case _:
            return value.isoformat()
