"""自助分析: any metric, split in any way that the data allow, as a table and as the picture that its shape asks for."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import controls, data, download, wording
from dashboard.absent import absent
from dashboard.asking import address_of, asked, of_row, put
from dashboard.components.state import state
from dashboard.components.title import title
from dashboard.decision import decision_button
from dashboard.download import downloads, origin
from dashboard.explored.answer import Answer, drawn_behind, in_labels
from dashboard.explored.finding import finding, ranked
from dashboard.explored.spelled import in_python
from dashboard.explored.table import table_of
from dashboard.filters import filter_bar
from dashboard.headline import cell
from dashboard.number import open_number
from dashboard.page import Page
from dashboard.views.explore_form import form
from dashboard.views.explore_picture import picture
from metrics import Question
from metrics.words import format_value, say

MOST_ROWS = 1000
ROW = 36
TALLEST = 8
"""Rows of the table in sight; the others are scrolled to."""


def explore(page: Page) -> None:
    """Draw the page."""
    question, against = asked(page.choices, page.source.last_full_week), page.choices.against
    filter_bar(page, week=False, reading=False, asked=address_of(question, against))
    with st.container(key="panel-ask"):
        form(page, question, against)
    with st.spinner(page.text("explore.asking"), show_time=True):
        answer = _ask(page, question)
    with st.container(key="panel-answer"):
        if not answer.frame["n"].any() or answer.frame["status"].eq("not_available").all():
            st.html(title(answer.metric.label(page.text.language)))
            st.html(_nothing(page, answer))
            _way_out(page, answer)
            return
        st.html(title(finding(answer, page.text), _rests_on(page, answer)))
        left, right = st.columns([9, 11], gap="medium")
        with left:
            picture(page, answer)
        with right:
            _table(page, answer)
    _elsewhere(page, answer)


def _ask(page: Page, question: Question) -> Answer:
    against = page.choices.against
    frame = data.ask(page.source, question) if against == "none" else data.compare(page.source, question, against)
    if question.by and not question.grain and "finding" not in frame.attrs:
        frame = ranked(frame, question.definition).reset_index(drop=True)
    entire = cell(data.ask(page.source, replace(question, by=(), grain=None)).iloc[0])
    if question.definition.kind == "part":  # shares that add up to one have no whole to be compared with
        entire = replace(entire, value=float("nan"), low=float("nan"), high=float("nan"))
    return Answer(question, against, frame, entire, page.source.as_of.date())


def _way_out(page: Page, answer: Answer) -> None:
    """Offer the whole in the reading that has no dates to miss, where that can be told and this one cannot."""
    if "final" not in answer.metric.readings or answer.question.reading_asked == "final":
        return
    final = replace(answer.question, reading="final", grain=None, rolling=None, start=None, stop=None)
    if cell(data.ask(page.source, replace(final, by=())).iloc[0]).known:
        st.button(page.text("explore.as_final"), key="as-final", on_click=put, args=(final, answer.against))


def _nothing(page: Page, answer: Answer) -> str:
    """Return why there is no answer: it cannot be asked like this, its export is missing, or the range is empty."""
    text = page.text
    if "finding" in answer.frame.attrs:
        return state(text("explore.cannot"), say(in_labels(answer.frame.attrs["finding"], text), text.language))
    if len(answer.frame) and answer.frame["status"].eq("not_available").all():
        return absent(page, answer.metric, answer.frame)
    return state(text("explore.nothing"), text("explore.nothing_body"))


def _table(page: Page, answer: Answer) -> None:
    """Draw the rows with their statuses; one that is picked opens, and the page can be limited to it."""
    text, frame = page.text, answer.frame
    if answer.question.grain:  # the newest on top
        frame = frame.sort_values("period", ascending=False, kind="stable")
    frame = frame.head(MOST_ROWS)
    shown = table_of(replace(answer, frame=frame), text)
    unit, language = answer.metric.unit, text.language
    numbers = [str(name) for name in shown if pd.api.types.is_float_dtype(shown[name])]

    def worded(value: object) -> str:
        return format_value(float(str(value)), unit, language)

    styled = shown.style.format(dict.fromkeys(numbers, worded))
    right: dict[str, ColumnConfig] = {
        name: st.column_config.Column(alignment="right") for name in (*numbers, text("explore.fraction"))
    }
    # What a status says is never cut; the interval and the fraction are as wide as they get, and the rest grows.
    widths = {text("drawer.status"): 190, text("drawer.interval"): 112}
    narrow = {name: st.column_config.Column(width=width) for name, width in widths.items()}
    picked = st.dataframe(
        styled,
        hide_index=True,
        height="content" if len(frame) <= TALLEST else ROW * (TALLEST + 1),
        row_height=ROW,
        placeholder="—",
        column_config=right | narrow,
        key="table",
        on_select="rerun",
        selection_mode="single-row",
        alt=text("explore.table_alt", metric=answer.metric.label(language)),
    )
    if len(answer.frame) > MOST_ROWS:
        words = text("explore.most_rows", count=MOST_ROWS, all=len(answer.frame))
        st.html(f'<p class="as-note">{escape(words)}</p>')
    rows = picked["selection"]["rows"]
    with st.container(horizontal=True, key="row-verbs", vertical_alignment="center"):
        if rows and rows[0] < len(frame):
            _verbs(page, answer, frame.iloc[rows[0]])
        else:
            st.html(f'<p class="as-note">{escape(text("explore.pick"))}</p>', width="content")
            if st.button(text("explore.open_all"), key="open-all", type="tertiary", icon=":material/list:"):
                open_number(page, answer.question)
    downloads(
        page,
        lambda: {answer.metric.label(language): answer.frame.assign()},
        origin(page, answer.question, finding(answer, text)),
        answer.question.metric,
        "answer",
    )


def _verbs(page: Page, answer: Answer, row: pd.Series) -> None:
    """Draw what can be done with the row that is picked."""
    one = of_row(answer.question, row.to_dict(), answer.as_of)
    if st.button(page.text("explore.open"), key="open-row", icon=":material/list:"):
        open_number(page, one)
    if answer.question.by:
        only = replace(answer.question, where=one.where)
        st.button(
            page.text("explore.only"),
            key="only-row",
            icon=":material/filter_alt:",
            on_click=put,
            args=(only, answer.against),
        )


def _elsewhere(page: Page, answer: Answer) -> None:
    """Draw the same question for a notebook, as a link and word by word."""
    decision_button(page, "metric", answer.metric.name, "explore")
    with st.expander(page.text("explore.python"), icon=":material/code:", key="python"):
        link = controls.link(page.choices, address_of(answer.question, answer.against))
        st.code(in_python(answer.question, answer.against, link), language="python", wrap_lines=True)


def _rests_on(page: Page, answer: Answer) -> str:
    """Return the small line under the finding: reading and limits, period, and the number of all groups together."""
    text = page.text
    parts = [download.asked(page, answer.question), download.days(page, answer.question) or text("explore.always")]
    if answer.whole.known and answer.question.by:
        value = wording.value(answer.whole.value, answer.metric, text)
        key = "explore.whole_line" if drawn_behind(answer) else "explore.whole"
        parts.append(text(key, value=value, fraction=wording.fraction(answer.whole, text)))
    return " · ".join(parts)
