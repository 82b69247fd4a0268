"""Where a target is typed: of which kind, from which day on, and by whom."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import get_args

import streamlit as st

from dashboard import data
from dashboard.author import author
from dashboard.components.table import Column, Entry, Quiet, table
from dashboard.page import Page
from dashboard.text import Text
from metrics import Question
from metrics.meeting import TargetKind
from metrics.targets import scope_of
from metrics.words import format_value, value_label

PERCENT = 100.0


def target_form(page: Page, question: Question) -> None:
    """Draw the targets of a number and the fields for a new one: it holds for what the page is limited to.

    What is saved counts from its day on.
    """
    text, language = page.text, page.text.language
    metric, scope = question.definition, scope_of(question.where)
    held = [each for each in data.meeting(page.store).targets() if (each.metric, each.scope) == (metric.name, scope)]
    st.html(f'<div class="as-note">{escape(text("target.scope", scope=_limits(question, text)))}</div>')
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
        data.meeting(page.store).set_target(metric.name, scope, since, kind, value, author=name)
        st.rerun()
    if not complete:
        st.html(f'<div class="as-note">{text("target.incomplete")}</div>')


def _limits(question: Question, text: Text) -> str:
    """Return what a target is set for: 整店, or the limits of the page."""
    limits = {name: values for name, values in question.where.items() if name != "shop"}
    worded = (
        text("state.list").join(value_label(name, value, text.language) for value in values)
        for name, values in limits.items()
    )
    return " · ".join(worded) or text("target.whole_shop")
