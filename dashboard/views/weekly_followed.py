"""上周决议: what was decided, what came of it, and status and progress brought up to date in place."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import data
from dashboard.author import author, signed
from dashboard.components.title import title
from dashboard.decision import LONGEST, STATUSES
from dashboard.page import Page
from dashboard.reviewed.live import brought_up
from dashboard.reviewed.worded import followed_finding
from dashboard.text import Text
from metrics.export.masking import strike_out
from metrics.meeting import Decision
from metrics.review.model import Followed, Outcome, Review
from metrics.words import Refused, say

SIGNED = "followed"
VERDICTS = {"worked": "better", "not_worked": "worse", "unclear": "unclear", "early": "unclear"}


def followed(page: Page, review: Review) -> None:
    """Draw the section; what is typed is saved at once, under the name of who signed."""
    text = page.text
    each = brought_up(review.followed, data.meeting(page.store).decisions(), review.as_of.date())
    head, sign = st.columns([3, 1], vertical_alignment="center")
    with head:
        st.html(title(followed_finding(each, text), text("weekly.followed_rests_on")))
    with sign:
        name = author(text, SIGNED, low=True)
    with st.container(key="followed"):
        for one in each:
            _row(page, one, name)


def _row(page: Page, one: Followed, name: str) -> None:
    """Draw one decision. Its fields have a key for every revision: what somebody else has saved is seen at once."""
    text, key = page.text, f"followed-{one.number}"
    status, notes = f"{key}-status-{one.revision}", f"{key}-notes-{one.revision}"
    saved = (page, one, status, notes)
    with st.container(key=f"one-{key}", gap=None):
        said, changed, progress = st.columns([15, 4, 6], gap="small", vertical_alignment="center")
        with said:
            st.html(_said(one, text))
        with changed:
            st.selectbox(
                text("decision.status"),
                STATUSES,
                index=STATUSES.index(one.status),
                format_func=lambda each: text(f"decision.{each}"),
                label_visibility="collapsed",
                key=status,
                disabled=not name,
                on_change=_save,
                args=saved,
            )
        with progress:
            st.text_input(
                text("decision.notes"),
                value=one.notes,
                max_chars=LONGEST,
                placeholder=text("decision.notes" if name else "weekly.sign_first"),
                label_visibility="collapsed",
                key=notes,
                disabled=not name,
                on_change=_save,
                args=saved,
            )
        refused = st.session_state.get(_conflict(one.number))
        if refused:
            st.html(f'<div class="as-refused as-conflict" role="alert">{refused}</div>')


def _said(one: Followed, text: Text) -> str:
    parts = [one.owner, text("decision.until", day=f"{one.due:%m-%d}")]
    parts += [one.about[text.language]] if one.about[text.language] else []
    late = f' <b class="as-worse">{escape(text("weekly.overdue"))}</b>' if one.overdue else ""
    carried = f" · {escape(text('weekly.carried', week=text.week(one.week)))}" if one.carried else ""
    outcome = "" if one.outcome is None else _outcome(one.outcome, text)
    return (
        f'<div class="as-decision"><b>{escape(strike_out(one.text))}</b>'
        f"<small>{escape(' · '.join(parts))}{carried}{late}</small>{outcome}</div>"
    )


def _outcome(outcome: Outcome, text: Text) -> str:
    word, sentence = text(f"weekly.result_{outcome.result}"), outcome.sentence[text.language]
    if sentence.lower().startswith(word.lower()):  # it says the result itself, which stands before it in its colour
        sentence = sentence[len(word) :].lstrip(":： ")
    return f'<p class="as-outcome"><b class="as-{VERDICTS[outcome.result]}">{escape(word)}</b> {escape(sentence)}</p>'


def _conflict(number: int) -> str:
    return f"followed-conflict-{number}"


def _save(page: Page, one: Followed, status: str, notes: str) -> None:
    """Save what stands in the fields of a decision that looked like `one` when they were drawn.

    Whoever is quick changes the second field before the page was drawn with the first. What he has before him then is
    his own change, so that this is no conflict.
    """
    text, meeting, mine = page.text, data.meeting(page.store), st.session_state
    if status not in mine:
        return  # the page was left
    mine.pop(_conflict(one.number), None)
    own = f"followed-own-{one.number}-{one.revision}"
    before, typed = mine.get(own, one.revision), {"status": mine[status], "notes": mine[notes]}
    now = _as_it_stands(page, one.number)
    if now.revision == before and typed == {"status": now.status, "notes": now.notes}:
        return  # the callback of the first field has saved both
    try:
        mine[own] = meeting.revise(one.number, before, author=signed(SIGNED), **typed)
    except Refused as refused:
        words = escape(say(refused.finding, text.language))
        if refused.finding.code == "meeting.decision_changed":
            words = _both(_as_it_stands(page, one.number), mine[status], mine[notes], text)
        mine[_conflict(one.number)] = words


def _as_it_stands(page: Page, number: int) -> Decision:
    return next(each for each in data.meeting(page.store).decisions() if each.number == number)


def _both(now: Decision, status: str, notes: str, text: Text) -> str:
    """Return the HTML of what somebody else has saved meanwhile, and of what was typed here and is not saved."""
    lines = [
        text("weekly.theirs", author=now.author, text=_state(now.status, now.notes, text)),
        text("weekly.yours", text=_state(status, notes, text)),
    ]
    return f"<p>{escape(text('weekly.conflict'))}</p>" + "".join(f"<p>{escape(line)}</p>" for line in lines)


def _state(status: str, notes: str, text: Text) -> str:
    return " · ".join(part for part in (text(f"decision.{status}"), notes) if part)
