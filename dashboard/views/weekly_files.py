"""What a review leaves behind: a message for the chat, and files for whoever was not there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard.components.copy import copy_button
from dashboard.page import Page
from dashboard.report.brief import brief
from dashboard.report.file import rendered
from dashboard.views.weekly_attendees import present_at
from metrics.review.model import Review

FORMS = {
    ".html": ("HTML", "text/html"),
    ".xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".pptx": ("PPT", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}


def files(page: Page, review: Review) -> None:
    """Draw the row of buttons; a file is made only when its button is pressed."""
    text, shown = page.text, replace(review, attendees=present_at(review))
    with st.container(horizontal=True, key="review-files", vertical_alignment="center"):
        copy_button(
            brief(shown, text.language), label=text("weekly.copy"), done=text("weekly.copied"), key="copy-brief"
        )
        for suffix, (form, mime) in FORMS.items():
            st.download_button(
                text("weekly.download", form=form),
                partial(rendered, shown, suffix, text.language),
                f"review-{review.week:%G-W%V}{suffix}",
                mime,
                key=f"review{suffix}",
                icon=":material/download:",
                on_click="ignore",
            )
