"""Who sits in the meeting: typed on the cover, and kept with the week."""

from __future__ import annotations

import re
from datetime import date

import streamlit as st

from dashboard import data
from dashboard.author import REMEMBERED
from dashboard.page import Page
from metrics.review.model import Review

LONGEST = 200
SEPARATORS = r"[、,，;；\n]+|\s{2,}"


def attendees(page: Page, review: Review) -> None:
    """Draw the field. It is never in the address, so that a link carries nobody's name."""
    text, key = page.text, f"attendees-{review.week}"
    st.text_input(
        text("weekly.attendees"),
        value=text("state.list").join(present_at(page, review)),
        max_chars=LONGEST,
        placeholder=text("weekly.attendees_help"),
        key=key,
        on_change=_keep,
        args=(page, review.week, key),
    )


def present_at(page: Page, review: Review) -> tuple[str, ...]:
    """Return who is there: what was typed last, else what was kept with the review."""
    return tuple(data.meeting(page.store).attendees(review.week)) or review.attendees


def names(typed: str) -> list[str]:
    """Return the names in a line, however they are parted; a single blank belongs to a name.

    >>> names("张三、李四, Wang Wu")
    ['张三', '李四', 'Wang Wu']
    """
    return [name.strip() for name in re.split(SEPARATORS, typed) if name.strip()]


def _keep(page: Page, week: date, key: str) -> None:
    """Keep the names under that of who has signed; where nobody has, the first of them speaks for all."""
    meeting, given = data.meeting(page.store), names(st.session_state[key])
    signed = st.session_state.get(REMEMBERED) or next(iter(given or meeting.attendees(week)), "")
    if signed:
        meeting.attend(week, given, author=signed)
