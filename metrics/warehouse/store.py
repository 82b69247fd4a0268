"""What is kept: a folder of versions that never change, and a file that names the current one.

An import works on a private copy, and only a build that is whole and checked gets a version's name; then `CURRENT`
is moved by one atomic rename. So readers and the writer never wait for each other, a build that dies leaves nothing
behind but a file that the next one deletes, and every number can name the version it came from.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from metrics.meeting import Meeting
from metrics.warehouse.checks import CheckResult, refuse_failures, run_checks
from metrics.warehouse.engine import attach, limit
from metrics.warehouse.facts import FactsRun, Progress
from metrics.words import Finding, Refused

KEPT = 3
"""Newest versions that stay; pinned ones and the current one stay besides."""

STORAGE_VERSION = "v1.5.0"
"""Format of the files: every engine that we support opens it."""

BUILD_MEMORY = "4GB"

DERIVED = ".derived"

_SQL = Path(__file__).parent
_COLUMNS = (
    "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main' "
    "AND NOT internal ORDER BY table_name, column_index"
)
_NAME = re.compile(r"warehouse-(\d{6})\.duckdb")


@dataclass(frozen=True)
class Version:
    """One published version of a store. `as_of` is the earliest of its shops."""

    number: int
    path: Path
    size: int
    created_at: datetime
    pinned: bool
    current: bool
    as_of: datetime | None


class Store:
    """A folder of versions. Nothing is created until the first build.

    >>> with Store(Path("data/store")).build() as build:  # doctest: +SKIP
    ...     build.con.execute("INSERT INTO products SELECT …")
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @staticmethod
    def locate(root: str | Path | None = None) -> Path:
        """Return the folder that is meant: the one named, else AFTERSALES_STORE, else ./data/store."""
        return Path(root or os.environ.get("AFTERSALES_STORE") or Path("data", "store"))

    @property
    def current(self) -> int | None:
        """The number of the current version; None before the first import."""
        try:
            named = _NAME.fullmatch((self.root / "CURRENT").read_text(encoding="utf-8").strip())
        except FileNotFoundError:
            return None
        if named is None:
            raise Refused("store.current_damaged", path=self.root / "CURRENT")
        return int(named[1])

    def versions(self) -> list[Version]:
        """Return all versions, oldest first."""
        current = self.current
        numbers = self._numbers()
        with duckdb.connect(":memory:") as con:
            return [self._describe(con, number, current) for number in numbers]

    def path(self, number: int) -> Path:
        """Return the file of a version; raises `Refused` where there is none."""
        if number not in self._numbers():
            known = ", ".join(map(str, self._numbers())) or "–"
            raise Refused("store.no_version", number=number, path=self.root, known=known)
        return self._file(number)

    def rollback(self, number: int) -> None:
        """Make an earlier version the current one again; the next import starts from it."""
        path = self.path(number)
        with self._locked():
            self._point_to(path)

    def pin(self, number: int) -> None:
        """Keep a version for good: a review that was signed off on it can be opened in a year."""
        self.path(number).with_suffix(".pinned").touch()

    def unpin(self, number: int) -> None:
        """Let a version go when newer ones push it out."""
        self.path(number).with_suffix(".pinned").unlink(missing_ok=True)

    @contextmanager
    def build(self, *, progress: Progress | None = None) -> Iterator[Build]:
        """Open a build on a private copy of the current version, and publish it when the block ends well.

        An exception, or `Build.discard`, publishes nothing. `progress` is told each step as a `Finding`.
        Raises `Refused` when another import is at work, and when a check fails.
        """
        tell = progress or (lambda _: None)
        self.root.mkdir(parents=True, exist_ok=True)
        with self._locked():
            self._sweep()
            current = self.current
            before = None if current is None else self.path(current)
            number = max([0, *self._numbers()]) + 1
            private = self.root / f"building_{number:06d}.duckdb"
            try:
                if before:
                    tell(Finding("store.step_copy", {"number": number}))
                    shutil.copyfile(before, private)
                build = Build(private, number, before, Meeting(self.root / "meeting.sqlite"), tell)
                try:
                    yield build
                    if not build.discarded:
                        build.finish()
                finally:
                    build.con.close()
                if not build.discarded:
                    tell(Finding("store.step_publish", {"number": number}))
                    self._publish(private, number)
            finally:
                self._sweep()

    def _publish(self, private: Path, number: int) -> None:
        """Give the private file its name, then move CURRENT.

        Killed between the two, the file stays as a version that is whole and checked but not the current one.
        """
        if private.with_name(private.name + ".wal").exists():
            raise RuntimeError(f"{private} was closed with a log beside it, which a reader would replay.")
        _sync(private)
        path = self._file(number)
        private.rename(path)
        _sync(self.root)
        self._point_to(path)
        for old in self._numbers()[:-KEPT]:
            if old != number and not self._file(old).with_suffix(".pinned").exists():
                with suppress(PermissionError):  # Windows keeps what a reader has open; the next build tries again
                    self._file(old).unlink()
        for left in self.root.glob("*" + DERIVED):
            if not left.with_suffix(".duckdb").exists():
                shutil.rmtree(left, ignore_errors=True)  # somebody may be writing into it: the next build tries again

    def _point_to(self, path: Path) -> None:
        aside = self.root / "CURRENT.new"
        aside.write_text(path.name + "\n", encoding="utf-8")
        _sync(aside)
        aside.replace(self.root / "CURRENT")
        _sync(self.root)

    def _sweep(self) -> None:
        """Delete what a build left that was killed."""
        for left in self.root.glob("building_*"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the store's lock; the system gives it back when a process dies, however it dies."""
        owner = self.root / "lock.json"
        lock = FileLock(self.root / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise _already_locked(owner) from error
        try:
            started = datetime.now().astimezone().isoformat(timespec="seconds")
            held = {"pid": os.getpid(), "host": socket.gethostname(), "started": started}
            owner.write_text(json.dumps(held), encoding="utf-8")
            yield
        finally:
            owner.unlink(missing_ok=True)
            lock.release()

    def _numbers(self) -> list[int]:
        if not self.root.is_dir():
            return []
        return sorted(int(named[1]) for path in self.root.iterdir() if (named := _NAME.fullmatch(path.name)))

    def _file(self, number: int) -> Path:
        return self.root / f"warehouse-{number:06d}.duckdb"

    def _describe(self, con: duckdb.DuckDBPyConnection, number: int, current: int | None) -> Version:
        path = self._file(number)
        attach(con, path, "version")
        as_of = con.execute("SELECT MIN(as_of) FROM version.main.shops").fetchone()
        con.execute("DETACH version")
        found = path.stat()
        return Version(
            number=number,
            path=path,
            size=found.st_size,
            created_at=datetime.fromtimestamp(found.st_mtime),
            pinned=path.with_suffix(".pinned").exists(),
            current=number == current,
            as_of=as_of[0] if as_of else None,
        )


class Build:
    """One version in the making: fill the tables through `con`, and say which orders changed.

    `con` is the private file; the tables of the contract need no prefix. After the block, `warnings` holds what the
    checks found.
    """

    def __init__(self, private: Path, number: int, before: Path | None, meeting: Meeting, tell: Progress) -> None:
        self.number = number
        self.discarded = False
        self.warnings: tuple[CheckResult, ...] = ()
        self._before = before
        self._meeting = meeting
        self._tell = tell
        self._everything = False
        self.con = duckdb.connect(str(private), config={"storage_compatibility_version": STORAGE_VERSION})
        limit(self.con, BUILD_MEMORY)
        # The order of rows means nothing, and keeping it would hold whole tables in memory.
        self.con.execute("SET preserve_insertion_order = false")
        for name in ("tables.sql", "bookkeeping.sql"):
            created = (_SQL / name).read_text(encoding="utf-8")
            # A version from before a table existed gets it with the next build.
            self.con.execute(created.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "))
        self._add_columns()
        self.con.execute("CREATE TEMP TABLE touched_orders (shop VARCHAR, order_id VARCHAR)")

    def touch(self, orders: str) -> None:
        """Note orders whose lines, tickets, disputes or surveys change; `orders` is SQL that gives (shop, order_id).

        Call it before a change for the rows that go, and after it for the rows that come: a ticket may move from one
        order to another. An order_id of NULL stands for all tickets of the shop without an order. Changed products,
        batches and customers are found by the build itself, and so are policies, reasons and coverage.

        >>> build.touch("SELECT shop, order_id FROM tickets WHERE import_id = 7")  # doctest: +SKIP
        """
        self.con.execute(f"INSERT INTO touched_orders {orders}")

    def touch_all(self) -> None:
        """Have every fact built anew."""
        self._everything = True

    def discard(self) -> None:
        """Publish nothing when the block ends: a dry run, or a file that changed nothing."""
        self.discarded = True

    def finish(self) -> None:
        """Snapshot what people typed, compute as-of, facts and rollups, run the checks, and write all of it out."""
        self._snapshot()
        self._set_as_of()
        self._tell(Finding("store.step_checks"))
        refuse_failures(self.con)
        FactsRun(self.con, before=self._before, everything=self._everything, progress=self._tell).refresh()
        self._tell(Finding("store.step_checks"))
        self.warnings = tuple(run_checks(self.con, "warn"))
        self.con.execute("DELETE FROM check_results")
        for found in self.warnings:
            kept = [found.check, found.level, found.sentence, found.rows, found.sample]
            self.con.execute("INSERT INTO check_results VALUES ($1, $2, $3, $4, $5)", kept)
        self._tell(Finding("store.step_write"))
        self.con.execute("CHECKPOINT")

    def _add_columns(self) -> None:
        """Give a version from before a column existed that column, empty: it said nothing of it."""
        there = {(table, column) for table, column, _ in self.con.execute(_COLUMNS).fetchall()}
        for table, column, kind in _contract_columns():
            if (table, column) not in there:
                self.con.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    def _snapshot(self) -> None:
        typed = self._meeting
        given = [(each.shop, each.sku_id, each.batch_id, each.verdict, each.judged_on) for each in typed.verdicts()]
        rules = [(each.name, each.effective_from, each.value) for each in typed.policies()]
        for table, rows in (("policies", rules), ("reasons", typed.reasons()), ("verdicts", given)):
            self.con.execute(f"DELETE FROM {table}")
            if rows:
                columns = [list(column) for column in zip(*rows, strict=True)]
                marks = ", ".join(f"UNNEST(${place})" for place in range(1, len(columns) + 1))
                self.con.execute(f"INSERT INTO {table} SELECT {marks}", columns)

    def _set_as_of(self) -> None:
        """Set each shop's as-of to where the earliest of its sources of orders and tickets ends.

        Orders to 15 November with tickets to 31 October would read as a falling rate.
        """
        self.con.execute(
            "UPDATE shops SET as_of = (SELECT MIN(covered_until) FROM coverage AS c "
            "WHERE c.shop = shops.shop AND c.table_name IN ('order_lines', 'tickets'))"
        )


@cache
def _contract_columns() -> list[tuple[str, str, str]]:
    """Return table, name and type of each column of `tables.sql`; read once, since an engine has to be begun for it."""
    with duckdb.connect() as blank:
        blank.execute((_SQL / "tables.sql").read_text(encoding="utf-8"))
        return blank.execute(_COLUMNS).fetchall()


def derived(version: Path) -> Path:
    """Return the folder for what was worked out from a version's file, and could be again: it goes when that goes.

    >>> derived(Path("warehouse-000012.duckdb")).name
    'warehouse-000012.derived'
    """
    return version.with_suffix(DERIVED)


def _already_locked(owner: Path) -> Refused:
    try:
        held = json.loads(owner.read_text(encoding="utf-8"))
        started = datetime.fromisoformat(held["started"])
    except (FileNotFoundError, ValueError):  # taken this very moment, and not yet signed
        return Refused("store.locked_just_now", path=owner.parent)
    minutes = (datetime.now().astimezone() - started).total_seconds() / 60
    return Refused(
        "store.locked",
        path=owner.parent,
        pid=held["pid"],
        host=held["host"],
        started=f"{started:%Y-%m-%d %H:%M}",
        minutes=f"{minutes:.0f}",
    )


def _sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before anything relies on it."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot sync a folder, and orders its renames itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
