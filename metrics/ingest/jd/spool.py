"""What a pull has read so far, kept in the store's folder, one file a slice: it stands there whole or not at all.

A pull that was broken off goes on behind its last slice. When all are there they become one export for each kind of
record, in which every record stands once, as it was last.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from metrics.ingest.cells import literal
from metrics.ingest.jd.rows import Row
from metrics.ingest.jd.slices import Slice
from metrics.ingest.jd.streams import Stream
from metrics.words import Refused

_STAMP = "%Y%m%dT%H%M%S"


class Spool:
    """The slices of one pull. Another span, shop or seller is another pull, and begins anew."""

    def __init__(self, folder: Path, plan: dict[str, str]) -> None:
        self.folder = folder
        self._slices = folder / "slices"
        self._begin(plan)

    def has(self, stream: Stream, within: Slice) -> bool:
        """Whether a slice has been read; one that reaches past the present never has."""
        return not within.open and self._path(stream, within).exists()

    def keep(self, stream: Stream, within: Slice, rows: list[Row]) -> None:
        """Keep the rows of a slice."""
        schema = pa.schema([(column, pa.string()) for column in (*stream.columns, "slice")])
        named = [{**row, "slice": f"{within.start:{_STAMP}}"} for row in rows]
        path = self._path(stream, within)
        aside = path.with_suffix(".new")
        pq.write_table(pa.Table.from_pylist(named, schema), aside)
        _sync(aside)
        aside.replace(path)

    def export(self, stream: Stream, at: datetime) -> Path:
        """Write the export of a stream, and return where it stands."""
        path = self.folder / f"jd-{stream.name}-{at:%Y%m%d%H%M%S}.parquet"
        read = f"read_parquet({literal(str(self._slices / f'{stream.name}.*.parquet'))})"
        # A record brings all its rows from the one slice that saw it last; within it they stand in their own order.
        newest = (
            f"SELECT * FROM {read} WINDOW records AS (PARTITION BY {stream.key} "
            f"ORDER BY {stream.updated} DESC NULLS LAST, slice DESC) QUALIFY rank() OVER records = 1"
        )
        columns = ", ".join(stream.columns)
        with duckdb.connect() as con:
            con.execute(
                f"COPY (SELECT {columns} FROM ({newest}) ORDER BY ALL) TO {literal(str(path))} (FORMAT parquet)"
            )
        return path

    def close(self, exports: list[Path]) -> None:
        """Throw away what the store holds now."""
        for path in exports:
            path.unlink(missing_ok=True)
        shutil.rmtree(self._slices)

    def _begin(self, plan: dict[str, str]) -> None:
        path = self._slices / "plan.json"
        try:
            same = json.loads(path.read_text(encoding="utf-8")) == plan
        except (FileNotFoundError, ValueError):
            same = False
        if not same:
            shutil.rmtree(self._slices, ignore_errors=True)
            self._slices.mkdir(parents=True)
            aside = path.with_suffix(".new")
            aside.write_text(json.dumps(plan), encoding="utf-8")
            _sync(aside)
            aside.replace(path)
        for left in (*self._slices.glob("*.open.parquet"), *self._slices.glob("*.new")):
            left.unlink()

    def _path(self, stream: Stream, within: Slice) -> Path:
        stop = "open" if within.open else f"{within.stop:{_STAMP}}"
        return self._slices / f"{stream.name}.{within.start:{_STAMP}}.{stop}.parquet"


@contextmanager
def spooled(folder: Path, plan: dict[str, str]) -> Iterator[Spool]:
    """Open the spool of a store, for one pull at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Refused("jd.already_pulling", path=folder) from None
    try:
        yield Spool(folder, plan)
    finally:
        lock.release()


def _sync(path: Path) -> None:
    """Have a file on the disk before a name says that it is whole."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
