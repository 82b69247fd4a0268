"""The table of the trade: each type and reason with its count, its cost and what to do, edited in the cell."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import controls, data, playbook, reasons
from dashboard.author import author, signed
from dashboard.components.table import Column, Entry, table
from dashboard.components.title import title
from dashboard.page import Page
from metrics.meeting import Advice
from metrics.words import Refused, say

SHOWN = 8
SIGNED = "advice"
ROW = 66  # streamlit wraps the words of a cell from 65 pixels on
CHANGES_SHOWN = 20
AUTHOR = 280
HEAD = 40
WIDTHS = {
    "type_words": 104, "reason_words": 104, "tickets": 64, "share": 70, "change": 112, "cost": 84, "advice": 444,
    "note": 292,
}  # fmt: skip
# A meeting magnifies the page, and the editor measures itself before that.
MEETING = 806
IN_MEETING = {
    "type_words": 80, "reason_words": 84, "tickets": 54, "share": 60, "change": 98, "cost": 68, "advice": 218,
    "note": 144,
}  # fmt: skip
NUMBERS = ("tickets", "share", "change", "cost")


def case_advice(page: Page, week: date) -> None:
    """Draw the panel; a cell that was edited is saved at once, under the name of who signed."""
    text, where = page.text, page.choices.where
    advised = data.meeting(page.store).advice(text.language)
    shares = data.compare(page.source, reasons.of_week("reason_share", reasons.PAIR, where, week), "before")
    costs = data.ask(page.source, reasons.of_week("aftersales_cost", reasons.PAIR, where, week))
    cases = playbook.playbook(shares, costs, _in_scope(advised, page), text)
    came = cases[: len(shares)]
    rests_on = text("reasons.playbook_rests_on", week=text.week(week))
    st.html(title(playbook.finding(came, text), rests_on))
    with st.container(width=AUTHOR):
        name = author(text, SIGNED)
    if not name:
        st.caption(text("reasons.sign_first"))
    entire = page.choices.rows == "all"
    advice_editor(page, cases if entire else came[:SHOWN], name, SIGNED)
    if len(cases) > SHOWN:
        words = text("reasons.fewer_rows", count=SHOWN) if entire else text("reasons.all_rows")
        st.button(words, type="tertiary", key="cases", on_click=controls.write, args=("rows", "" if entire else "all"))
    _history(page, advised)


def _in_scope(advised: list[Advice], page: Page) -> list[Advice]:
    """Return the advice on what the page is limited to."""
    return [
        each
        for each in advised
        if all(getattr(each, name) in page.choices.where[name] for name in reasons.PAIR if name in page.choices.where)
    ]


def advice_editor(page: Page, rows: pd.DataFrame, name: str, field: str) -> None:
    """Draw the rows of a playbook, whose advice and notes are edited in the cell by whoever has signed in `field`."""
    text = page.text
    # A key of its own for every revision: edits are kept by the place of their row, and rows change places.
    key = f"advice-{data.meeting(page.store).revision}-{len(rows)}-{page.choices.where!r}-{page.choices.week}"
    heads = ("type", "common", "tickets", "share", "change", "cost", "advice", "note")
    widths = IN_MEETING if page.choices.meeting else WIDTHS
    columns = {
        column: st.column_config.TextColumn(
            text(f"reasons.{head}"),
            alignment="right" if column in NUMBERS else "left",
            width=widths[column],
        )
        for column, head in zip(playbook.SHOWN, heads, strict=True)
    }
    st.data_editor(
        rows,
        key=key,
        hide_index=True,
        width=MEETING if page.choices.meeting else "stretch",
        height=ROW * len(rows) + HEAD,
        row_height=ROW,
        column_order=playbook.SHOWN,
        column_config=columns,
        disabled=[column for column in rows.columns if not name or column not in playbook.EDITED],
        on_change=_save,
        args=(page, rows, field, key),
        alt=text("reasons.playbook_alt"),
    )


def _save(page: Page, rows: pd.DataFrame, field: str, key: str) -> None:
    """Save the cells as they stand now, under the name that stands in `field` now."""
    if key not in st.session_state:
        return  # the page was left
    edited, name = st.session_state[key]["edited_rows"], signed(field)
    kept = playbook.edits(rows, edited)
    if len(kept) < len(edited):
        st.toast(page.text("reasons.not_kept"), icon=":material/error:")
    for kind, reason, advice, note in kept:
        try:
            data.meeting(page.store).advise(kind, reason, advice=advice, note=note, author=name)
        except Refused as refused:
            st.toast(say(refused.finding, page.text.language), icon=":material/error:")
        else:
            case = reasons.named({"type": kind, "reason": reason}, page.text)
            st.toast(page.text("reasons.kept", name=case), icon=":material/check:")


def _history(page: Page, advised: list[Advice]) -> None:
    text = page.text
    changes = [
        change
        for each in advised
        if each.at
        for change in data.meeting(page.store).advice_history(each.type, each.reason)
        if change.at
    ]
    with st.expander(text("reasons.history")):
        if not changes:
            st.caption(text("reasons.history_none"))
            return
        newest = sorted(changes, key=lambda change: change.revision, reverse=True)[:CHANGES_SHOWN]
        rows: list[list[Entry]] = [
            [
                text.moment(change.at) if change.at else "",
                change.author,
                reasons.named({"type": change.type, "reason": change.reason}, text),
                change.advice,
                change.note,
            ]
            for change in newest
        ]
        columns = [Column(text(f"reasons.{head}")) for head in ("at", "author", "about")]
        columns += [Column(text(f"reasons.{head}"), wrap=True) for head in ("advice", "note")]
        st.html(table(columns, rows, caption=text("reasons.history")))
