"""Reason texts that nobody has mapped yet: counted as "other" until somebody says here what they mean."""

from __future__ import annotations

from hashlib import sha256
from html import escape
from typing import get_args

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.author import author, signed
from dashboard.components.state import state
from dashboard.components.title import title
from dashboard.page import Page
from metrics.meeting import Liable, ReasonName
from metrics.words import Refused, say, value_label

SHOWN = 8
AUTHOR = 280
SIGNED = "mapping"
REASONS = get_args(ReasonName)
LIABLE = get_args(Liable)
TEXTS = (
    "SELECT reason_text, COUNT(*) AS tickets, MAX(requested_at) AS last_seen FROM tickets WHERE reason_text <> '' "
    "AND reason_text NOT IN (SELECT reason_text FROM reasons) GROUP BY reason_text ORDER BY tickets DESC, reason_text"
)


def unmapped(page: Page) -> None:
    """Draw the panel: a row a text, with what it counts as and who is liable."""
    text = page.text
    found = data.sql(page.source, TEXTS)
    told = data.sql(page.source, "SELECT 1 FROM tickets WHERE reason_text <> '' LIMIT 1") if found.empty else found
    with st.container(key="panel-unmapped"):
        if not found.empty:
            _mapping(page, found)
            return
        st.html(title(text("reasons.mapping")))
        if told.empty:
            st.html(state(text("state.not_available"), text("reasons.unmapped_absent")))
        else:
            st.html(state(text("reasons.unmapped_none"), text("reasons.unmapped_rests_on")))


def _mapping(page: Page, found: pd.DataFrame) -> None:
    text = page.text
    tickets = f"{int(found['tickets'].sum()):,}"
    head = text("reasons.unmapped", count=len(found), tickets=tickets)
    st.html(title(head, text("reasons.unmapped_rests_on")))
    with st.container(width=AUTHOR):
        name = author(text, SIGNED)
    since = {each.reason_text: each for each in data.meeting(page.store).reasons()}
    for _, row in found.head(SHOWN).iterrows():
        known = since.get(str(row["reason_text"]))
        if known is None:
            _picker(page, row, name)
        else:
            language = text.language
            words = text(
                "reasons.mapped",
                reason=value_label("reason", known.reason, language),
                liable=value_label("liable", known.liable, language),
            )
            st.html(f'<div class="as-unmapped"><b>{escape(known.reason_text)}</b> {escape(words)}</div>')


def _picker(page: Page, row: pd.Series, name: str) -> None:
    text, language = page.text, page.text.language
    written = str(row["reason_text"])
    # What a stranger wrote into an export is no name for a widget.
    key = sha256(written.encode()).hexdigest()[:12]
    seen = "" if pd.isna(row["last_seen"]) else f" · {text('reasons.last_seen')} {row['last_seen']:%Y-%m-%d}"
    words, reason_place, liable_place, button_place = st.columns([5, 3, 3, 2], vertical_alignment="bottom")
    words.html(
        f'<div class="as-unmapped"><b>{escape(written)}</b><small>{escape(text("reasons.tickets"))} '
        f"{int(row['tickets']):,}{escape(seen)}</small></div>"
    )
    reason_key, liable_key = f"map-reason-{key}", f"map-liable-{key}"
    reason_place.selectbox(
        text("reasons.as_reason"),
        REASONS,
        index=REASONS.index("other"),
        key=reason_key,
        format_func=lambda value: value_label("reason", value, language),
    )
    liable_place.selectbox(
        text("reasons.as_liable"),
        LIABLE,
        index=LIABLE.index("none"),
        key=liable_key,
        format_func=lambda value: value_label("liable", value, language),
    )
    button_place.button(
        text("reasons.map"),
        key=f"map-{key}",
        disabled=not name,
        help=None if name else text("reasons.sign_first"),
        width="stretch",
        on_click=_map,
        args=(page, written, reason_key, liable_key),
    )


def _map(page: Page, written: str, reason_key: str, liable_key: str) -> None:
    """Save what stands in the fields now: whoever is quick presses before the page was drawn with what he chose."""
    language = page.text.language
    reason: ReasonName = st.session_state[reason_key]
    liable: Liable = st.session_state[liable_key]
    try:
        data.meeting(page.store).map_reason(written, reason, liable, author=signed(SIGNED))
    except Refused as refused:
        st.toast(say(refused.finding, language), icon=":material/error:")
        return
    words = page.text("reasons.mapped_toast", text=written, reason=value_label("reason", reason, language))
    st.toast(words, icon=":material/check:")
