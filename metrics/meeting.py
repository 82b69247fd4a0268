"""What people type: how reasons are read, which rules hold since when, and what is aimed at.

One SQLite file beside the versions, which no import writes to. Nothing in it is changed or deleted: what is typed
later counts, each entry has its author and time, and all entries of the file share one row of revisions. The file
holds only what was typed; the defaults of `meeting.toml` stand beneath it, so they can improve without a migration.
"""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from metrics.words import Refused

ReasonName = Literal[
    "damaged",
    "malfunction",
    "wrong_size",
    "not_as_described",
    "not_received",
    "missing_parts",
    "changed_mind",
    "ordered_by_mistake",
    "other",
]
Liable = Literal["merchant", "both", "buyer", "carrier", "platform", "none"]
TargetKind = Literal["own", "platform", "peers"]
"""Who set it: the shop itself (自定), the platform's assessment line (平台考核线), the mean of its peers (同行均值)."""

ALWAYS = datetime(1970, 1, 1)
"""Since when a default rule holds: since before any order."""

_BUSY_SECONDS = 10.0

_TABLES = """
CREATE TABLE IF NOT EXISTS revisions (
    revision INTEGER PRIMARY KEY AUTOINCREMENT,
    author   TEXT NOT NULL,
    at       TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS reason_map (
    revision    INTEGER NOT NULL REFERENCES revisions,
    reason_text TEXT NOT NULL,
    reason      TEXT NOT NULL,
    liable      TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS policies (
    revision       INTEGER NOT NULL REFERENCES revisions,
    name           TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    value          REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS targets (
    revision       INTEGER NOT NULL REFERENCES revisions,
    metric         TEXT NOT NULL,
    scope          TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    kind           TEXT NOT NULL,
    value          REAL NOT NULL
);
"""


class Policy(NamedTuple):
    """A rule that holds from a moment on, until the next of its name."""

    name: str
    effective_from: datetime
    value: float


class Reason(NamedTuple):
    """What a reason's text in an export means, and whose doing it is."""

    reason_text: str
    reason: ReasonName
    liable: Liable


class Target(NamedTuple):
    """What a metric is aimed at within a scope ("" is the whole shop), from a day on."""

    metric: str
    scope: str
    effective_from: date
    kind: TargetKind
    value: float


class Meeting:
    """The store's file of what people typed. Reading never creates it; the first entry does.

    >>> Meeting(Path("data/store/meeting.sqlite")).add_policy(
    ...     "return_window_days", datetime(2026, 11, 1), 15, author="li")  # doctest: +SKIP
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def revision(self) -> int:
        """The number of the newest entry; 0 while nothing was typed."""
        return int(self._rows("SELECT COALESCE(MAX(revision), 0) FROM revisions")[0][0])

    def reasons(self) -> list[Reason]:
        """Return what each known reason text means, by text."""
        known = {each.reason_text: each for each in _default_reasons()}
        for row in self._rows("SELECT reason_text, reason, liable FROM reason_map ORDER BY revision"):
            known[row[0]] = Reason(*row)
        return [known[text] for text in sorted(known)]

    def map_reason(self, text: str, reason: ReasonName, liable: Liable, *, author: str) -> int:
        """Say what a reason text means, from the next version on; returns the revision."""
        _refuse_unknown("reason", reason, get_args(ReasonName))
        _refuse_unknown("liable", liable, get_args(Liable))
        return self._append("reason_map", author, text, reason, liable)

    def policies(self) -> list[Policy]:
        """Return every rule with the moment from which it holds, by name and moment."""
        known = {(each.name, each.effective_from): each for each in _default_policies()}
        for name, since, value in self._rows("SELECT name, effective_from, value FROM policies ORDER BY revision"):
            policy = Policy(name, datetime.fromisoformat(since), value)
            known[policy.name, policy.effective_from] = policy
        return [known[key] for key in sorted(known)]

    def add_policy(self, name: str, effective_from: datetime, value: float, *, author: str) -> int:
        """Say that a rule holds from a moment on, in the shop's time; returns the revision."""
        _refuse_unknown("policy", name, tuple(each.name for each in _default_policies()))
        if effective_from.tzinfo is not None:
            raise Refused("meeting.zoned", time=effective_from)
        return self._append("policies", author, name, effective_from.isoformat(), value)

    def targets(self) -> list[Target]:
        """Return every target; of two with the same metric, scope, day and kind the one typed later."""
        known: dict[tuple[str, str, date, str], Target] = {}
        columns = "metric, scope, effective_from, kind, value"
        for metric, scope, since, kind, value in self._rows(f"SELECT {columns} FROM targets ORDER BY revision"):
            target = Target(metric, scope, date.fromisoformat(since), kind, value)
            known[target[:4]] = target
        return [known[key] for key in sorted(known)]

    def set_target(
        self, metric: str, scope: str, effective_from: date, kind: TargetKind, value: float, *, author: str
    ) -> int:
        """Set what a metric is aimed at from a day on; returns the revision."""
        _refuse_unknown("target", kind, get_args(TargetKind))
        return self._append("targets", author, metric, scope, effective_from.isoformat(), kind, value)

    def _append(self, table: str, author: str, *values: Any) -> int:
        if not author.strip():
            raise Refused("meeting.no_author")
        with self._writing() as con:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            revision = con.execute("INSERT INTO revisions (author, at) VALUES (?, ?)", (author, at)).lastrowid
            assert revision is not None  # an INSERT into a table with an integer key always has one
            marks = ", ".join("?" * (len(values) + 1))
            con.execute(f"INSERT INTO {table} VALUES ({marks})", (revision, *values))
        return revision

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read without leaving a trace: a reader that may write would fold the log into the file when it closes."""
        if not self.path.exists():
            with closing(sqlite3.connect(":memory:")) as empty:
                empty.executescript(_TABLES)
                return empty.execute(query).fetchall()
        read_only = f"{self.path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(read_only, uri=True, timeout=_BUSY_SECONDS)) as con:
            return con.execute(query).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS)) as con:
            con.execute("PRAGMA journal_mode = WAL")
            con.executescript(_TABLES)
            con.execute("BEGIN IMMEDIATE")
            with con:
                yield con


def _refuse_unknown(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise Refused(f"meeting.unknown_{what}", value=value, known=", ".join(known))


@cache
def _defaults() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _default_policies() -> list[Policy]:
    return [Policy(name, ALWAYS, float(value)) for name, value in _defaults()["policies"].items()]


def _default_reasons() -> list[Reason]:
    return [
        Reason(text, reason, liable)
        for reason, by_liable in _defaults()["reasons"].items()
        for liable, texts in by_liable.items()
        for text in texts
    ]
