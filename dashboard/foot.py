"""The foot of a panel: the way to the events behind its number, and what was decided about it."""

from __future__ import annotations

import streamlit as st

from dashboard.decision import decision_button, decisions_about
from dashboard.number import number_button
from dashboard.page import Page
from metrics import Question
from metrics.meeting import SubjectKind


def foot(page: Page, question: Question, label: str, key: str, *, about: tuple[SubjectKind, str] | None = None) -> None:
    """Draw the foot; `label` names the events, `about` is what a decision taken here would be about."""
    with st.container(key=f"foot-{key}", horizontal=True, vertical_alignment="center"):
        number_button(page, question, label, key)
        if about is not None:
            decision_button(page, *about, key)
    if about is not None:
        decisions_about(page, *about, key)
