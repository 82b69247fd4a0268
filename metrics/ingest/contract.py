"""What a row must be: the tables of `warehouse/tables.sql`, read from that file.

The contract is written once, in SQL. Ingest asks the engine what the file says, so that a column added there, or a
check, is obeyed here without a second list to keep in step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import duckdb

KEPT_BY_US = ("shop", "source", "import_id")  # written by the import itself, never read from a file
FILES_BRING = (
    "order_lines",
    "tickets",
    "products",
    "batches",
    "customers",
    "offers",
    "disputes",
    "surveys",
    "followups",
)


@dataclass(frozen=True)
class Column:
    """One column of the contract; `check` is the condition that tables.sql sets on it."""

    name: str
    type: str
    required: bool
    check: str | None


@dataclass(frozen=True)
class Table:
    """One table of the contract. Its key is given without `shop`, which a file does not name."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, Column]

    @property
    def from_file(self) -> tuple[str, ...]:
        """The columns that a file can bring."""
        return tuple(name for name in self.columns if name not in KEPT_BY_US)

    @property
    def unit(self) -> tuple[str, ...]:
        """What a file replaces as a whole: the order in order files, else the row with this key."""
        return ("order_id",) if self.name == "order_lines" else self.key

    @property
    def moments(self) -> tuple[str, ...]:
        """The columns that hold a point in time."""
        return tuple(name for name, column in self.columns.items() if column.type == "TIMESTAMP")


@cache
def contract() -> dict[str, Table]:
    """Return the tables that files bring, by name.

    >>> contract()["tickets"].key
    ('ticket_id',)
    """
    text = resources.files("metrics.warehouse").joinpath("tables.sql").read_text(encoding="utf-8")
    keys = {
        table: tuple(key.split(", ")) for key, table in re.findall(r"^-- key: (.+)\nCREATE TABLE (\w+)", text, re.M)
    }
    with duckdb.connect() as con:
        con.execute(text)
        checks = dict(
            con.execute(
                "SELECT table_name || '.' || constraint_column_names[1], expression "
                "FROM duckdb_constraints() WHERE constraint_type = 'CHECK'"
            ).fetchall()
        )
        rows = con.execute(
            "SELECT table_name, column_name, data_type, NOT is_nullable FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index"
        ).fetchall()
    columns: dict[str, dict[str, Column]] = {name: {} for name in FILES_BRING}
    for table, name, type_, required in rows:
        if table in columns:
            columns[table][name] = Column(name, type_, required, checks.get(f"{table}.{name}"))
    return {
        name: Table(name, tuple(column for column in keys[name] if column != "shop"), columns[name])
        for name in FILES_BRING
    }
