"""What the pages read: one version a page run, and the only cache.

Every cached answer is keyed by store, version and the question as text, never by a frame: streamlit hashes
large frames by a sample, and a sample misses edits. A new version has new keys, so nothing is ever stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

import metrics
from metrics.batches import Family
from metrics.warehouse.store import Store

if TYPE_CHECKING:
    from metrics.batches.report import SpikeReport


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
    if number is None:
        return None
    shop = _opened(str(store), number)
    if shop.as_of is None or shop.last_full_week is None:
        return None
    return Source(str(store), number, shop.as_of, shop.last_full_week)


def ask(source: Source, question: metrics.Question) -> pd.DataFrame:
    """Return the frame of `Shop.query`."""
    return _asked(source.store, source.version, question.to_query_string())


def values(source: Source, dimension: str) -> list[str]:
    """Return the values that a dimension takes, for the pickers."""
    return _values(source.store, source.version, dimension)


def known_dimensions(source: Source, fact: str, wanted: Sequence[str]) -> list[str]:
    """Return those of the dimensions that a fact has and by which it can be split: more than one value."""
    return _known_dimensions(source.store, source.version, fact, tuple(wanted))


def freshness(source: Source) -> pd.DataFrame:
    """Return what each source has told us of, and until when."""
    return _opened(source.store, source.version).freshness()


def sql(source: Source, text: str) -> pd.DataFrame:
    """Return the rows of one SELECT over the tables of this version."""
    return _sql(source.store, source.version, text)


def spikes(source: Source, family: Family) -> SpikeReport:
    """Return the judged batches of this version; the same object for every reader, so nobody may write to it."""
    return _judged(source.store, source.version, family)


def batches(source: Source) -> pd.DataFrame:
    """Return the batches that were ever sold, as `shop, sku_id, batch_id`: what a link may name."""
    return sql(source, "SELECT DISTINCT shop, sku_id, batch_id FROM sold_lines_sku WHERE batch_id IS NOT NULL")


@st.cache_resource(max_entries=6, show_spinner=False)
def _judged(store: str, version: int, family: Family) -> SpikeReport:
    return _opened(store, version).spike_report(family=family)


@st.cache_resource(max_entries=3, show_spinner=False)
def _opened(store: str, version: int) -> metrics.Shop:
    return metrics.open_shop(store, version=version)


@st.cache_data(max_entries=2000, show_spinner=False)
def _asked(store: str, version: int, question: str) -> pd.DataFrame:
    return _opened(store, version).query(metrics.Question.from_url(question))


@st.cache_data(max_entries=100, show_spinner=False)
def _values(store: str, version: int, dimension: str) -> list[str]:
    return _opened(store, version).values(dimension)


@st.cache_data(max_entries=100, show_spinner=False)
def _known_dimensions(store: str, version: int, fact: str, wanted: tuple[str, ...]) -> list[str]:
    shop = _opened(store, version)
    columns = [name for name in wanted if name in shop.columns(fact)]
    if not columns:
        return []
    # More than one value, counting the unknown as one: least and greatest are known without reading every row.
    differs = "COUNT({0}) > 0 AND (MIN({0}) <> MAX({0}) OR COUNT({0}) < COUNT(*)) AS {0}"
    found = shop.sql("SELECT " + ", ".join(differs.format(f'"{name}"') for name in columns) + f" FROM {fact}")
    return [name for name in columns if found[name].iloc[0]]


@st.cache_data(max_entries=100, show_spinner=False)
def _sql(store: str, version: int, text: str) -> pd.DataFrame:
    return _opened(store, version).sql(text)
