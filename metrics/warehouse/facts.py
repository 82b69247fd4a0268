"""Brings contexts, facts and rollups up to date with the tables; `fact_file.py` says what can be asked of each.

An incremental build must equal a whole one, row for row. So whatever a fact reads is either cut down to the touched
orders, or named by order lines (a changed product touches the orders that name it), or compared whole: there a
change means that the fact is built anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path

import duckdb

from metrics.warehouse.engine import quoted
from metrics.warehouse.fact_file import FOLDER, FactFile, Kind, read_facts
from metrics.words import Finding

Progress = Callable[[Finding], None]

NAMED_BY_LINES: Mapping[str, tuple[str, ...]] = {
    "products": ("shop", "sku_id"),
    "batches": ("shop", "sku_id", "batch_id"),
    "customers": ("shop", "customer_id"),
}
"""Tables that order lines name by key: a changed row touches just the orders that name it."""

WHOLE_SHARE = 4
"""From a quarter of all lines touched on, building whole is faster than taking rows out and putting them back."""

_TOUCHED = "o.shop = t.shop AND o.order_id IS NOT DISTINCT FROM t.order_id"


class FactsRun:
    """One refresh of all facts in the private file of a build.

    `touched_orders` (shop, order_id) stands as a temporary table; an order_id of NULL is every row of the shop that
    has none. `before` is the version that the private file was copied from. Tables of the file are always named with
    their catalogue, because the temporary tables that hold only touched orders bear the same names and win.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        *,
        before: Path | None,
        everything: bool,
        folder: Path = FOLDER,
        progress: Progress = lambda _: None,
    ) -> None:
        self._con = con
        self._before = before
        self._everything = everything or before is None
        self._files = read_facts(folder)
        self._progress = progress
        self._main = f'"{self._one("SELECT current_database()")}".main'

    def refresh(self) -> None:
        """Bring contexts, facts and rollups up to date with the tables."""
        kept = dict(self._con.execute(f"SELECT table_name, signature FROM {self._main}.fact_builds").fetchall())
        asked = {*self._files, *(table for file in self._files.values() for table in file.rollups)}
        self._drop(kept.keys() - asked)
        self._touch_named_rows()
        touched = self._count_touched()
        for file in self._of("context"):
            self._create(file)
        signatures = self._signatures()
        whole = self._whole(kept, signatures)
        partly = [file for file in self._of("fact") if file.name not in whole]
        by_day = [file for file in self._files.values() if file.rollups and file.name not in whole] if touched else []

        for file in by_day:
            self._con.execute(f"CREATE TEMP TABLE {_days(file)} AS {self._touched_days(file)}")
        if touched and partly:
            self._replace_touched(partly)
        self._build_whole(whole)
        for file in self._files.values():
            if file.rollups and file.name in whole:
                self._roll_up(file)
        for file in by_day:
            self._con.execute(f"INSERT INTO {_days(file)} {self._touched_days(file)}")
            self._roll_up_days(file)
            self._con.execute(f"DROP TABLE temp.{_days(file)}")
        self._record(signatures)

    # ── what has to be built anew ────────────────────────────────────────────────────────────────────────────────

    def _touch_named_rows(self) -> None:
        """Touch the orders that name a product, batch or customer whose row differs from the version before.

        Rows are told apart by their hash: that a changed row of some millions keeps its 64 bits is a chance that a
        disk does not offer either.
        """
        if self._everything or self._before is None:
            return
        self._con.execute(f"ATTACH {quoted(self._before)} AS before (READ_ONLY)")
        for table, keys in NAMED_BY_LINES.items():
            now, then = f"{self._main}.{table}", f"before.main.{table}"
            if self._fingerprint(now) == self._fingerprint(then):
                continue
            matches = " AND ".join(f"c.{key} = l.{key}" for key in keys)
            for one, other in ((now, then), (then, now)):
                self._con.execute(
                    f"INSERT INTO touched_orders SELECT l.shop, l.order_id FROM {self._main}.order_lines AS l "
                    f"SEMI JOIN (FROM {one} AS a ANTI JOIN {other} AS b ON HASH(a) = HASH(b)) AS c ON {matches}"
                )
        self._con.execute("DETACH before")

    def _count_touched(self) -> int:
        self._con.execute("CREATE OR REPLACE TEMP TABLE touched_orders AS SELECT DISTINCT * FROM touched_orders")
        touched = int(self._one("SELECT COUNT(*) FROM touched_orders"))
        if touched * WHOLE_SHARE >= int(self._one(f"SELECT COUNT(*) FROM {self._main}.order_lines")) > 0:
            self._everything = True
        return touched

    def _signatures(self) -> dict[str, str]:
        """Return what each fact rests on besides orders: its text, those of the facts it reads, and whole tables."""
        signatures: dict[str, str] = {}
        for file in self._files.values():
            told = [file.sql]
            for name in sorted(file.reads):
                if name in self._files and self._files[name].kind != "context":
                    told.append(signatures[name])
                elif not self._is_followed(name):
                    told.append(f"{name} {self._fingerprint(f'{self._main}.{name}')}")
            signatures[file.name] = hashlib.sha256("\n".join(told).encode()).hexdigest()
        return signatures

    def _whole(self, kept: Mapping[str, str], signatures: Mapping[str, str]) -> set[str]:
        """Return the facts and views that cannot be brought up to date by the touched orders alone."""
        whole: set[str] = set()
        for file in self._files.values():
            if file.kind == "context":
                continue
            changed = file.is_published and kept.get(file.name) != signatures[file.name]
            always = file.kind == "fact" and not file.incremental
            if self._everything or changed or always or any(name in whole for name in file.reads):
                whole.add(file.name)
        return whole

    def _is_followed(self, table: str) -> bool:
        """Tell whether the touched orders stand for every change of this table."""
        return table in NAMED_BY_LINES or "order_id" in self._columns.get(table, ())

    def _fingerprint(self, table: str) -> str:
        return str(self._con.execute(f"SELECT COUNT(*), SUM(HASH(t)) FROM {table} AS t").fetchone())

    # ── building ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _replace_touched(self, facts: Iterable[FactFile]) -> None:
        """Take the rows of the touched orders out of each fact and put them back as they are now."""
        needed = self._upstream(facts)
        tables = [name for name in sorted(needed) if name not in self._files and "order_id" in self._columns[name]]
        files = [file for name, file in self._files.items() if name in needed and file.kind != "context"]
        for name in tables:
            self._con.execute(
                f"CREATE TEMP TABLE {name} AS "
                f"SELECT t.* FROM {self._main}.{name} AS t SEMI JOIN touched_orders AS o ON {_TOUCHED}"
            )
        for file in files:
            if file.kind == "view":
                self._con.execute(f"CREATE TEMP VIEW {file.name} AS {file.sql}")
                continue
            self._progress(Finding("store.step_fact", {"name": file.name}))
            # The new rows stand in for the whole fact where another fact reads it.
            self._con.execute(f"CREATE TEMP TABLE {file.name} AS {file.sql}")
            self._con.execute(f"DELETE FROM {self._main}.{file.name} AS t USING touched_orders AS o WHERE {_TOUCHED}")
            self._con.execute(f"INSERT INTO {self._main}.{file.name} BY NAME SELECT * FROM temp.{file.name}")
        for file in reversed(files):
            self._con.execute(f"DROP {'VIEW' if file.kind == 'view' else 'TABLE'} temp.{file.name}")
        for name in tables:
            self._con.execute(f"DROP TABLE temp.{name}")

    def _build_whole(self, whole: set[str]) -> None:
        self._drop(file.name for file in self._files.values() if file.name in whole and file.is_published)
        # Gives the dropped blocks back, so that the file does not grow by a fact with every build.
        self._con.execute("CHECKPOINT")
        for file in self._files.values():
            if file.kind == "view" and not file.is_published:
                self._con.execute(f"CREATE TEMP VIEW {file.name} AS {file.sql}")
            elif file.name in whole:
                self._progress(Finding("store.step_fact", {"name": file.name}))
                self._create(file)
        for file in reversed(self._of("view")):
            if not file.is_published:
                self._con.execute(f"DROP VIEW temp.{file.name}")

    def _create(self, file: FactFile) -> None:
        kind = "VIEW" if file.kind == "view" else "TABLE"
        self._con.execute(f"CREATE OR REPLACE {kind} {self._main}.{file.name} AS {file.sql}")

    def _drop(self, tables: Iterable[str]) -> None:
        """Drop tables and views of an earlier build; a fact may have been the one and have become the other."""
        found = self._con.execute(
            "SELECT table_name, table_type FROM information_schema.tables WHERE table_catalog = current_database()"
        ).fetchall()
        kinds = {str(name): "VIEW" if kind == "VIEW" else "TABLE" for name, kind in found}
        for table in tables:
            if table in kinds:
                self._con.execute(f"DROP {kinds[table]} {self._main}.{table}")

    # ── rolling up ───────────────────────────────────────────────────────────────────────────────────────────────

    def _roll_up(self, file: FactFile) -> None:
        self._progress(Finding("store.step_rollup", {"name": file.name}))
        kinds = self._types(file.name)
        for table, columns, source in _cheapest_sources(file):
            rolled = _rolled(file, kinds, columns, f"{self._main}.{source}")
            self._con.execute(f"CREATE OR REPLACE TABLE {self._main}.{table} AS {rolled} ORDER BY day")

    def _roll_up_days(self, file: FactFile) -> None:
        """Replace the rows of those days on which a touched order stood, or stands now."""
        self._progress(Finding("store.step_rollup", {"name": file.name}))
        same_day, kinds = "d.day IS NOT DISTINCT FROM t.day", self._types(file.name)
        for table, columns, source in _cheapest_sources(file):
            of_days = f"(FROM {self._main}.{source} AS t SEMI JOIN {_days(file)} AS d ON {same_day})"
            rolled = _rolled(file, kinds, columns, of_days)
            self._con.execute(f"DELETE FROM {self._main}.{table} AS t USING {_days(file)} AS d WHERE {same_day}")
            self._con.execute(f"INSERT INTO {self._main}.{table} BY NAME {rolled}")

    def _touched_days(self, file: FactFile) -> str:
        return f"SELECT DISTINCT t.day FROM {self._main}.{file.name} AS t SEMI JOIN touched_orders AS o ON {_TOUCHED}"

    # ── looking things up, and writing down what was done ────────────────────────────────────────────────────────

    def _record(self, signatures: Mapping[str, str]) -> None:
        tables = {
            name: file for file in self._files.values() for name in (file.name, *file.rollups) if file.is_published
        }
        made = [list(tables), [file.name for file in tables.values()], [signatures[f.name] for f in tables.values()]]
        self._con.execute(f"DELETE FROM {self._main}.fact_builds")
        self._con.execute(f"INSERT INTO {self._main}.fact_builds SELECT UNNEST($1), UNNEST($2), UNNEST($3)", made)

    def _of(self, kind: Kind) -> list[FactFile]:
        return [file for file in self._files.values() if file.kind == kind]

    def _upstream(self, facts: Iterable[FactFile]) -> set[str]:
        """Return the names of these facts and of all that they read, directly or not; contexts are ends."""
        found: set[str] = set()
        waiting = [file.name for file in facts]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                if name in self._files and self._files[name].kind != "context":
                    waiting.extend(self._files[name].reads)
        return found

    @cached_property
    def _columns(self) -> Mapping[str, set[str]]:
        """The columns of the tables that an import fills."""
        rows = self._con.execute(
            "SELECT table_name, list(column_name) FROM duckdb_columns() "
            "WHERE database_name = current_database() AND NOT internal GROUP BY table_name"
        ).fetchall()
        return {str(table): set(columns) for table, columns in rows}

    def _types(self, table: str) -> dict[str, str]:
        rows = self._con.execute(
            "SELECT column_name, data_type FROM duckdb_columns() "
            "WHERE database_name = current_database() AND table_name = $1",
            [table],
        ).fetchall()
        return {str(name): str(kind) for name, kind in rows}

    def _one(self, query: str) -> str:
        found = self._con.execute(query).fetchone()
        assert found is not None  # aggregates and settings always answer
        return str(found[0])


def _cheapest_sources(file: FactFile) -> list[tuple[str, tuple[str, ...], str]]:
    """Return each rollup with its columns and what to sum: a wider rollup where one has its columns, else the fact."""
    planned: list[tuple[str, tuple[str, ...], str]] = []
    for table, columns in sorted(file.rollups.items(), key=lambda item: -len(item[1])):
        wider = [name for name, others, _ in planned if set(columns) < set(others)]
        planned.append((table, columns, wider[-1] if wider else file.name))
    return planned


def _rolled(file: FactFile, kinds: Mapping[str, str], columns: tuple[str, ...], rows: str) -> str:
    # The engine sums integers as HUGEINT, which few others can read.
    sums = (
        f"SUM({m}) AS {m}" if kinds[m].startswith(("DECIMAL", "DOUBLE")) else f"CAST(SUM({m}) AS BIGINT) AS {m}"
        for m in file.measures
    )
    by = ", ".join(columns)
    return f"SELECT {by}, {', '.join(sums)} FROM {rows} GROUP BY {by}"


def _days(file: FactFile) -> str:
    return f"touched_days_{file.name}"
