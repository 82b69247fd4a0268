"""One row out of the engine, and the result closed: an open one keeps the connection from anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb


def ask(con: duckdb.DuckDBPyConnection, sql: str, bound: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
    """Return the first row of an answer, or None where there is none."""
    rows = con.execute(sql, bound).fetchall()
    return rows[0] if rows else None


def count(con: duckdb.DuckDBPyConnection, sql: str, bound: Sequence[Any] | Mapping[str, Any] | None = None) -> int:
    """Return the one number of an answer: a count, or the rows that a statement wrote."""
    row = ask(con, sql, bound)
    return int(row[0]) if row else 0
