"""Decisions where their subject stands: written down with owner and date, and brought up to date there."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import get_args

import streamlit as st

from dashboard import data
from dashboard.author import author
from dashboard.components.dialog import open_dialog
from dashboard.page import Page
from dashboard.subject import NOTHING, Subject, called
from dashboard.text import Text
from metrics.meeting import Decision, DecisionStatus, SubjectKind
from metrics.words import Refused, say

LONGEST, LONGEST_NAME = 500, 40
STATUSES: tuple[DecisionStatus, ...] = get_args(DecisionStatus)


def decision_button(page: Page, subject_kind: SubjectKind, subject: str, key: str, shown: str = "") -> None:
    """Draw the button that opens the form for a decision about a subject; `shown` is what people call it."""
    about = called(subject_kind, subject, page.text, shown)
    decide_button(page, [about], key, page.text("decision.button"))


def decide_button(page: Page, subjects: Sequence[Subject], key: str, label: str) -> None:
    """Draw the button that opens the form for a decision about one of these subjects, at first about the first."""
    if st.button(label, key=f"decide-{key}", icon=":material/add_task:"):
        _open_form(page, [*subjects, *([NOTHING] if len(subjects) > 1 else [])])


def decisions_about(page: Page, subject_kind: SubjectKind, subject: str, key: str) -> None:
    """Draw what was decided about a subject, the newest first, each with the way to change it."""
    found = [
        each
        for each in data.meeting(page.store).decisions()
        if (each.subject_kind, each.subject) == (subject_kind, subject)
    ]
    for each in reversed(found):
        with st.container(key=f"decided-{key}-{each.number}", horizontal=True, vertical_alignment="center"):
            st.html(_line(each, page.text))
            if st.button(page.text("decision.change"), key=f"change-{key}-{each.number}", type="tertiary"):
                open_change(page, each)


def _line(decision: Decision, text: Text) -> str:
    parts = [decision.owner, text("decision.until", day=f"{decision.due:%m-%d}"), text(f"decision.{decision.status}")]
    parts += [decision.notes] if decision.notes else []
    small = escape(" · ".join(parts))
    return f'<div class="as-decision"><b>{escape(decision.text)}</b><small>{small}</small></div>'


def decision_form(page: Page, subjects: Sequence[Subject]) -> None:
    """Draw the form for a decision about one of these subjects; the page is drawn anew when it is saved."""
    text = page.text
    with st.form("decision", border=False, enter_to_submit=False):
        about = _about(subjects, text)
        words = st.text_area(text("decision.text"), max_chars=LONGEST, key="decision-text")
        owner = st.text_input(text("decision.owner"), max_chars=LONGEST_NAME, key="decision-owner")
        due = st.date_input(text("decision.due"), value=None, format="YYYY-MM-DD", key="decision-due")
        name = author(text, "decision")
        saved = st.form_submit_button(text("decision.save"), type="primary")
    if not saved:
        return
    if due is None:
        _refuse(text("decision.no_due"))
        return
    try:
        data.meeting(page.store).decide(
            words,
            owner=owner,
            due=due,
            author=name,
            week=page.now.date(),
            subject_kind=about.kind,
            subject=about.subject,
        )
    except Refused as refused:
        _refuse(say(refused.finding, text.language))
        return
    st.rerun()


def _open_form(page: Page, subjects: Sequence[Subject]) -> None:
    open_dialog(page.text("decision.button"), lambda: decision_form(page, subjects))


def _about(subjects: Sequence[Subject], text: Text) -> Subject:
    """Draw what the decision is about, to be picked where there is more than one, and return it."""
    if len(subjects) > 1:
        return st.selectbox(
            text("decision.subject"),
            subjects,
            format_func=lambda each: each.shown or text("decision.nothing"),
            key="decision-subject",
        )
    about = subjects[0] if subjects else NOTHING
    if about.shown:
        st.html(f'<div class="as-note">{escape(text("decision.about", subject=about.shown))}</div>')
    return about


def decisions_due(page: Page, due: Sequence[Decision], label: str) -> None:
    """Draw the button that opens the decisions that are due, each to be brought up to date on the spot."""

    def body() -> None:
        for each in due:
            st.html(_line(each, page.text))  # and not the label of what opens, which would read it as Markdown
            with st.expander(page.text("decision.title", number=each.number), expanded=len(due) == 1):
                _change_form(page, each)

    if st.button(label, key="decisions-due", type="tertiary"):
        open_dialog(page.text("decision.due_title"), body, width="medium")


def open_change(page: Page, before: Decision) -> None:
    """Open the form that changes a decision."""

    def body() -> None:
        _change_form(page, before)

    open_dialog(page.text("decision.title", number=before.number), body)


def _change_form(page: Page, before: Decision) -> None:
    """Draw the form on a decision as it stood when it was opened: whoever saves first wins, and the other is told."""
    text, key = page.text, f"change-{before.number}"
    with st.form(key, border=False, enter_to_submit=False):
        words = st.text_area(text("decision.text"), value=before.text, max_chars=LONGEST, key=f"{key}-text")
        owner = st.text_input(text("decision.owner"), value=before.owner, max_chars=LONGEST_NAME, key=f"{key}-owner")
        due = st.date_input(text("decision.due"), value=before.due, format="YYYY-MM-DD", key=f"{key}-due")
        status = st.selectbox(
            text("decision.status"),
            STATUSES,
            index=STATUSES.index(before.status),
            format_func=lambda name: text(f"decision.{name}"),
            key=f"{key}-status",
        )
        notes = st.text_area(text("decision.notes"), value=before.notes, max_chars=LONGEST, key=f"{key}-notes")
        name = author(text, key)
        saved = st.form_submit_button(text("decision.save"), type="primary")
    if not saved:
        return
    try:
        data.meeting(page.store).revise(
            before.number,
            before.revision,
            author=name,
            text=words,
            owner=owner,
            due=due,
            status=status,
            notes=notes,
        )
    except Refused as refused:
        _refuse(say(refused.finding, text.language))
        return
    st.rerun()


def _refuse(sentence: str) -> None:
    st.html(f'<div class="as-refused" role="alert">{escape(sentence)}</div>')
