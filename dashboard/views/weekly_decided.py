"""本周决议, read back: each with its owner and its date; and the way out for the minutes."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import data
from dashboard.components.state import state
from dashboard.components.title import title
from dashboard.decision import open_change
from dashboard.page import Page
from dashboard.reviewed.live import of_meeting
from dashboard.subject import called
from dashboard.text import Text
from dashboard.views.weekly_files import files
from metrics.export.masking import strike_out
from metrics.meeting import Decision
from metrics.review.followed import meeting_of
from metrics.review.model import Review


def decided(page: Page, review: Review) -> None:
    """Draw the section, from what is written down this minute."""
    text = page.text
    found = of_meeting(review.decided, data.meeting(page.store).decisions(), meeting_of(review.week))
    if found:
        st.html(title(text("weekly.decided", count=len(found)), text("weekly.decided_rests_on")))
    else:
        st.html(state(text("weekly.decided_none"), text("weekly.decided_none_body")))
    about = {each.number: each.about[text.language] for each in review.decided}
    with st.container(key="read-back"):
        for one in found:
            with st.container(key=f"decided-review-{one.number}", horizontal=True, vertical_alignment="center"):
                st.html(_line(one, about.get(one.number, ""), text))
                if st.button(text("decision.change"), key=f"change-review-{one.number}", type="tertiary"):
                    open_change(page, one)
    if page.choices.meeting:
        files(page, review)


def _line(one: Decision, about: str, text: Text) -> str:
    shown = about or called(one.subject_kind, one.subject, text).shown
    parts = [one.owner, text("decision.until", day=f"{one.due:%Y-%m-%d}"), *([shown] if shown else [])]
    small = escape(" · ".join(parts))
    return f'<div class="as-decision"><b>{escape(strike_out(one.text))}</b><small>{small}</small></div>'
