"""A frame in the reader's words: headers as the trade says them, and what kind of number each column holds."""

from __future__ import annotations

from functools import cache, partial

import pandas as pd

from metrics.catalog import CATALOG, DIMENSIONS
from metrics.export.masking import Column, each_column, masked
from metrics.words import Finding, Language, Unit, say, value_label

VALUES = frozenset(
    {
        "after",
        "arrived",
        "before",
        "before_high",
        "before_low",
        "change",
        "change_high",
        "change_low",
        "effect",
        "high",
        "low",
        "peers_after",
        "peers_before",
        "projected",
        "projected_high",
        "projected_low",
        "target",
        "value",
        "year_before",
    }
)
"""Columns of an answer that are in the unit of its metric: the one named in `frame.attrs["metric"]`, else in the row's
own column `metric`.
"""

SHARES = frozenset(
    {
        "bulk_share",
        "coverage",
        "expected_rate_final",
        "lfdr",
        "others_rate",
        "others_share",
        "p_avoidable",
        "p_bad_review",
        "p_dispute",
        "rate",
        "share",
        "top_reason_share",
    }
)
MONEY = frozenset(
    {
        "amount",
        "compensation",
        "cost",
        "coupon_amount",
        "customer_value",
        "expected_loss",
        "freight_cost",
        "money",
        "money_at_risk",
        "recovered",
        "refund_amount",
        "unit_cost",
    }
)


def in_words(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the frame as it leaves: masked, headers and codes in words; what is absent stays empty."""
    worded = each_column(masked(frame), lambda name, column: _words(name, column, language))
    metric = frame.attrs.get("metric")
    worded.columns = pd.Index([header(str(name), language, metric) for name in frame.columns], dtype=object)
    return worded


def header(name: str, language: Language, metric: str | None = None) -> str:
    """Return what stands over a column; a column that somebody named himself keeps its name.

    >>> header("sku_id", "zh"), header("refund_amount", "zh"), header("value", "en", "refund_rate")
    ('SKU', '退款金额', 'Refund rate')
    """
    measured = CATALOG.get(metric or "")
    if name == "value" and measured:
        return measured.label(language)
    if name in DIMENSIONS:
        return DIMENSIONS[name].label(language)
    if name in CATALOG:
        return CATALOG[name].label(language)
    try:
        return say(Finding(f"columns.{name}"), language)
    except KeyError:
        return name


def unit_of(name: str, metric: str | None = None) -> Unit | None:
    """Return the unit of a column's numbers; None where it is a plain number.

    >>> unit_of("low", "refund_rate"), unit_of("coverage"), unit_of("refund_amount"), unit_of("n")
    ('share', 'share', 'yuan', None)
    """
    measured = CATALOG.get(metric or "")
    if name in VALUES and measured:
        return measured.unit
    if name in CATALOG:
        return CATALOG[name].unit
    return "share" if name in SHARES else "yuan" if name in MONEY else None


def units_of(frame: pd.DataFrame, place: int) -> list[Unit | None]:
    """Return the unit of each cell of a column; of a frame of several metrics each row has that of its own."""
    name, metric = str(frame.columns[place]), frame.attrs.get("metric")
    if metric is None and name in VALUES and "metric" in frame.columns:
        return [unit_of(name, each if isinstance(each, str) else None) for each in frame["metric"]]
    return [unit_of(name, metric)] * len(frame)


def _words(name: str, column: Column, language: Language) -> Column:
    kinds = pd.api.types
    counted = kinds.is_numeric_dtype(column.dtype) or kinds.is_datetime64_any_dtype(column.dtype)
    if counted and not kinds.is_bool_dtype(column.dtype):
        return column
    word = cache(partial(_word, name, language))  # most codes stand in many rows
    cells = column.astype(object)
    absent = column.isna()
    words = [
        None if nothing else word(value) if isinstance(value, str | bool) else _said(value, language)
        for value, nothing in zip(cells, absent, strict=True)
    ]
    return pd.Series(words, index=column.index, dtype=object)


def _said(value: object, language: Language) -> object:
    """Return a finding in words; what is neither text nor finding stays what it is."""
    return say(value, language) if isinstance(value, Finding) else value


def _word(name: str, language: Language, value: str | bool) -> str:
    if name in ("dimension", "suspect_dimension") and value in DIMENSIONS:
        return DIMENSIONS[str(value)].label(language)
    if name == "metric" and value in CATALOG:
        return CATALOG[str(value)].label(language)
    return value_label(name, value, language)
