"""Where a target is typed: of which kind, from which day on, and by whom."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import streamlit as st

from dashboard import data
from dashboard.author import author
from dashboard.components.table import Column, Entry, Quiet, table
from dashboard.page import Page
from dashboard.targets import WHOLE_SHOP
from metrics.catalog import Metric
from metrics.meeting import TargetKind
from metrics.words import format_value

PERCENT = 100.0


def target_form(page: Page, metric: Metric) -> None:
    """Draw the targets that a metric has and the fields for a new one; what is saved counts from its day on."""
    text, language = page.text, page.text.language
    held = [
        each for each in data.meeting(page.store).targets() if (each.metric, each.scope) == (metric.name, WHOLE_SHOP)
    ]
    if held:
        rows: list[list[Entry]] = [
            [
                text(f"target.{each.kind}"),
                format_value(each.value, metric.unit, language),
                Quiet(f"{each.effective_from:%Y-%m-%d}"),
            ]
            for each in sorted(held, key=lambda each: each.effective_from, reverse=True)
        ]
        columns = (
            Column(text("target.kind")),
            Column(text("target.value"), align="right"),
            Column(text("target.since")),
        )
        st.html(table(columns, rows, caption=text("target.held")))
    share = metric.unit == "share"
    kind: TargetKind = st.selectbox(
        text("target.kind"), get_args(TargetKind), format_func=lambda name: text(f"target.{name}"), key="target-kind"
    )
    typed = st.number_input(
        text("target.percent" if share else "target.value"),
        value=None,
        min_value=0.0,
        max_value=PERCENT if share else None,
        step=0.1,
        key="target-value",
    )
    monday = page.source.last_full_week - timedelta(weeks=1)
    since = st.date_input(text("target.since"), value=monday, format="YYYY-MM-DD", key="target-since")
    name = author(text, "target")
    complete = typed is not None and since is not None and bool(name)
    if st.button(text("target.save"), type="primary", disabled=not complete, key="target-save") and typed is not None:
        value = typed / PERCENT if share else typed
        data.meeting(page.store).set_target(metric.name, WHOLE_SHOP, since, kind, value, author=name)
        st.rerun()
    if not complete:
        st.html(f'<div class="as-note">{text("target.incomplete")}</div>')
