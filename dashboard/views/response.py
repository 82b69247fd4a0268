"""时效待办: the tickets that wait, the most urgent first, and when tickets are answered too late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import pandas as pd
import streamlit as st

from dashboard import controls, data, response, tonight
from dashboard.absent import absent
from dashboard.alarm_tab import sound_switch
from dashboard.choices import Due
from dashboard.components.ranked import ranked
from dashboard.components.state import state
from dashboard.components.strip import note
from dashboard.components.table import Bar, Column, Entry, Quiet, table
from dashboard.components.title import title
from dashboard.decision import decision_button, decisions_about
from dashboard.download import downloads, origin
from dashboard.filters import filter_bar
from dashboard.headline import cell
from dashboard.page import Page
from dashboard.views.answered import CLOCK, clock, handlers, in_time
from dashboard.views.ordering import ordering
from dashboard.views.promotion import promotion
from dashboard.views.repairs import repairs
from metrics import Question
from metrics.response import counted_from, outlook
from metrics.words import Refused, say

SECTIONS = ("queue", "classes", "promotion", "clock", "handlers", "repairs")
SHOWN, SHOWN_IN_MEETING = 10, 7
DECIDING = ("queue", "promotion")
"""Panels that place their own button for a decision."""


def response_page(page: Page) -> None:
    """Draw the page."""
    filter_bar(page, week=False, reading=False)
    try:
        waiting = data.queue(page.source, page.now, page.choices.where)
    except Refused as refused:
        limited = data.ask(page.source, in_time(page))
        if "finding" in limited.attrs:
            st.html(absent(page, response.IN_TIME, limited))
        elif refused.finding.code == "query.no_answers":
            st.html(state(page.text("response.no_answers"), say(refused.finding, page.text.language)))
        else:
            raise
        return
    if not page.choices.meeting:
        with st.container(horizontal=True, key="watch", vertical_alignment="center"):
            old = response.stale(page.source.as_of, page.now, page.text, counted_from(waiting))
            if old:
                st.html(note(old))
            sound_switch(page)
    panels = {
        "queue": lambda: _queue(page, waiting),
        "classes": lambda: _classes(page, waiting),
        "promotion": lambda: promotion(page),
        "clock": lambda: _past(page, data.ask(page.source, in_time(page, without=CLOCK)), clock),
        "handlers": lambda: _past(page, data.ask(page.source, in_time(page)), handlers),
        "repairs": lambda: repairs(page),
    }
    if page.choices.meeting:
        _panels(page, panels, SECTIONS)
        return
    left, right = st.columns([9, 5], gap="small")
    with left:
        _panels(page, panels, ("queue", "promotion", "clock"))
    with right:
        _panels(page, panels, ("classes", "repairs", "handlers"))


def _panels(page: Page, panels: Mapping[str, Callable[[], None]], names: Sequence[str]) -> None:
    for name in names:
        if page.shows(name):
            with st.container(key=f"panel-{name}"):
                panels[name]()
                if name not in DECIDING and not page.choices.meeting:
                    decision_button(page, *response.ABOUT, name)


def _past(page: Page, whole: pd.DataFrame, draw: Callable[[Page, pd.DataFrame], None]) -> None:
    """Draw what was answered in time, or why that cannot be told yet."""
    if cell(whole.iloc[0]).known:
        draw(page, whole)
    else:
        st.html(title(response.IN_TIME.label(page.text.language)))
        st.html(absent(page, response.IN_TIME, whole))


def _queue(page: Page, waiting: pd.DataFrame) -> None:
    text, due = page.text, page.choices.due
    rows = response.in_order(waiting if due is None else response.in_class(waiting, due), page.choices.order)
    head = say(outlook(waiting, response.WITHIN), text.language)
    if rows.empty:
        everything = len(data.queue(page.source, page.now, {}))
        here = "none_here" if everything else "none"
        st.html(title(text(f"response.{here}") if waiting.empty else head, _rests_on(page, waiting)))
        st.html(state(text(f"response.{here}_body", count=everything)))
        return
    st.html(title(head, _rests_on(page, waiting)))
    entire = page.choices.rows == "all"
    few = SHOWN_IN_MEETING if page.choices.meeting else SHOWN
    shown = rows if entire else rows.head(few)
    columns = [
        Column(text(f"response.col_{name}"), align="right" if name == "loss" else "left") for name in response.COLUMNS
    ]
    listed = [response.cells(row, text) for row in shown.to_dict("records")]
    if not page.choices.meeting:
        ordering(page, response.exchanges(waiting, text))
    with st.container(key="queue"):
        st.html(table(columns, listed, caption=text(f"response.queue_{page.choices.order}"), tall=True))
    with st.container(horizontal=True, key="queue-foot", vertical_alignment="center"):
        if len(rows) > few:
            words = text("response.fewer", count=few) if entire else text("response.more", count=len(rows))
            st.button(
                words, type="tertiary", key="rows", on_click=controls.write, args=("rows", "" if entire else "all")
            )
        with st.popover(text("response.copy", count=len(shown)), icon=":material/content_copy:"):
            st.code("\n".join(shown["ticket_id"].astype(str)), language=None, height=240)
        decision_button(page, *response.ABOUT, "queue")
        if not page.choices.meeting:
            question = Question(response.IN_TIME.name, where=page.choices.where)
            downloads(
                page,
                lambda: {text("response.sheet"): rows},
                origin(page, question, text("response.sheet")),
                "queue",
                "q",
            )
    if not page.choices.meeting:
        decisions_about(page, *response.ABOUT, "queue")


def _rests_on(page: Page, waiting: pd.DataFrame) -> str:
    text = page.text
    if waiting.empty:
        return text("trend.as_of", as_of=text.moment(page.source.as_of))
    hours = waiting["policy_hours"].dropna()
    least, most = hours.min(), hours.max()
    rule = (
        text("response.rule", hours=f"{least:g}")
        if least == most
        else text("response.rules", least=f"{least:g}", most=f"{most:g}")
    )
    moments = counted_from(waiting)
    now = " / ".join(text.moment(moment) for moment in sorted(moments))
    return text("response.rests_on", count=len(waiting), rule=rule, now=now)


def _classes(page: Page, waiting: pd.DataFrame) -> None:
    """Draw how many tickets have how much time left; a click on a bar keeps these alone in the queue."""
    text = page.text
    if waiting.empty:
        st.html(title(text("response.class")))
        st.html(state(text("response.none_here" if page.choices.where else "response.none")))
        return
    st.html(title(*tonight.words(data.tonight(page.source, page.now, page.choices.where), text)))
    st.html(f'<div class="as-note">{escape(response.class_finding(waiting, text))}</div>')
    classes: list[Due] = list(response.CLASSES)
    sizes = [len(response.in_class(waiting, name)) for name in classes]
    chosen = page.choices.due
    rows: list[list[Entry]] = [
        [
            text(f"response.class_{name}"),
            Bar(size / max(sizes), first=name == "late"),
            f"{size:,}" if size else Quiet("0"),
        ]
        for name, size in zip(classes, sizes, strict=True)
    ]
    ranked(
        (Column(text("response.class")), Column(""), Column(text("response.tickets"), align="right")),
        rows,
        key="classes",
        caption=text("response.class"),
        names=[
            text("response.again" if name == chosen else "response.only", name=text(f"response.class_{name}"))
            for name in classes
        ],
        chosen=classes.index(chosen) if chosen else None,
        pick=lambda place: controls.write("due", "" if classes[place] == chosen else classes[place]),
    )
