"""What was done at JD, line by line: written before a call and after it, and never changed.

It stands beside the versions. It counts what was done today, knows what was done before, and is what somebody reads
who asks why a customer got the money back. Texts are masked on their way in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from metrics.export.masking import strike_out
from metrics.ingest.jd.session import BEIJING
from metrics.words import Refused

NAME = "jd-actions.jsonl"
State = Literal["begun", "done", "already", "refused", "unknown", "dry"]
PATIENCE = 60.0
"""Seconds that one process waits for another's action."""

COUNTED = frozenset({"begun"})
"""A call that was begun counts towards the cap, whatever came of it."""


@dataclass(frozen=True)
class Line:
    """One line of the ledger. `about` is the number of a service order, or of a ware."""

    at: str
    action: str
    about: str
    state: State
    note: str = ""
    version: str = ""


class Ledger:
    """The ledger of a store. Only one process acts at a time, so that two do not both stay under the cap."""

    def __init__(self, store: Path) -> None:
        self.path = store / NAME

    def write(self, at: datetime, action: str, about: str, state: State, note: str = "", version: str = "") -> None:
        """Add a line, and have it on the disk before anything else happens."""
        line = Line(f"{at.astimezone(BEIJING):%Y-%m-%dT%H:%M:%S%z}", action, about, state, strike_out(note), version)
        text = json.dumps(asdict(line), ensure_ascii=False) + "\n"
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> list[Line]:
        """Return all lines, the oldest first; one that was cut off by a crash is left out."""
        if not self.path.exists():
            return []
        found = []
        for text in self.path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(Line(**json.loads(text)))
            except (ValueError, TypeError):
                continue
        return found

    def begun_on(self, day: date) -> int:
        """Return how many calls were begun on a day of Beijing's calendar."""
        return sum(line.state in COUNTED and line.at.startswith(day.isoformat()) for line in self.lines())

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other process from acting meanwhile. Raises `Refused` where one does not come to an end."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path.with_suffix(".lock"), timeout=PATIENCE)
        try:
            lock.acquire()
        except Timeout:
            raise Refused("jd.already_acting", path=self.path) from None
        try:
            yield
        finally:
            lock.release()
