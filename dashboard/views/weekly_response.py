"""时效 of the week: who was answered late, what is still open, and how much each of us carried."""

from __future__ import annotations

import streamlit as st

from dashboard import wording
from dashboard.components.state import state
from dashboard.components.table import Column, Entry, Quiet, table
from dashboard.components.title import title
from dashboard.page import Page
from dashboard.response import IN_TIME
from dashboard.reviewed.worded import rate
from dashboard.text import Text
from dashboard.views.weekly_parts import lines_table
from metrics.review.model import Review

SHOWN = 6


def response(page: Page, review: Review) -> None:
    """Draw the section."""
    text = page.text
    st.html(title(_finding(review, text), text("weekly.response_rests_on", week=text.week(review.week))))
    left, right = st.columns([4, 3], gap="small")
    with left:
        if review.response:
            lines_table(page, review.response, text("meeting.review_response"))
    with right:
        _handlers(page, review)


def _finding(review: Review, text: Text) -> str:
    if review.late is None or review.waiting is None:
        # Of an earlier week nobody knows who waited at its end.
        known = next((line for line in review.response if line.now.value is not None), None)
        return text("weekly.response_unknown") if known is None else known.sentence[text.language]
    key = "weekly.response" if review.late else "weekly.response_calm"
    return text(key, late=f"{review.late:,}", waiting=f"{review.waiting:,}")


def _handlers(page: Page, review: Review) -> None:
    text = page.text
    if not review.handlers:
        st.html(state(text("response.no_handlers"), text("response.no_handlers_body")))
        return
    few = SHOWN if page.choices.meeting else len(review.handlers)
    rows: list[list[Entry]] = [
        [
            each.handler or text("response.nobody"),
            wording.count(each.tickets, text),
            rate(each.in_time, IN_TIME, text),
            wording.count(each.late, text) if each.late else Quiet("0"),
        ]
        for each in review.handlers[:few]
    ]
    columns = [Column(text("response.col_handler"))]
    columns += [Column(text(f"response.{head}"), align="right") for head in ("tickets", "in_time", "class_late")]
    st.html(table(columns, rows, caption=text("response.handlers")))
    if len(review.handlers) > few:
        st.html(f'<p class="as-note">{text("weekly.more_handlers", count=len(review.handlers) - few)}</p>')
