"""原因与处理建议: which reasons rose, with which type, what each costs, and what to do about it."""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from dashboard import controls, data, reasons, wording
from dashboard.absent import absent
from dashboard.charts.shaded import shaded
from dashboard.components.ranked import Axis, ranked
from dashboard.components.state import state
from dashboard.components.table import Column, Entry, Quiet, Rate
from dashboard.components.title import title
from dashboard.filters import filter_bar
from dashboard.foot import foot
from dashboard.headline import cell
from dashboard.page import Page
from dashboard.views.case_advice import MEETING, case_advice
from dashboard.views.save_rates import save_rates
from dashboard.views.unmapped import unmapped
from metrics.meeting import SubjectKind
from metrics.words import value_label

SECTIONS = ("reasons", "pairs", "advice", "saved", "unmapped")
CELL, CELL_IN_MEETING = 36, 30
WIDTHS = {"reasons": 4, "pairs": 5}


def reasons_page(page: Page) -> None:
    """Draw the page."""
    filter_bar(page, reading=False)
    week = page.choices.week or page.source.last_full_week
    whole = data.ask(page.source, reasons.of_week("reason_share", (), page.choices.where, week))
    if not cell(whole.iloc[0]).known:
        with st.container(key="panel-reasons"):
            st.html(title(page.text("reasons.title")))
            st.html(_without_tickets(page, whole))
    else:
        _pictures(page, week, whole)
        if page.shows("advice"):
            with st.container(key="panel-advice"):
                case_advice(page, week)
    # What was offered and what is not mapped are no matter of one week.
    if page.shows("saved"):
        with st.container(key="panel-saved"):
            save_rates(page, week)
    if page.shows("unmapped"):
        unmapped(page)


def _without_tickets(page: Page, whole: pd.DataFrame) -> str:
    here = cell(whole.iloc[0])
    if here.n == 0 and here.status == "insufficient":
        return state(page.text("reasons.none"), page.text("reasons.none_body"))
    return absent(page, reasons.SHARE, whole)


def _pictures(page: Page, week: date, whole: pd.DataFrame) -> None:
    where = reasons.without(page.choices.where, *reasons.PAIR)
    pairs = data.compare(page.source, reasons.of_week("reason_share", reasons.PAIR, where, week), "before")
    shown = [section for section in ("reasons", "pairs") if page.shows(section)]
    for section, column in zip(
        shown, st.columns([WIDTHS[name] for name in shown], gap="small") if shown else (), strict=True
    ):
        with column, st.container(key=f"panel-{section}", height="stretch"):
            if section == "reasons":
                _bars(page, week, pairs, whole)
            else:
                _square(page, pairs)


def _bars(page: Page, week: date, pairs: pd.DataFrame, whole: pd.DataFrame) -> None:
    text, language = page.text, page.text.language
    where = reasons.without(page.choices.where, "reason")
    frame = data.compare(page.source, reasons.of_week("reason_share", ("reason",), where, week), "before")
    if frame.empty:
        st.html(state(text("reasons.none"), text("reasons.none_body")))
        return
    frame = frame.sort_values("numerator", ascending=False, kind="stable", ignore_index=True)
    rests_on = text(
        "reasons.rests_on",
        week=text.week(week),
        count=wording.count(float(whole["n"].iloc[0]), text),
        as_of=text.moment(page.source.as_of),
    )
    # Limited to one type, every reason is mostly of that type.
    causes = pairs.head(0) if "type" in where else pairs
    st.html(title(reasons.finding(frame, causes, text), rests_on))
    _next_step(page, reasons.risen_pair(frame, pairs))
    up, axis = reasons.risen(frame), Axis.of(frame)
    rows: list[list[Entry]] = []
    for row in frame.to_dict("records"):
        here = cell(pd.Series(row))
        first = up is not None and reasons.code(row["reason"]) == reasons.code(up["reason"])
        hint = wording.interval(here.low, here.high, reasons.SHARE, text) if here.has_interval else ""
        share = wording.value(here.value, reasons.SHARE, text)
        rows.append(
            [
                value_label("reason", row["reason"], language),
                axis.bar(here.value, here.low, here.high, first=first),
                Rate(share, wording.count(here.numerator, text), hint) if here.known else Quiet(share),
                reasons.change(row, text),
            ]
        )
    codes = [reasons.code(value) for value in frame["reason"]]
    only = page.choices.where.get("reason", ())
    ranked(
        (
            Column(text("reasons.reason")),
            Column(""),
            Column(text("reasons.share_count"), align="right"),
            Column(text("reasons.change"), align="right"),
        ),
        rows,
        key="reasons",
        caption=text("reasons.share"),
        names=[
            text("reasons.again" if only == (name,) else "reasons.only", name=value_label("reason", name, language))
            for name in codes
        ],
        chosen=codes.index(only[0]) if len(only) == 1 and only[0] in codes else None,
        pick=lambda place: _pick("reason", codes[place], only == (codes[place],)),
    )
    count = wording.count(float(whole["numerator"].iloc[0]), text)
    asked = reasons.of_week("reason_share", (), page.choices.where, week)
    subject = codes[0] if up is None else reasons.code(up["reason"])
    if len(only) == 1 and only[0] in codes:
        subject = codes[codes.index(only[0])]
    about: tuple[SubjectKind, str] | None = None if subject is None else ("reason", subject)
    foot(page, asked, text("reasons.open", count=count), "reasons", about=about)


def _next_step(page: Page, pair: tuple[str | None, str | None] | None) -> None:
    """Draw what to do about the case that the title speaks of, where somebody has said so."""
    known = {(each.type, each.reason): each for each in data.meeting(page.store).advice(page.text.language)}
    if pair in known and known[pair].advice:
        st.html(f'<p class="as-note">{escape(page.text("reasons.advised", advice=known[pair].advice))}</p>')


def _pick(dimension: str, value: str | None, again: bool) -> None:
    """Limit the page to a row; the same row once more lifts the limit."""
    controls.release(dimension) if again else controls.limit(dimension, value)


def _square(page: Page, pairs: pd.DataFrame) -> None:
    text = page.text
    if pairs.empty:
        st.html(state(text("reasons.none"), text("reasons.none_body")))
        return
    square = reasons.Crossed.of(pairs)
    numbers, words = square.labelled(text)
    st.html(title(reasons.pair_finding(pairs, text), text("reasons.cells")))
    cell = CELL_IN_MEETING if page.choices.meeting else CELL
    key = "cells-" + "-".join(str(page.choices.where.get(name)) for name in reasons.PAIR)
    st.dataframe(
        shaded(numbers, words, page.colours),
        key=key,
        width=MEETING if page.choices.meeting else "stretch",
        height=cell * (len(words) + 1) + 3,
        row_height=cell,
        on_select=partial(_pick_cell, key, square, list(words.columns)),
        selection_mode="single-cell",
        column_config={name: st.column_config.TextColumn(alignment="center") for name in words.columns},
        alt=text("reasons.cells_alt"),
    )


def _pick_cell(key: str, square: reasons.Crossed, labels: list[str]) -> None:
    """Limit the page to the type and the reason of the cell that was picked."""
    cells = controls.picked(key, "cells")
    if not cells:
        return
    row, column = cells[0]
    controls.limit("reason", square.reasons[row])
    controls.limit("type", square.types[labels.index(column)])
