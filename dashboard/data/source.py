"""One version of one store: which it is, until when it reaches, and what people have typed beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

import metrics
from metrics.meeting import Meeting
from metrics.query import Statement
from metrics.question import Value
from metrics.response import running_clock
from metrics.warehouse.store import Store

Limits = tuple[tuple[str, tuple[Value, ...]], ...]
"""What a question is limited to, as a key of the cache."""


@dataclass(frozen=True)
class Source:
    """One version of one store: what a page run speaks of from its first line to its last."""

    store: str
    version: int
    as_of: datetime
    last_full_week: date


def newest(store: Path) -> Source | None:
    """Return the newest published version, read once a page run; None where no shop's data were imported yet."""
    number = Store(store).current
    return None if number is None else at_version(store, number)


def at_version(store: Path, number: int) -> Source | None:
    """Return a version by its number; None where it holds no shop's data."""
    shop = opened(str(store), number)
    if shop.as_of is None or shop.last_full_week is None:
        return None
    return Source(str(store), number, shop.as_of, shop.last_full_week)


def version_numbers(store: Path) -> list[int]:
    """Return the versions that are kept, the newest last."""
    return [version.number for version in Store(store).versions()]


def keep(source: Source) -> bool:
    """Keep a version for as long as a meeting looks at it; return whether it was not kept already."""
    store = Store(Path(source.store))
    if any(version.pinned for version in store.versions() if version.number == source.version):
        return False
    store.pin(source.version)
    return True


def let_go(source: Source) -> None:
    """Let a version go that was kept for a meeting."""
    Store(Path(source.store)).unpin(source.version)


def meeting(store: Path) -> Meeting:
    """Return what people have typed beside a store; never cached, so that everybody sees it at once."""
    return Meeting(store / "meeting.sqlite")


def explain(source: Source | None, question: metrics.Question) -> Statement:
    """Return the SELECT behind an answer of this version; before there is one, as a shop without data has it."""
    return (_blank() if source is None else opened(source.store, source.version)).explain(question)


def zone(source: Source) -> ZoneInfo:
    """Return the zone in which every time of the store is told; of several shops that of the first."""
    return ZoneInfo(opened(source.store, source.version).time_zone)


def now(source: Source) -> datetime:
    """Return the moment from which hours are counted: the clock's where the data are live, else the as-of.

    In the zone of the shop, as every time of the store; of several shops in that of the first.
    """
    clock = datetime.now(zone(source)).replace(tzinfo=None, second=0, microsecond=0)
    return running_clock(source.as_of, clock)


def freshness(source: Source) -> pd.DataFrame:
    """Return what each source has told us of, and until when."""
    return opened(source.store, source.version).freshness()


@st.cache_resource(max_entries=1, show_spinner=False)
def _blank() -> metrics.Shop:
    return metrics.blank_shop()


@st.cache_resource(max_entries=3, show_spinner=False)
def opened(store: str, version: int) -> metrics.Shop:
    """Return an opened version, shared by all readers."""
    return metrics.open_shop(store, version=version)


def as_limits(where: Mapping[str, Sequence[Value]]) -> Limits:
    """Return limits as a key of the cache."""
    return tuple((name, tuple(values)) for name, values in where.items())
