"""Runs the facts: every file of `facts/` is one SELECT, and its first lines say how it is kept.

- `-- fact:` becomes a table, `-- context:` a small table that is computed from whole tables first. `-- view:` is only
  named for the others; one with measures is a fact that needs no rows of its own and is kept as a view.
- `-- reads: a, b` names every table, view and fact that the SELECT reads.
- `-- incremental: order`: the fact has the columns shop and order_id, and the rows of one order depend on that order
  alone; a build replaces the rows of the touched orders. `-- incremental: no`: it is built whole every time.
- `-- rollup NAME: a, b` with `-- measures: m, n`: the table FACT_NAME, the measures summed by these columns.

An incremental build must equal a whole one, row for row. So whatever a fact reads is either cut down to the touched
orders, or named by order lines (a changed product touches the orders that name it), or compared whole: there a
change means that the fact is built anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Literal

import duckdb

from metrics.warehouse.engine import quoted
from metrics.words import Finding

Progress = Callable[[Finding], None]

FOLDER = Path(__file__).parent / "facts"

NAMED_BY_LINES: Mapping[str, tuple[str, ...]] = {
    "products": ("shop", "sku_id"),
    "batches": ("shop", "sku_id", "batch_id"),
    "customers": ("shop", "customer_id"),
}
"""Tables that order lines name by key: a changed row touches just the orders that name it."""

WHOLE_SHARE = 4
"""From a quarter of all lines touched on, building whole is faster than taking rows out and putting them back."""

_HEADER = re.compile(r"-- (fact|view|context|incremental|reads|measures|rollup \w+):(.*)")
_CONTINUED = re.compile(r"--   (.*)")


@dataclass(frozen=True)
class FactFile:
    """One file of `facts/`: its SELECT, and what its first lines say."""

    name: str
    kind: Literal["fact", "view", "context"]
    incremental: bool
    reads: tuple[str, ...]
    measures: tuple[str, ...]
    rollups: Mapping[str, tuple[str, ...]]
    sql: str

    @property
    def is_published_view(self) -> bool:
        """Whether readers ask it too: a fact without rows of its own."""
        return self.kind == "view" and bool(self.measures)

    @staticmethod
    def read(path: Path) -> FactFile:
        sql = path.read_text(encoding="utf-8")
        headers: dict[str, str] = {}
        last = ""
        for line in sql.splitlines():
            if found := _HEADER.match(line):
                last = found[1]
                headers[last] = found[2]
            elif last and (found := _CONTINUED.match(line)):
                headers[last] += found[1]
            else:
                last = ""
        kind: Literal["fact", "view", "context"] = (
            "view" if "view" in headers else "context" if "context" in headers else "fact"
        )
        return FactFile(
            name=path.stem,
            kind=kind,
            incremental=headers.get("incremental", "").strip() == "order",
            reads=_names(headers.get("reads", "")),
            measures=_names(headers.get("measures", "")),
            rollups={
                f"{path.stem}_{key.removeprefix('rollup ')}": _names(value)
                for key, value in headers.items()
                if key.startswith("rollup ")
            },
            sql=sql,
        )


def read_facts(folder: Path = FOLDER) -> dict[str, FactFile]:
    """Return the facts of a folder by name, each one after those that it reads."""
    files = {path.stem: FactFile.read(path) for path in sorted(folder.glob("*.sql"))}
    order = TopologicalSorter({name: [r for r in file.reads if r in files] for name, file in files.items()})
    return {name: files[name] for name in order.static_order()}


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
        self._drop_stale()
        self._touch_named_rows()
        self._con.execute("CREATE OR REPLACE TEMP TABLE touched_orders AS SELECT DISTINCT * FROM touched_orders")
        touched = int(self._one("SELECT COUNT(*) FROM touched_orders"))
        if touched * WHOLE_SHARE >= int(self._one(f"SELECT COUNT(*) FROM {self._main}.order_lines")) > 0:
            self._everything = True

        for file in self._of("context"):
            self._create(file)
        signatures = self._signatures()
        whole = self._whole(signatures)
        partly = [file for file in self._of("fact") if file.name not in whole]
        if touched and partly:
            self._replace_touched(partly)
        self._build_whole(whole)
        for file in self._files.values():
            if file.rollups and (touched or file.name in whole):
                self._roll_up(file)
        self._record(signatures)

    # ── what has to be built anew ────────────────────────────────────────────────────────────────────────────────

    def _touch_named_rows(self) -> None:
        """Touch the orders that name a product, batch or customer whose row differs from the version before."""
        if self._everything or self._before is None:
            return
        self._con.execute(f"ATTACH {quoted(self._before)} AS before (READ_ONLY)")
        for table, keys in NAMED_BY_LINES.items():
            now, then = f"{self._main}.{table}", f"before.main.{table}"
            if self._fingerprint(now) == self._fingerprint(then):
                continue
            changed = f"(FROM {now} EXCEPT FROM {then}) UNION ALL (FROM {then} EXCEPT FROM {now})"
            matches = " AND ".join(f"c.{key} = l.{key}" for key in keys)
            self._con.execute(
                f"INSERT INTO touched_orders SELECT l.shop, l.order_id FROM {self._main}.order_lines AS l "
                f"SEMI JOIN ({changed}) AS c ON {matches}"
            )
        self._con.execute("DETACH before")

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

    def _whole(self, signatures: Mapping[str, str]) -> set[str]:
        """Return the facts that cannot be brought up to date by the touched orders alone."""
        kept = dict(self._con.execute(f"SELECT fact, signature FROM {self._main}.fact_builds").fetchall())
        whole: set[str] = set()
        for file in self._files.values():
            if file.kind == "context":
                continue
            changed = file.kind == "fact" and (not file.incremental or kept.get(file.name) != signatures[file.name])
            if self._everything or changed or any(name in whole for name in file.reads):
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
        shadows = [name for name in sorted(needed) if name not in self._files and "order_id" in self._columns[name]]
        for name in shadows:
            self._con.execute(
                f"CREATE TEMP TABLE {name} AS SELECT t.* FROM {self._main}.{name} AS t SEMI JOIN touched_orders AS o "
                "ON o.shop = t.shop AND o.order_id IS NOT DISTINCT FROM t.order_id"
            )
        for name, file in self._files.items():
            if name not in needed or file.kind == "context":
                continue
            self._progress(Finding("store.step_fact", {"name": name}))
            if file.kind == "view":
                self._con.execute(f"CREATE TEMP VIEW {name} AS {file.sql}")
                continue
            # The new rows stand in for the whole fact where another fact reads it.
            self._con.execute(f"CREATE TEMP TABLE {name} AS {file.sql}")
            self._con.execute(
                f"DELETE FROM {self._main}.{name} AS t USING touched_orders AS o "
                "WHERE o.shop = t.shop AND o.order_id IS NOT DISTINCT FROM t.order_id"
            )
            self._con.execute(f"INSERT INTO {self._main}.{name} BY NAME SELECT * FROM temp.{name}")
        for name in reversed([*shadows, *(n for n in self._files if n in needed)]):
            kind = self._files[name].kind if name in self._files else "fact"
            if kind != "context":
                self._con.execute(f"DROP {'VIEW' if kind == 'view' else 'TABLE'} temp.{name}")

    def _build_whole(self, whole: set[str]) -> None:
        for file in self._of("fact"):
            if file.name in whole:
                self._con.execute(f"DROP TABLE IF EXISTS {self._main}.{file.name}")
        # Gives the dropped blocks back, so that the file does not grow by a fact with every build.
        self._con.execute("CHECKPOINT")
        for file in self._files.values():
            if file.is_published_view:
                self._con.execute(f"CREATE OR REPLACE VIEW {self._main}.{file.name} AS {file.sql}")
            elif file.kind == "view":
                self._con.execute(f"CREATE TEMP VIEW {file.name} AS {file.sql}")
            elif file.kind == "fact" and file.name in whole:
                self._progress(Finding("store.step_fact", {"name": file.name}))
                self._create(file)
        for file in reversed([view for view in self._of("view") if not view.is_published_view]):
            self._con.execute(f"DROP VIEW temp.{file.name}")

    def _create(self, file: FactFile) -> None:
        self._con.execute(f"CREATE OR REPLACE TABLE {self._main}.{file.name} AS {file.sql}")

    def _roll_up(self, file: FactFile) -> None:
        self._progress(Finding("store.step_rollup", {"name": file.name}))
        kinds = {
            str(name): str(kind)
            for name, kind in self._con.execute(
                "SELECT column_name, data_type FROM duckdb_columns() "
                "WHERE database_name = current_database() AND table_name = $1",
                [file.name],
            ).fetchall()
        }
        # The engine sums integers as HUGEINT, which few others can read.
        sums = ", ".join(
            f"SUM({m}) AS {m}" if kinds[m].startswith(("DECIMAL", "DOUBLE")) else f"CAST(SUM({m}) AS BIGINT) AS {m}"
            for m in file.measures
        )
        for table, columns in file.rollups.items():
            by = ", ".join(columns)
            self._con.execute(
                f"CREATE OR REPLACE TABLE {self._main}.{table} AS "
                f"SELECT {by}, {sums} FROM {self._main}.{file.name} GROUP BY {by} ORDER BY {columns[0]}"
            )

    def _drop_stale(self) -> None:
        """Drop what an earlier build made and no file asks for any more."""
        asked = [*self._files, *(table for file in self._files.values() for table in file.rollups)]
        found = self._con.execute(
            f"SELECT table_name FROM {self._main}.fact_builds WHERE NOT list_contains($1, table_name)", [asked]
        )
        for (table,) in found.fetchall():
            self._con.execute(f"DROP TABLE IF EXISTS {self._main}.{table}")

    def _record(self, signatures: Mapping[str, str]) -> None:
        rows = [
            (table, file.name, signatures[file.name])
            for file in self._files.values()
            for table in (*([] if file.kind == "view" else [file.name]), *file.rollups)
        ]
        self._con.execute(f"DELETE FROM {self._main}.fact_builds")
        if rows:
            self._con.executemany(f"INSERT INTO {self._main}.fact_builds VALUES ($1, $2, $3)", rows)

    # ── looking things up ────────────────────────────────────────────────────────────────────────────────────────

    def _of(self, kind: str) -> list[FactFile]:
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

    def _one(self, query: str) -> str:
        found = self._con.execute(query).fetchone()
        assert found is not None  # aggregates and settings always answer
        return str(found[0])


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
