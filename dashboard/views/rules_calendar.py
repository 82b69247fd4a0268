"""The calendar of the platform's rules: what holds since when, what was announced, and the form for a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from html import escape
from itertools import pairwise

import streamlit as st

from dashboard import data
from dashboard.author import author
from dashboard.components.dialog import open_dialog
from dashboard.components.table import Column, Entry, Quiet, Stacked, table
from dashboard.components.title import title
from dashboard.page import Page
from metrics.meeting import ALWAYS, Policy
from metrics.meeting.changes import HOURS, WINDOW
from metrics.words import Refused, format_value, say

LONGEST_SOURCE = 200


def calendar(page: Page) -> None:
    """Draw the rules, the newest first, and the button for another."""
    text, now = page.text, page.now
    rules = sorted(data.meeting(page.store).policies(), key=lambda rule: rule.effective_from, reverse=True)
    past = [rule for rule in rules if rule.effective_from <= now]
    coming = len(rules) - len(past)
    # The newest first: of each name the first that has begun is in force, and those after it have been replaced.
    ended = {rule: after.effective_from for after, rule in _replaced(past)}
    head = text("rules.calendar_title", count=len(past) - len(ended), coming=coming)
    st.html(title(head, text("rules.calendar_rests")))
    names = ("since", "rule", "value", "told")
    columns = [Column(text(f"rules.{name}"), "right" if name == "value" else "left") for name in names]
    st.html(
        table(
            columns, [_cells(page, rule, ended.get(rule)) for rule in rules], caption=text("rules.calendar"), tall=True
        )
    )
    if not page.choices.meeting and st.button(text("rules.add"), key="add-policy", icon=":material/event:"):
        open_dialog(text("rules.add"), lambda: _form(page))


def _replaced(past: Sequence[Policy]) -> list[tuple[Policy, Policy]]:
    """Return each rule that no longer holds behind the one that came in its place; `past` has the newest first."""
    by_name: dict[str, list[Policy]] = {}
    for rule in past:
        by_name.setdefault(rule.name, []).append(rule)
    return [pair for rules in by_name.values() for pair in pairwise(rules)]


def _cells(page: Page, rule: Policy, ended: datetime | None) -> list[Entry]:
    text = page.text
    return [
        _since(page, rule, ended),
        text(f"glossary.policy_{rule.name}"),
        format_value(rule.value, "count", text.language),
        Stacked(f"{rule.announced_on:%Y-%m-%d}" if rule.announced_on else "–", rule.source),
    ]


def _since(page: Page, rule: Policy, ended: datetime | None) -> Entry:
    """Return since when a rule holds; of one that was replaced, until when it did."""
    text, since = page.text, f"{rule.effective_from:%Y-%m-%d}"
    always = rule.effective_from == ALWAYS
    if ended is not None:
        before = f"{ended:%Y-%m-%d}"
        return Quiet(text("rules.before_day", day=before)) if always else Stacked(since, text("rules.held", day=before))
    if rule.effective_from > page.now:
        return text("rules.not_yet", day=since)
    return Quiet(text("rules.always")) if always else since


def _form(page: Page) -> None:
    """Draw the fields of a rule; numbers follow it from the next import on, the calendar and the banner at once."""
    text = page.text
    with st.form("policy", border=False, enter_to_submit=False):
        name = st.selectbox(
            text("rules.rule"),
            (WINDOW, HOURS),
            format_func=lambda each: text(f"glossary.policy_{each}"),
            key="policy-name",
        )
        value = st.number_input(text("rules.value"), value=None, min_value=1.0, step=1.0, key="policy-value")
        since = st.date_input(text("rules.since"), value=None, format="YYYY-MM-DD", key="policy-since")
        told = st.date_input(text("rules.announced_on"), value=None, format="YYYY-MM-DD", key="policy-announced")
        source = st.text_input(text("rules.source"), max_chars=LONGEST_SOURCE, key="policy-source")
        signed = author(text, "policy")
        saved = st.form_submit_button(text("rules.save"), type="primary")
    st.html(f'<div class="as-note">{escape(text("rules.from_next"))}</div>')
    if not saved:
        return
    if value is None or since is None:
        _refuse(text("rules.incomplete"))
        return
    try:
        moment = datetime.combine(since, time())
        data.meeting(page.store).add_policy(name, moment, value, told, source, author=signed)
    except Refused as refused:
        _refuse(say(refused.finding, text.language))
        return
    st.rerun()


def _refuse(sentence: str) -> None:
    st.html(f'<div class="as-refused" role="alert">{escape(sentence)}</div>')
