"""All records of a slice of time, whole in spite of pages that move while they are read.

A record that is updated moves to another page or out of the slice, and pushes others over the edge of a page that was
read already. Within one slice records only leave (it lies in the past) or only come (it is open), so a pass in which
every page gave the same total, and as many records were seen as that, has seen all. Any other pass is read again; a
slice that does not hold still is read in halves, down to those that fit on one page, where nothing can move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from metrics.ingest.jd.client import Client
from metrics.ingest.jd.envelope import Page, Record, page
from metrics.ingest.jd.moments import moment_text
from metrics.ingest.jd.slices import OVERLAP, Slice
from metrics.words import Refused

PASSES = 3

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


class _Restless(Exception):
    """The slice did not hold still."""


def read(client: Client, listing: Listing, within: Slice) -> dict[str, Record]:
    """Return the records of a slice, and of a little before it, by their key, each as it was when it was seen last.

    Raises `Refused` where they never hold still, or where a single second has more of them than can be asked for.
    """
    return _all(client, listing, replace(within, start=within.start - OVERLAP))


def _all(client: Client, listing: Listing, within: Slice) -> dict[str, Record]:
    try:
        return _settled(client, listing, within)
    except (_TooMany, _Restless) as error:
        halves = within.halves()
        if halves is None:
            what = "too_many" if isinstance(error, _TooMany) else "restless"
            raise Refused(f"jd.{what}", method=listing.method, at=f"{within.start:%Y-%m-%d %H:%M:%S}") from None
    first, second = (_all(client, listing, half) for half in halves)
    return _newest(first, second.values(), listing)


def _settled(client: Client, listing: Listing, within: Slice) -> dict[str, Record]:
    found: dict[str, Record] = {}
    before: set[str] | None = None
    for _ in range(PASSES):
        pages = list(_pages(client, listing, within))
        records = [record for each in pages for record in each.records]
        found = _newest(found, records, listing)
        seen = {_key(record, listing) for record in records}
        totals = {each.total for each in pages}
        if totals == {len(seen)}:
            return found
        if seen == before and (len(pages) == 1 or totals == {None}):  # the total is missing, or is JD's own mistake
            return found
        before = seen
    raise _Restless


def _pages(client: Client, listing: Listing, within: Slice) -> Iterator[Page]:
    number = 1
    while True:
        asked = listing.ask(within.start, within.stop, number)
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
