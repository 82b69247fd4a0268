"""Numbers and rows of one version (`Shop.query` and its like), remembered by store, version and question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

import metrics
from dashboard.data.source import Source, opened
from metrics.question import Against
from metrics.words import Refused

if TYPE_CHECKING:
    from metrics.drivers import Why

WEEK = timedelta(days=7)


def rows(source: Source, question: metrics.Question, limit: int | None) -> pd.DataFrame:
    """Return the events behind a number (`Shop.rows`), or the first of them."""
    return _rows(source.store, source.version, question.to_query_string(), limit)


def ask(source: Source, question: metrics.Question) -> pd.DataFrame:
    """Return the frame of `Shop.query`."""
    return _asked(source.store, source.version, question.to_query_string())


def compare(source: Source, question: metrics.Question, against: Against) -> pd.DataFrame:
    """Return the frame of `Shop.compare`."""
    return _compared(source.store, source.version, question.to_query_string(), against)


def values(source: Source, dimension: str) -> list[str]:
    """Return the values that a dimension takes, for the pickers."""
    return _values(source.store, source.version, dimension)


def known_dimensions(source: Source, fact: str, wanted: Sequence[str]) -> list[str]:
    """Return those of the dimensions that a fact has and by which it can be split: more than one value."""
    return _known_dimensions(source.store, source.version, fact, tuple(wanted))


def sql(source: Source, text: str) -> pd.DataFrame:
    """Return the rows of one SELECT over the tables of this version."""
    return _sql(source.store, source.version, text)


def why(source: Source, question: metrics.Question, back: timedelta = WEEK) -> Why | None:
    """Return why a number moved against the same days before (`Shop.why`); None where that cannot be told."""
    try:
        return decomposed(source, question, back)
    except Refused:
        return None


def decomposed(source: Source, question: metrics.Question, back: timedelta = WEEK) -> Why:
    """Return the same, and raise `Refused` where it cannot be told."""
    return _why(source.store, source.version, question.to_query_string(), back)


def reconcile(source: Source, question: metrics.Question, theirs: float) -> pd.DataFrame:
    """Return the steps from our number to the back office's (`Shop.reconcile`)."""
    assert question.start is not None
    assert question.stop is not None
    return opened(source.store, source.version).reconcile(
        question.metric, theirs, question.start, question.stop, question.where, question.reading, question.age
    )


def batches(source: Source) -> pd.DataFrame:
    """Return the batches that were ever sold, as `shop, sku_id, batch_id`: what a link may name."""
    return sql(source, "SELECT DISTINCT shop, sku_id, batch_id FROM sold_lines_sku WHERE batch_id IS NOT NULL")


def counted_verdicts(source: Source) -> set[tuple[str, str, str, str]]:
    """Return the verdicts that this version was judged with, as shop, SKU, batch and word; none in an old version."""
    if not opened(source.store, source.version).columns("verdicts"):
        return set()
    counted = sql(source, "SELECT shop, sku_id, batch_id, verdict FROM verdicts")
    return set(counted.itertuples(index=False, name=None))


@st.cache_data(max_entries=2000, show_spinner=False)
def _asked(store: str, version: int, question: str) -> pd.DataFrame:
    return opened(store, version).query(metrics.Question.from_url(question))


@st.cache_data(max_entries=500, show_spinner=False)
def _compared(store: str, version: int, question: str, against: Against) -> pd.DataFrame:
    return opened(store, version).compare(metrics.Question.from_url(question), against)


@st.cache_data(max_entries=500, show_spinner=False)
def _why(store: str, version: int, question: str, back: timedelta) -> Why:
    asked = metrics.Question.from_url(question)
    assert asked.start is not None
    assert asked.stop is not None
    return opened(store, version).why(
        asked.metric,
        (asked.start, asked.stop),
        (asked.start - back, asked.stop - back),
        where=asked.where,
        reading=asked.reading,
        age=asked.age,
    )


@st.cache_data(max_entries=50, show_spinner=False)
def _rows(store: str, version: int, question: str, limit: int | None) -> pd.DataFrame:
    return opened(store, version).rows(metrics.Question.from_url(question), limit=limit)


@st.cache_data(max_entries=100, show_spinner=False)
def _values(store: str, version: int, dimension: str) -> list[str]:
    return opened(store, version).values(dimension)


@st.cache_data(max_entries=100, show_spinner=False)
def _known_dimensions(store: str, version: int, fact: str, wanted: tuple[str, ...]) -> list[str]:
    shop = opened(store, version)
    columns = [name for name in wanted if name in shop.columns(fact)]
    if not columns:
        return []
    # More than one value, counting the unknown as one: least and greatest are known without reading every row.
    differs = "COUNT({0}) > 0 AND (MIN({0}) <> MAX({0}) OR COUNT({0}) < COUNT(*)) AS {0}"
    found = shop.sql("SELECT " + ", ".join(differs.format(f'"{name}"') for name in columns) + f" FROM {fact}")
    return [name for name in columns if found[name].iloc[0]]


@st.cache_data(max_entries=100, show_spinner=False)
def _sql(store: str, version: int, text: str) -> pd.DataFrame:
    return opened(store, version).sql(text)
