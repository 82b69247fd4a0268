"""省钱账: what was not lost because a batch was flagged before it was sold out, month by month."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from dashboard.components.state import state
from dashboard.components.table import Bar, Column, Entry, Quiet, table
from dashboard.components.title import title
from dashboard.page import Page
from metrics.review.model import Review, Saved
from metrics.words import format_value


def savings(page: Page, review: Review) -> None:
    """Draw the section; a month of which nobody knows stock or loss has no bar, and not one of zero."""
    text = page.text
    if not review.savings:
        st.html(state(text("weekly.savings_none"), text("weekly.savings_none_body")))
        return
    known = [month.money for month in review.savings if month.money is not None]
    finding = text("weekly.savings_units", units=f"{sum(month.units for month in review.savings):,}")
    if known:
        finding = text("weekly.savings", money=format_value(sum(known), "yuan", text.language), finding=finding)
    st.html(title(finding, text("weekly.savings_rests_on")))
    most = max(known, default=0.0) or 1.0
    columns = [Column(text("weekly.month")), Column("")]
    columns += [Column(text(f"weekly.saved_{head}"), align="right") for head in ("money", "batches", "units")]
    rows = [_row(month, most, page) for month in review.savings]
    st.html(table(columns, rows, caption=text("weekly.savings_caption")))


def _row(month: Saved, most: float, page: Page) -> list[Entry]:
    text = page.text
    absent = month.money is None
    return [
        f"{month.month:%Y-%m}",
        "" if month.money is None else Bar(max(month.money, 0.0) / most),
        Quiet(text("status.not_available")) if absent else format_value(month.money, "yuan", text.language),
        wording.count(month.batches, text),
        wording.count(month.units, text),
    ]
