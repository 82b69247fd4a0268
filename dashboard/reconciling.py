"""对账: the back office's number beside ours, and the gap between them step by step."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.state import state
from dashboard.components.table import Column, Entry, Quiet, table
from dashboard.page import Page
from metrics import Question
from metrics.words import Refused, format_change, format_value, say

PERCENT = 100.0
ENDS = ("ours", "theirs")


def reconcile_form(page: Page, question: Question) -> None:
    """Draw the field for the back office's number and, once it is typed, what the gap is made of."""
    text, metric = page.text, question.definition
    if question.start is None or question.stop is None:
        st.html(state(text("reconcile.no_period")))
        return
    share = metric.unit == "share"
    typed = st.number_input(
        text("reconcile.percent" if share else "reconcile.theirs", metric=metric.label(text.language)),
        value=None,
        min_value=0.0,
        max_value=PERCENT if share else None,
        step=0.1,
        help=text("reconcile.where"),
        key="reconcile-theirs",
    )
    if typed is None:
        st.html(f'<div class="as-note">{text("reconcile.how")}</div>')
        return
    try:
        steps = data.reconcile(page.source, question, typed / PERCENT if share else typed)
    except Refused as refused:
        st.html(state(text("reconcile.not_possible"), say(refused.finding, text.language)))
        return
    columns = (
        Column(text("reconcile.step"), wrap=True),
        Column(text("reconcile.effect"), align="right"),
        Column(text("reconcile.value"), align="right"),
    )
    rows = [_row(page, question, row) for _, row in steps.iterrows()]
    st.html(table(columns, rows, caption=text("reconcile.caption")))


def _row(page: Page, question: Question, row: pd.Series) -> list[Entry]:
    unit, language = question.definition.unit, page.text.language
    effect: Entry = Quiet("–")
    if row["step"] not in ENDS and pd.notna(row["effect"]):
        effect = format_change(float(row["effect"]), unit, language)
    value: Entry = Quiet("–") if pd.isna(row["value"]) else format_value(float(row["value"]), unit, language)
    return [str(row[language]), effect, value]
