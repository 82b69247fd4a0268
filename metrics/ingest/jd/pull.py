"""`pull`: what changed at JD since a moment → exports → the ordinary import, as one new version of the store.

The import knows nothing of JD: its checks, its rejected rows and its coverage are those of any file, and the moment at
which the pull began is until when all of it counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from metrics.ingest.jd.client import Client
from metrics.ingest.jd.session import BEIJING, Clock
from metrics.ingest.jd.slices import Slice, slices
from metrics.ingest.jd.spool import Spool, spooled
from metrics.ingest.jd.streams import STREAMS, Stream
from metrics.ingest.load import import_files
from metrics.ingest.report import ImportReport
from metrics.warehouse.store import Store
from metrics.words import Finding, Language, Refused

PROFILE = "jd_api"
FOLDER = "jd"
Progress = Callable[[Finding], None]


@dataclass(frozen=True)
class _Task:
    """One slice of one stream that is still to be read."""

    stream: Stream
    within: Slice


def pull(
    store: Store,
    client: Client,
    since: datetime,
    *,
    clock: Clock,
    shop: str | None = None,
    progress: Progress | None = None,
    language: Language | None = None,
) -> ImportReport:
    """Bring what changed at JD since a moment of Beijing's clock into the store.

    Broken off, it goes on where it was when it is called again with the same `since`. Raises `Refused` where JD turns
    a call down, and where the import does; what was read until then is kept.
    """
    tell = progress or (lambda _: None)
    began = clock().astimezone(BEIJING).replace(microsecond=0)
    start = (since.astimezone(BEIJING) if since.tzinfo else since).replace(tzinfo=None, microsecond=0)
    until = began.replace(tzinfo=None)
    if start >= until:
        raise Refused("jd.from_the_future", since=f"{start:%Y-%m-%d %H:%M}", now=f"{until:%Y-%m-%d %H:%M}")
    shop = shop or store.root.resolve().name
    with spooled(store.root / FOLDER, _plan(client, shop, start)) as spool:
        exports = read_exports(client, spool, start, until, tell)
        report = import_files(
            exports, store=store, profile=PROFILE, shop=shop, as_of=began, progress=progress, language=language
        )
        spool.close(exports)
    return report


def read_exports(client: Client, spool: Spool, start: datetime, until: datetime, tell: Progress) -> list[Path]:
    """Read what the spool does not have yet, and return the exports that it makes.

    The open slices come last, so that none of them ends before another has begun.
    """
    tasks = [_Task(stream, each) for stream in STREAMS for each in slices(start - stream.lookback, until, stream.step)]
    waiting = sorted((task for task in tasks if not spool.has(task.stream, task.within)), key=lambda t: t.within.open)
    for number, task in enumerate(waiting, 1):
        what = Finding(f"jd.stream_{task.stream.name}")
        day = f"{task.within.start:%Y-%m-%d}"
        tell(Finding("jd.step", {"what": what, "day": day, "number": number, "slices": len(waiting)}))
        spool.keep(task.stream, task.within, task.stream.rows(client, task.within))
    return [spool.export(stream, until) for stream in STREAMS]


def _plan(client: Client, shop: str, start: datetime) -> dict[str, str]:
    """Return what makes a pull this one; the seller is told by a fingerprint, for it is nobody else's business."""
    seller = hashlib.sha256(f"{client.settings.gateway} {client.settings.seller}".encode()).hexdigest()
    return {"format": "1", "shop": shop, "since": f"{start:%Y-%m-%dT%H:%M:%S}", "seller": seller}
