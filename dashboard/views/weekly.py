"""周复盘: what was decided and came of it, what moved and why, what to do; thirty minutes, nine slides at most."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from dashboard import data
from dashboard.awaited import awaited
from dashboard.components.state import state
from dashboard.filters import filter_bar
from dashboard.page import Page
from dashboard.presenting import Slide
from dashboard.reviewed.agenda import AGENDA, SECTIONS, led_through, moved_most
from dashboard.reviewed.subjects import subjects
from dashboard.views.weekly_batches import red_batches
from dashboard.views.weekly_cases import cases
from dashboard.views.weekly_cause import cause
from dashboard.views.weekly_cover import cover
from dashboard.views.weekly_decided import decided
from dashboard.views.weekly_followed import followed
from dashboard.views.weekly_numbers import numbers
from dashboard.views.weekly_parts import decide, review_of
from dashboard.views.weekly_response import response
from dashboard.views.weekly_savings import savings
from dashboard.views.weekly_voices import voices
from metrics.review.model import Review
from metrics.words import Refused, say

__all__ = ["SECTIONS", "agenda", "weekly"]

PANELS: Mapping[str, Callable[[Page, Review], None]] = {
    "cover": cover,
    "followed": followed,
    "numbers": numbers,
    "cause": cause,
    "batches": red_batches,
    "cases": cases,
    "response": response,
    "voices": voices,
    "decided": decided,
}


def agenda(page: Page) -> Sequence[Slide]:
    """Return the slides that a meeting is led through: those that have something to say, as far as that is known."""
    try:
        review = review_of(page)
    except Refused:  # the page says why
        review = None
    if review is None:
        return [Slide("review", item.section, minutes=item.minutes) for item in AGENDA]
    return [
        Slide("review", item.section, subjects(item.section, review, page.text), item.minutes)
        for item in led_through(review)
    ]


def weekly(page: Page) -> None:
    """Draw the page: every slide of the meeting under the other, or the one that is shown."""
    filter_bar(page, reading=False)
    try:
        with st.spinner(page.text("weekly.making"), show_time=True):
            review = review_of(page)
    except Refused as refused:
        st.html(state(page.text("weekly.none"), say(refused.finding, page.text.language)))
        return
    if review is None:
        ready = partial(data.is_reviewed, page.source, page.choices.week, page.choices.where)
        awaited(ready, page.text("weekly.making"), page.text("weekly.making_body"))
        return
    shown = {item.section for item in led_through(review)}
    if not page.choices.meeting:
        # A slide of nothing folds; on the page each number says what it lacks, and what it is made of.
        shown |= {"numbers"} | ({"cause"} if moved_most(review) else set())
    for section in (section for section in SECTIONS if section in shown):
        if page.shows(section):
            with st.container(key=f"panel-{section}"):
                PANELS[section](page, review)
                decide(page, review, section)
    if not page.choices.meeting:
        with st.container(key="panel-savings"):
            savings(page, review)


assert tuple(PANELS) == SECTIONS == tuple(item.section for item in AGENDA)
