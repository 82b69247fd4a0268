"""满意度 · 纠纷 · 回访: what customers said of the week, who was found liable, and what came of calling back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.components.state import state
from dashboard.components.table import Column, Entry, table
from dashboard.components.title import title
from dashboard.page import Page
from dashboard.reviewed.worded import numbers_finding, rate
from dashboard.views.weekly_parts import lines_table
from metrics import CATALOG
from metrics.review.model import Part, Review

LIABLE, REPURCHASED = CATALOG["dispute_share"], CATALOG["repurchase_rate"]
SHOWN = 4


def voices(page: Page, review: Review) -> None:
    """Draw the section."""
    text = page.text
    st.html(title(text("weekly.voices", finding=numbers_finding(review.satisfaction, text))))
    # On a page all three stand side by side, where four rows would else stand beside seven; a slide has room for two.
    left, *others = st.columns([4, 3] if page.choices.meeting else [7, 3, 3], gap="small")
    with left:
        if review.satisfaction:
            lines_table(page, review.satisfaction, text("meeting.review_voices"))
    with others[0]:
        _parts(page, review.liable, "liable", LIABLE.name)
    with others[-1]:
        _parts(page, review.followups, "followups", REPURCHASED.name)


def _parts(page: Page, parts: Sequence[Part], name: str, metric: str) -> None:
    text = page.text
    if not parts:
        st.html(state(text(f"weekly.no_{name}"), text(f"weekly.no_{name}_body")))
        return
    definition = CATALOG[metric]
    rows: list[list[Entry]] = [[part.label[text.language], rate(part.now, definition, text)] for part in parts[:SHOWN]]
    columns = (Column(text(f"weekly.{name}")), Column(definition.label(text.language), align="right"))
    st.html(table(columns, rows, caption=text(f"weekly.{name}")))
