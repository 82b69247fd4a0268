"""指标口径: every metric in words, generated from the catalogue."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.components.state import state
from dashboard.components.table import Column, Entry, Quiet, table
from dashboard.components.title import title
from dashboard.exports import exports_of
from dashboard.text import Text
from metrics import CATALOG
from metrics.catalog import Metric


def glossary(text: Text) -> None:
    """Draw the page. It needs no data: what a number means is known before there is one."""
    st.html(title(text("glossary.title"), text("glossary.lead")))
    st.html(f'<p class="as-lead as-readings">{text("glossary.readings_note")}</p>')
    typed = st.text_input(
        text("glossary.search"),
        key="search",
        placeholder=text("glossary.search_hint"),
        label_visibility="collapsed",
        width=420,
    )
    found = [metric for metric in CATALOG.values() if matches(metric, typed)]
    with st.container(key="panel-glossary"):
        if not found:
            st.html(state(text("glossary.none", text=typed)))
            return
        st.html(_table(found, text) + f'<p class="as-note">{escape(text("glossary.count", count=len(found)))}</p>')


def matches(metric: Metric, typed: str) -> bool:
    """Whether a metric is called by what was typed, in either language or by its code."""
    wanted = typed.strip().casefold()
    return any(wanted in name.casefold() for name in (metric.name, metric.label("zh"), metric.label("en")))


def _table(found: list[Metric], text: Text) -> str:
    columns = (
        Column(text("glossary.metric")),
        Column(text("glossary.words"), wrap=True),
        Column(text("glossary.fraction"), wrap=True),
        Column(text("glossary.readings"), wrap=True),
        Column(text("glossary.good")),
        Column(text("glossary.files"), wrap=True),
    )
    return table(columns, [_row(metric, text) for metric in found], caption=text("glossary.title"))


def _row(metric: Metric, text: Text) -> list[Entry]:
    reading = metric.readings[metric.default_reading]
    fraction = reading.numerator.replace("{cut}", "N")
    if metric.kind in ("ratio", "part"):
        fraction += f" / {reading.denominator}"
    if metric.kind == "quantile":
        fraction = f"P{metric.quantile or 0:.0%}".replace("%", "") + f" {fraction}"
    names = text("empty.sep").join(text(f"reading.{name}") for name in metric.readings)
    good: Entry = text(f"drawer.good_{metric.good}") if metric.good else Quiet("–")
    files = text("empty.sep").join(text(f"export.{name}") for name in exports_of(metric))
    label = f"{metric.label(text.language)}"
    return [label, metric.definition(text.language), Quiet(f"{reading.fact}: {fraction}"), names, good, files]
