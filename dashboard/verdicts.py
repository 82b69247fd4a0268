"""Verdicts on flags: whoever has looked at the goods says whether the batch was bad, and the next version counts it."""

from __future__ import annotations

from html import escape
from typing import get_args

import streamlit as st

from dashboard import data, judged
from dashboard.author import author
from dashboard.components.dialog import open_dialog
from dashboard.page import Page
from metrics.batches.report import SpikeReport
from metrics.meeting import Verdict, VerdictName
from metrics.words import Refused, say

LONGEST = 200
ICONS: dict[VerdictName, str] = {"confirmed": ":material/check_circle:", "false_alarm": ":material/cancel:"}
Batch = tuple[str, str, str]


def standing(page: Page) -> dict[Batch, Verdict]:
    """Return the verdict that stands on each batch, by shop, SKU and batch."""
    return {(each.shop, each.sku_id, each.batch_id): each for each in data.meeting(page.store).verdicts()}


def verdict_buttons(page: Page, report: SpikeReport, row: judged.Row) -> None:
    """Draw one button for each verdict; it asks for a note and a name before it is kept."""
    for word in get_args(VerdictName):
        if st.button(page.text(f"batches.give_{word}"), key=f"verdict-{word}", icon=ICONS[word]):
            _open_form(page, report, row, word)


def verdict_line(page: Page, report: SpikeReport, row: judged.Row) -> None:
    """Draw the verdict that stands, who gave it, when, and since when it counts; nothing where there is none."""
    text = page.text
    batch = (row["shop"], row["sku_id"], row["batch_id"])
    given = standing(page).get(batch)
    if given is None:
        return
    counted = (*batch, given.verdict) in data.counted_verdicts(page.source)
    told = [given.author, text.moment(given.at.astimezone(data.zone(page.source)))]
    told += [given.note] if given.note else []
    told.append(text("batches.counted", version=page.source.version) if counted else text("batches.counts_next"))
    word = text(f"batches.stands_{given.verdict}")
    with st.container(key="verdict", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="as-decision"><b>{escape(word)}</b><small>{escape(" · ".join(told))}</small></div>')
        if st.button(text("batches.withdraw"), key="verdict-withdraw", type="tertiary"):
            _open_withdrawal(page, report, row)


def _open_form(page: Page, report: SpikeReport, row: judged.Row, word: VerdictName) -> None:
    text = page.text

    def body() -> None:
        with st.form("verdict", border=False, enter_to_submit=False):
            st.html(f'<div class="as-note">{escape(text(f"batches.{word}_means", batch=judged.name(row)))}</div>')
            note = st.text_area(text("batches.note"), max_chars=LONGEST, key="verdict-note")
            name = author(text, "verdict")
            saved = st.form_submit_button(text("batches.save_verdict"), type="primary")
        if not saved:
            return
        batch = (row["shop"], row["sku_id"], row["batch_id"])
        try:
            data.meeting(page.store).give_verdict(*batch, word, judged_on=report.as_of, author=name, note=note)
        except Refused as refused:
            st.html(f'<div class="as-refused" role="alert">{escape(say(refused.finding, text.language))}</div>')
            return
        st.rerun()

    open_dialog(text(f"batches.give_{word}"), body)


def _open_withdrawal(page: Page, report: SpikeReport, row: judged.Row) -> None:
    text = page.text

    def body() -> None:
        with st.form("withdrawal", border=False, enter_to_submit=False):
            name = author(text, "withdrawal")
            saved = st.form_submit_button(text("batches.withdraw"), type="primary")
        if not saved:
            return
        batch = (row["shop"], row["sku_id"], row["batch_id"])
        try:
            data.meeting(page.store).withdraw_verdict(*batch, judged_on=report.as_of, author=name)
        except Refused as refused:
            st.html(f'<div class="as-refused" role="alert">{escape(say(refused.finding, text.language))}</div>')
            return
        st.rerun()

    open_dialog(text("batches.withdraw"), body)
