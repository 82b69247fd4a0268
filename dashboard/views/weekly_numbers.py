"""The five numbers of the week: beside last week, last year and their target."""

from __future__ import annotations

import streamlit as st

from dashboard.components.title import title
from dashboard.page import Page
from dashboard.reviewed.worded import numbers_finding
from dashboard.views.weekly_parts import tiles
from metrics.review.model import Review


def numbers(page: Page, review: Review) -> None:
    """Draw the section."""
    st.html(title(numbers_finding(review.headlines, page.text)))
    tiles(page, review, review.headlines, "numbers")
