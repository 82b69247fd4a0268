"""Who sits in the meeting: typed on the cover, and kept with the review."""

from __future__ import annotations

import re
from datetime import date

import streamlit as st

from dashboard.page import Page
from metrics.review.model import Review

LONGEST = 200
SEPARATORS = r"[、,，;；\n]+|\s{2,}"


def attendees(page: Page, review: Review) -> None:
    """Draw the field. It is never in the address, so that a link carries nobody's name."""
    text = page.text
    st.text_input(
        text("weekly.attendees"),
        value=st.session_state.get(_typed(review.week), text("state.list").join(review.attendees)),
        max_chars=LONGEST,
        placeholder=text("weekly.attendees_help"),
        key=_field(review.week),
        on_change=_remember,
        args=(review.week,),
    )


def present_at(review: Review) -> tuple[str, ...]:
    """Return who is there: what was typed in this visit, else what is kept with the review.

    >>> names("张三、李四, Wang Wu")
    ('张三', '李四', 'Wang Wu')
    """
    typed = st.session_state.get(_typed(review.week))
    return review.attendees if typed is None else names(typed)


def names(typed: str) -> tuple[str, ...]:
    """Return the names in a line, however they are parted; a single blank belongs to a name."""
    return tuple(name.strip() for name in re.split(SEPARATORS, typed) if name.strip())


def _field(week: date) -> str:
    return f"attendees-{week}"


def _typed(week: date) -> str:
    """Return the name under which a visit remembers it: a widget that is off the page forgets its own."""
    return f"attendees-typed-{week}"


def _remember(week: date) -> None:
    st.session_state[_typed(week)] = st.session_state[_field(week)]
