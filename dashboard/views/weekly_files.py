"""What a review leaves behind: kept as it was seen, copied for the chat, and as files for whoever was not there."""

from __future__ import annotations

import streamlit as st

from dashboard.page import Page
from metrics.review.model import Review


def files(page: Page, review: Review) -> None:
    """Draw the row of buttons; a file is made only when its button is pressed."""
    with st.container(horizontal=True, key="review-files", vertical_alignment="center"):
        del page, review
