"""The one seam to an engine: opens a version for reading, and nothing but reading.

A version is attached read-only to a connection of its own, and the connection is then locked: no file, no
setting, no frame of the process can be reached from SQL. DuckDB here; whatever answers `Reader.sql` can take its
place.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb

from metrics.words import Refused

if TYPE_CHECKING:
    import pandas as pd

READER_MEMORY = "2GB"
"""What one reader may hold in memory; the engine's own default is 80 % of the machine, for every process."""


def limit(connection: duckdb.DuckDBPyConnection, memory: str) -> None:
    """Bound a connection's memory and threads: AFTERSALES_MEMORY_LIMIT and AFTERSALES_THREADS, else `memory`."""
    memory = os.environ.get("AFTERSALES_MEMORY_LIMIT") or memory
    threads = os.environ.get("AFTERSALES_THREADS")
    try:
        connection.execute(f"SET memory_limit = {quoted(memory)}")
        if threads:
            connection.execute(f"SET threads = {quoted(threads)}")
    except duckdb.Error as error:
        raise Refused("store.setting", memory=memory, threads=threads or "–", error=first_line(error)) from error
    # No extension is needed, and off-line a search for one costs seconds and fails.
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")


def open_reader(path: Path) -> Reader:
    """Open one version for reading; every reader has a root connection of its own.

    The file is attached to a connection in memory, because a file opened by its path stays the old one for the
    whole process when another is put in its place.

    >>> open_reader(Path("warehouse-000012.duckdb")).sql("SELECT COUNT(*) AS lines FROM order_lines")  # doctest: +SKIP
    """
    root = duckdb.connect(":memory:")
    limit(root, READER_MEMORY)
    spill = Path(tempfile.gettempdir()) / f"aftersales-{uuid4().hex}"  # made, and removed, by the engine when it spills
    root.execute(f"SET temp_directory = {quoted(spill)}")
    attach(root, path, "w")
    # In this order: nothing can be attached once access is off, and nothing set once the configuration is locked.
    root.execute("SET enable_external_access = false")
    root.execute("SET python_enable_replacements = false")
    root.execute("SET lock_configuration = true")
    return Reader(root)


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Attach a version read-only; raises `Refused` where its file is damaged."""
    try:
        connection.execute(f"ATTACH {quoted(path)} AS {name} (READ_ONLY)")
    except duckdb.Error as error:
        raise Refused("store.version_damaged", path=path, error=first_line(error)) from error


class Reader:
    """One version, open for reading; threads may share it, since every call has a cursor of its own."""

    def __init__(self, root: duckdb.DuckDBPyConnection) -> None:
        self._root = root

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a new cursor in which the version's tables need no prefix."""
        cursor = self._root.cursor()
        cursor.execute("USE w")  # a cursor does not inherit it
        return cursor

    def sql(self, text: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> pd.DataFrame:
        """Run one statement of our own with bound values and return its rows.

        Sums of integers and DECIMAL arrive as floats: cast counts to BIGINT, and compare money in SQL.
        """
        with self.cursor() as cursor:
            return cursor.execute(text, parameters or None).df()

    def untrusted(self, text: str, seconds: float) -> pd.DataFrame:
        """Run what a person typed: exactly one SELECT, stopped after `seconds`; else `Refused` says why."""
        with self.cursor() as cursor:
            try:
                kinds = [statement.type for statement in cursor.extract_statements(text)]
                if kinds != [duckdb.StatementType.SELECT]:
                    raise Refused("store.sql_not_select")
                timer = threading.Timer(seconds, cursor.interrupt)
                timer.start()
                try:
                    return cursor.execute(text).df()
                finally:
                    timer.cancel()
            except duckdb.InterruptException as error:
                raise Refused("store.sql_too_slow", seconds=f"{seconds:g}") from error
            except duckdb.Error as error:
                raise Refused("store.sql_wrong", error=first_line(error)) from error

    def close(self) -> None:
        self._root.close()


def quoted(value: object) -> str:
    """Return a value as an SQL text literal, for the statements that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"


def first_line(error: BaseException) -> str:
    """Return the first line of an error; the rest is a drawing of where it stood."""
    return (str(error).splitlines() or [type(error).__name__])[0]
