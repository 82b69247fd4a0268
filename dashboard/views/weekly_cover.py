"""The cover of a weekly review: which week, which version, how much of it is still young, and who sits in it."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.page import Page
from dashboard.reviewed.agenda import folded, led_through, why_folded
from dashboard.text import Text
from dashboard.views.weekly_attendees import attendees
from dashboard.views.weekly_files import files
from metrics.review.model import Review
from metrics.words import format_value


def cover(page: Page, review: Review) -> None:
    """Draw the section; outside of a meeting the files of the review stand here too."""
    text = page.text
    st.html(
        f'<div class="as-cover"><h1>{escape(text("weekly.title", week=text.week(review.week)))}</h1>'
        f"<p>{escape(_facts(review, text))}</p></div>"
    )
    left, right = st.columns([1, 1], gap="medium")
    with left:
        st.html(_agenda(review, text))
    with right:
        lines = "".join(f"<li>{escape(_folded(section, review, text))}</li>" for section in folded(review))
        if lines:
            st.html(f'<div class="as-cover"><h2>{escape(text("weekly.folded"))}</h2><ul>{lines}</ul></div>')
        attendees(page, review)
    if not page.choices.meeting:
        files(page, review)


def _facts(review: Review, text: Text) -> str:
    shops = text("state.list").join(review.shops)
    as_of = text("weekly.as_of", as_of=text.moment(review.as_of), version=review.version)
    young = "" if review.immature_share is None else _young(review.immature_share, text)
    return " · ".join(part for part in (shops, as_of, young) if part)


def _young(share: float, text: Text) -> str:
    if not share:
        return text("weekly.mature")
    if share == 1:
        return text("weekly.immature_all")
    return text("weekly.immature", share=format_value(share, "share", text.language))


def _agenda(review: Review, text: Text) -> str:
    rows = "".join(
        f"<tr><td>{escape(text('weekly.minutes', start=item.start, stop=item.stop))}</td>"
        f"<td>{escape(text(f'meeting.review_{item.section}'))}</td></tr>"
        for item in led_through(review)
        if item.section != "cover"
    )
    return f'<div class="as-cover"><h2>{escape(text("weekly.agenda"))}</h2><table>{rows}</table></div>'


def _folded(section: str, review: Review, text: Text) -> str:
    watched = {level: review.watched.get(level, 0) for level in ("amber", "calm", "young")}
    return text(f"weekly.folded_{why_folded(section, review)}", **watched)
