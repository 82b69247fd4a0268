"""What a review leaves behind: kept as it was seen, a message for the chat, and files for whoever was not there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st

from dashboard import controls, data
from dashboard.author import author
from dashboard.components.copy import copy_button
from dashboard.components.dialog import open_dialog
from dashboard.page import Page
from dashboard.report.brief import brief
from dashboard.report.file import rendered
from dashboard.views.weekly_attendees import present_at
from metrics.review.frozen import to_json
from metrics.review.model import Review
from metrics.words import Refused, say

FORMS = {
    ".html": ("HTML", "text/html"),
    ".xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".pptx": ("PPT", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}


def files(page: Page, review: Review) -> None:
    """Draw the row of buttons; a file is made only when its button is pressed."""
    text, shown = page.text, replace(review, attendees=present_at(page, review))
    kept = data.meeting(page.store).kept_review(review.week) is not None and not page.choices.where
    with st.container(horizontal=True, key="review-files", vertical_alignment="center"):
        if not page.choices.where and st.button(
            text("weekly.keep"), key="keep-review", icon=":material/lock:", help=text("weekly.keep_help")
        ):
            open_dialog(text("weekly.keep"), partial(_keep, page, shown))
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
        if kept:
            _which(page, review)


def _which(page: Page, review: Review) -> None:
    """Draw whether it is the kept review that is shown, and the way to the other."""
    text, fresh = page.text, page.choices.fresh
    told = text("weekly.fresh_shown") if fresh else text("weekly.kept_shown", version=review.version)
    st.html(f'<span class="as-note">{escape(told)}</span>', width="content")
    st.button(
        text("weekly.show_kept" if fresh else "weekly.show_fresh"),
        key="fresh",
        type="tertiary",
        on_click=controls.write,
        args=("fresh", "" if fresh else "1"),
    )


def _keep(page: Page, review: Review) -> None:
    """Draw the form that keeps a review as it is shown, under the name of who keeps it."""
    text = page.text
    with st.form("keep", border=False, enter_to_submit=False):
        st.html(f'<div class="as-note">{escape(text("weekly.keep_help"))}</div>')
        name = author(text, "keep")
        pressed = st.form_submit_button(text("weekly.keep"), type="primary")
    if not pressed:
        return
    try:
        data.meeting(page.store).keep_review(review.week, review.version, to_json(review), author=name)
    except Refused as refused:
        sentence = escape(say(refused.finding, text.language))
        st.html(f'<div class="as-refused" role="alert">{sentence}</div>')
        return
    controls.write("fresh", "")
    st.rerun()
