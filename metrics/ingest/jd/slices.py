"""A span of time in slices of a fixed grid, so that a pull which goes on later asks for the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

STEP = timedelta(days=1)
OVERLAP = timedelta(minutes=5)
"""How much earlier than its slice is asked: JD may show a change a little after the time that it gives it."""

AHEAD = timedelta(days=1)
"""How far past the present the last slice reaches: what changes while it is read stays within it."""


@dataclass(frozen=True)
class Slice:
    """From one moment to another on Beijing's clock. `open`: it reaches past the present, and is never done."""

    start: datetime
    stop: datetime
    open: bool = False

    def halves(self) -> tuple[Slice, Slice] | None:
        """Return both halves; None where it is a second long."""
        seconds = int((self.stop - self.start).total_seconds())
        if seconds < 2:
            return None
        middle = self.start + timedelta(seconds=seconds // 2)
        return Slice(self.start, middle), Slice(middle, self.stop, self.open)


def slices(since: datetime, until: datetime, step: timedelta = STEP) -> Iterator[Slice]:
    """Give the slices of a span, the earliest first and an open one last.

    >>> [slice.open for slice in slices(datetime(2026, 11, 1), datetime(2026, 11, 3, 9))]
    [False, False, True]
    """
    start = since
    while start + step <= until:
        yield Slice(start, start + step)
        start += step
    yield Slice(start, until + AHEAD, open=True)
