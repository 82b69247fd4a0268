"""All records of a slice of time, whole in spite of pages that move while they are read.

A record that is updated moves to another page or out of the slice, and pushes others over the edge of a page that was
read already. Within one slice records only leave (it lies in the past) or only come (it is open), so a pass in which
every page gave the same total, and as many records were seen as that, has seen all. Any other pass is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metrics.ingest.jd.client import Client
from metrics.ingest.jd.envelope import Page, Record, page
from metrics.ingest.jd.moments import moment_text
from metrics.ingest.jd.slices import OVERLAP, Slice
from metrics.words import Refused

PASSES = 8

Ask = Callable[[datetime, datetime, int], dict[str, Any]]


@dataclass(frozen=True)
class Listing:
    """A method that lists records of a span of time: how it is asked, and what tells one record from another.

    `ask` gives the parameters for a span and the number of a page; `updated` names the record's time of change.
    """

    method: str
    ask: Ask
    key: str
    updated: str
    size: int = 50
    most_pages: int = 100


class _TooMany(Exception):
    """The slice has more pages than the method shows."""


def read(client: Client, listing: Listing, within: Slice) -> dict[str, Record]:
    """Return the records of a slice by their key, each as it was when it was seen last.

    Raises `Refused` where they never hold still, or where a single second has more of them than can be asked for.
    """
    try:
        return _settled(client, listing, within)
    except _TooMany:
        halves = within.halves()
        if halves is None:
            raise Refused("jd.too_many", method=listing.method, at=f"{within.start:%Y-%m-%d %H:%M:%S}") from None
        first, second = (read(client, listing, half) for half in halves)
        return _newest(first, second.values(), listing)


def _settled(client: Client, listing: Listing, within: Slice) -> dict[str, Record]:
    found: dict[str, Record] = {}
    before: set[str] | None = None
    for _ in range(PASSES):
        totals: set[int | None] = set()
        seen: set[str] = set()
        for each in _pages(client, listing, within):
            totals.add(each.total)
            found = _newest(found, each.records, listing)
            seen |= {_key(record, listing) for record in each.records}
        same = len(totals) == 1
        if same and (totals == {len(seen)} or before == seen):
            return found
        before = seen if same else None
    raise Refused("jd.restless", method=listing.method, at=f"{within.start:%Y-%m-%d %H:%M:%S}")


def _pages(client: Client, listing: Listing, within: Slice) -> Iterator[Page]:
    number = 1
    while True:
        asked = listing.ask(within.start - OVERLAP, within.stop, number)
        each = page(client.call(listing.method, asked))
        if (each.total or 0) > listing.size * listing.most_pages:
            raise _TooMany
        yield each
        more = len(each.records) >= listing.size if each.total is None else number * listing.size < each.total
        if not more:
            return
        number += 1
        if number > listing.most_pages:
            raise _TooMany


def _newest(found: dict[str, Record], records: Any, listing: Listing) -> dict[str, Record]:
    """Return what was found, with the records that are as new or newer in the place of the others."""
    kept = dict(found)
    for record in records:
        key = _key(record, listing)
        if key not in kept or _updated(record, listing) >= _updated(kept[key], listing):
            kept[key] = record
    return kept


def _key(record: Record, listing: Listing) -> str:
    return str(record.get(listing.key))


def _updated(record: Record, listing: Listing) -> str:
    return moment_text(record.get(listing.updated)) or ""
