"""A look at a file before anything is imported: what it is taken for, or what its columns seem to mean.

The store is not asked and nothing is written. So a page may look again after every correction.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from metrics.ingest.cells import masked, quote
from metrics.ingest.guess import Guess, guessed, looked_through, matched
from metrics.ingest.mapping import FileMapping
from metrics.ingest.one_file import main_table
from metrics.ingest.profile import recognise, shipped
from metrics.ingest.read import load_source, open_source
from metrics.warehouse.engine import READER_MEMORY, limit, quoted

SHOWN = 3
"""Values of a column that are shown."""


@dataclass(frozen=True)
class Preview:
    """What is known of one file.

    A file that a shipped profile knows has `profile`, the `table` that it is about, and the headers that gave it away.
    Any other has a guess, and some values of each column, phone numbers struck out.
    """

    path: Path
    headers: tuple[str, ...]
    table: str
    profile: str | None = None
    known_by: tuple[str, ...] = ()
    guess: Guess | None = None
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether it can be imported as it is."""
        return self.guess is None or self.guess.mapping.complete


def preview(path: Path, *, mapping: FileMapping | None = None, today: datetime | None = None) -> Preview:
    """Look at a file: with a mapping as somebody corrected it, else as a profile knows it, else with a guess.

    Dates later than `today`, the time of the export, are counted. A file that fits no table has a guess with little in
    it, for somebody to fill. Raises Refused where the file cannot be read.

    >>> preview(Path("订单.xlsx")).profile  # doctest: +SKIP
    'jd'
    """
    with tempfile.TemporaryDirectory(prefix="aftersales-") as scratch:
        source = open_source(path, Path(scratch), mapping.encoding if mapping else None)
        found = None if mapping else recognise(source, shipped().values())
        if found:
            profile, kind = found
            spelt = {known: header for header, known in profile.known_headers(source).items()}
            known_by = tuple(spelt[need] for need in kind.needs if need in spelt)
            return Preview(path, source.headers, main_table(kind), profile.name, known_by)
        at = today or datetime.now()
        with duckdb.connect() as con:
            limit(con, READER_MEMORY)
            con.execute(f"SET temp_directory = {quoted(Path(scratch) / 'spill')}")
            load_source(con, source)
            guess = None if mapping else guessed(con, source, at)
            guess = guess or looked_through(con, mapping or matched(source, "order_lines"), at)
            samples = {header: _sample(con, header) for header in source.headers}
    return Preview(path, source.headers, guess.mapping.table, guess=guess, samples=samples)


def preview_as(path: Path, table: str, *, today: datetime | None = None) -> Preview:
    """Look at a file as if it were about this table."""
    with tempfile.TemporaryDirectory(prefix="aftersales-") as scratch:
        mapping = matched(open_source(path, Path(scratch)), table)
    return preview(path, mapping=mapping, today=today)


def _sample(con: duckdb.DuckDBPyConnection, header: str) -> tuple[str, ...]:
    cell = quote(header)
    rows = con.execute(
        f"SELECT {masked(cell)} FROM (SELECT {cell}, min(source_line) AS first FROM source_rows "
        f"WHERE {cell} IS NOT NULL GROUP BY 1 ORDER BY first LIMIT {SHOWN})"
    ).fetchall()
    return tuple(str(value) for (value,) in rows)
