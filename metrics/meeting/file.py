"""The file of what people type: SQLite in WAL mode, to which entries are only ever added.

A reader never waits for a writer and leaves no trace; two writers wait for each other. A file from before a kind of
entry existed is read as if it held none of them, and gets its table with the next entry.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from metrics.words import Refused

_BUSY_SECONDS = 10.0

_ENTRY = "revision INTEGER NOT NULL REFERENCES revisions"
_TABLES: Mapping[str, str] = {
    "revisions": "revision INTEGER PRIMARY KEY AUTOINCREMENT, author TEXT NOT NULL, at TEXT NOT NULL",
    "reason_map": f"{_ENTRY}, reason_text TEXT NOT NULL, reason TEXT NOT NULL, liable TEXT NOT NULL",
    "policies": f"{_ENTRY}, name TEXT NOT NULL, effective_from TEXT NOT NULL, value REAL NOT NULL",
    # What a rule's announcement says of itself: a table of its own, so that files from before it are read as they are.
    "policy_notices": f"{_ENTRY}, announced_on TEXT, source TEXT NOT NULL",
    "targets": f"{_ENTRY}, metric TEXT NOT NULL, scope TEXT NOT NULL, effective_from TEXT NOT NULL, "
    "kind TEXT NOT NULL, value REAL NOT NULL",
    "advice": f"{_ENTRY}, type TEXT NOT NULL, reason TEXT NOT NULL, advice TEXT NOT NULL, note TEXT NOT NULL",
    # A verdict that was taken back is an entry too: its word is NULL.
    "verdicts": f"{_ENTRY}, shop TEXT NOT NULL, sku_id TEXT NOT NULL, batch_id TEXT NOT NULL, verdict TEXT, "
    "note TEXT NOT NULL, judged_on TEXT NOT NULL",
    "decisions": f"{_ENTRY}, number INTEGER NOT NULL, week TEXT NOT NULL, subject_kind TEXT NOT NULL, "
    "subject TEXT NOT NULL, text TEXT NOT NULL, owner TEXT NOT NULL, due TEXT NOT NULL, status TEXT NOT NULL, "
    "notes TEXT NOT NULL",
    "attendees": f"{_ENTRY}, week TEXT NOT NULL, names TEXT NOT NULL",
    "reviews": f"{_ENTRY}, week TEXT NOT NULL, version INTEGER NOT NULL, frozen TEXT NOT NULL",
    "scorecard": f"{_ENTRY}, day TEXT NOT NULL, item TEXT NOT NULL, own REAL NOT NULL, peer REAL",
}


class MeetingFile:
    """One file of entries. Reading never creates it; the first entry does."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def revision(self) -> int:
        """The number of the newest entry; 0 while nothing was typed."""
        return int(self._rows("SELECT COALESCE(MAX(revision), 0) FROM revisions")[0][0])

    def _append(self, table: str, author: str, *values: Any) -> int:
        with self._writing(author) as (con, revision):
            self._insert(con, table, revision, *values)
        return revision

    def _insert(self, con: sqlite3.Connection, table: str, *values: Any) -> None:
        con.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)

    def _rows(self, query: str, *bound: Any) -> list[tuple[Any, ...]]:
        """Read without leaving a trace: a reader that may write would fold the log into the file when it closes."""
        target = f"{self.path.resolve().as_uri()}?mode=ro" if self.path.exists() else ":memory:"
        with closing(sqlite3.connect(target, uri=True, timeout=_BUSY_SECONDS)) as con:
            there = {name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            con.execute("PRAGMA temp_store = MEMORY")
            for name in _TABLES.keys() - there:
                con.execute(f"CREATE TEMP TABLE {name} ({_TABLES[name]})")
            return con.execute(query, bound).fetchall()

    @contextmanager
    def _writing(self, author: str) -> Iterator[tuple[sqlite3.Connection, int]]:
        """Open one entry: everything in it is kept, or nothing is; yields its revision with the connection."""
        if not author.strip():
            raise Refused("meeting.no_author")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS)) as con:
            con.execute("PRAGMA journal_mode = WAL")
            con.execute("BEGIN IMMEDIATE")
            with con:
                for name, columns in _TABLES.items():
                    con.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
                at = datetime.now(UTC).isoformat(timespec="seconds")
                revision = con.execute("INSERT INTO revisions (author, at) VALUES (?, ?)", (author, at)).lastrowid
                assert revision is not None  # an INSERT into a table with an integer key always has one
                yield con, revision


def refuse_unknown(what: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse a code that means nothing: whoever reads it later could only guess."""
    if value not in known:
        raise Refused(f"meeting.unknown_{what}", value=value, known=", ".join(known))
