"""The picture of an answer, by the shape of its question: lines, bars, a shaded table, or one number."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from dashboard import controls, wording
from dashboard.asking import FINER, groups, of_row, plain, put
from dashboard.charts.bars import MOST_BARS, bars
from dashboard.charts.lines import MOST_LINES, Line, lines
from dashboard.charts.trend import TICKS, trend
from dashboard.components.state import state
from dashboard.explored.answer import Answer, drawn_behind, group_name, hover, period_name, state_words
from dashboard.explored.finding import is_apart
from dashboard.explored.periods import settled
from dashboard.headline import cell
from dashboard.page import Page
from dashboard.text import Text
from dashboard.views.explore_cells import shaded_cells
from dashboard.views.explore_parts import alt, limit, note

MOST_PERIODS = 400
"""Periods of a line: half the screen has no more points, and a browser slows down long before it shows them."""
PLAIN = {"displayModeBar": False}


def picture(page: Page, answer: Answer) -> None:
    """Draw the answer; a click on a bar, a point or a cell limits the page to it."""
    question = answer.question
    if question.grain and question.by:
        _lines(page, answer)
    elif question.grain:
        _trend(page, answer)
    elif len(question.by) == 1:
        _bars(page, answer)
    elif question.by:
        shaded_cells(page, answer)
    else:
        _one(page, answer)


def _drawn(answer: Answer) -> pd.DataFrame:
    """Return the newest periods, without the numbers of those of which only the first days count."""
    frame = answer.frame.dropna(subset="period")
    starts = frame["period"].drop_duplicates().sort_values()
    frame = frame[frame["period"].isin(starts.tail(MOST_PERIODS))].copy()
    young = ~settled(frame, answer.question, answer.as_of)
    frame.loc[young, ["value", "low", "high"]] = float("nan")
    return frame


def _hovers(page: Page, answer: Answer, frame: pd.DataFrame) -> list[str]:
    whole = settled(frame, answer.question, answer.as_of)
    rows = frame.to_dict("records")
    return [hover(answer, row, page.text, whole=told) for row, told in zip(rows, whole, strict=True)]


def _trend(page: Page, answer: Answer) -> None:
    frame = _drawn(answer)
    if frame[["value", "projected"]].notna().any(axis=1).sum() < 1:
        st.html(_nothing_to_draw(answer, page.text))
        return
    figure = trend(
        frame,
        page.colours,
        unit=answer.metric.unit,
        hover=_hovers(page, answer, frame),
        young_label=page.text("trend.young"),
        height=370,
    )
    starts = frame["period"].tolist()[:: max(1, round(len(frame) / TICKS))]
    figure.update_xaxes(tickvals=starts, ticktext=_ticks(answer, starts, page.text))
    figure.update_layout(clickmode="event+select", hovermode="closest")

    def open_period() -> None:
        points = controls.picked("picture", "points")
        finer = FINER.get(answer.question.grain or "day")
        if points and finer:
            one = of_row(answer.question, {"period": pd.Timestamp(points[0]["x"])}, answer.as_of)
            put(replace(one, grain=finer, by=()), answer.against)

    st.plotly_chart(
        figure, theme=None, key="picture", config=PLAIN, on_select=open_period, selection_mode="points",
        alt=alt(answer, page.text),
    )  # fmt: skip
    _note_folded(page, answer)


def _lines(page: Page, answer: Answer) -> None:
    frame = _drawn(answer)
    found = [
        (key, rows)
        for key, rows in groups(frame, answer.question.by)
        if rows[["value", "projected"]].notna().any(axis=None)
    ]
    if not found:
        st.html(_nothing_to_draw(answer, page.text))
        return
    shown = found[:MOST_LINES]
    drawn = [
        Line(group_name(answer.question, rows.iloc[0].to_dict(), page.text), rows, _hovers(page, answer, rows))
        for _, rows in shown
    ]
    figure = lines(drawn, page.colours, unit=answer.metric.unit, height=390)
    figure.update_xaxes(ticktext=_ticks(answer, list(figure.layout.xaxis.tickvals), page.text))

    def only_group() -> None:
        points = controls.picked("picture", "points")
        if points:
            limit(answer, shown[int(points[0]["customdata"])][0])

    st.plotly_chart(
        figure, theme=None, key="picture", config=PLAIN, on_select=only_group, selection_mode="points",
        alt=alt(answer, page.text),
    )  # fmt: skip
    if len(found) > len(shown):
        note(page.text("explore.most_lines", count=len(shown), rest=len(found) - len(shown)))
    _note_folded(page, answer)


def _bars(page: Page, answer: Answer) -> None:
    text, metric = page.text, answer.metric
    shown = answer.frame.head(MOST_BARS)
    rows = shown.to_dict("records")
    words = [
        wording.value(row["value"], metric, text)
        if pd.notna(row["value"])
        else state_words(answer, row, text, whole=True)
        for row in rows
    ]
    figure = bars(
        shown,
        [group_name(answer.question, row, text) for row in rows],
        page.colours,
        unit=metric.unit,
        words=words,
        hover=_hovers(page, answer, shown),
        apart=bool(is_apart(answer)),
        whole=answer.whole.value if drawn_behind(answer) else None,
    )

    def only_group() -> None:
        points = controls.picked("picture", "points")
        if points:
            row = rows[int(points[0]["customdata"])]
            limit(answer, tuple(plain(row[name]) for name in answer.question.by))

    st.plotly_chart(
        figure, theme=None, key="picture", config=PLAIN, on_select=only_group, selection_mode="points",
        alt=alt(answer, text),
    )  # fmt: skip
    if len(answer.frame) > MOST_BARS:
        note(text("explore.most_bars", count=MOST_BARS, all=len(answer.frame)))


def _one(page: Page, answer: Answer) -> None:
    """Draw the one number, and the ways to take it apart."""
    text, here = page.text, cell(answer.frame.iloc[0])
    if not here.known:
        st.html(
            state(
                answer.metric.label(text.language),
                state_words(answer, answer.frame.iloc[0].to_dict(), text, whole=True),
            )
        )
    else:
        small = [wording.fraction(here, text)]
        if here.has_interval:
            interval = wording.interval(here.low, here.high, answer.metric, text)
            small.append(text("trend.interval", interval=interval))
        value = wording.value(here.value, answer.metric, text)
        st.html(f'<div class="as-one"><b>{escape(value)}</b><span>{escape(" · ".join(small))}</span></div>')
    st.button(
        text("explore.as_trend"), key="as-trend", icon=":material/show_chart:",
        on_click=put, args=(replace(answer.question, grain="week"), answer.against),
    )  # fmt: skip


def _ticks(answer: Answer, starts: list[pd.Timestamp], text: Text) -> list[str]:
    """Return the periods of an axis, with the year where the axis spans more than one."""
    days = [pd.Timestamp(start) for start in starts]
    if answer.question.grain not in ("day", "week"):
        return [period_name(answer.question, day, text) for day in days]
    years = len({day.year for day in days}) > 1
    return [f"{day:%y-%m-%d}" if years else f"{day:%m-%d}" for day in days]


def _nothing_to_draw(answer: Answer, text: Text) -> str:
    rows = answer.frame.to_dict("records")
    words = state_words(answer, rows[-1], text, whole=False) if rows else ""
    return state(text("explore.not_drawn"), words)


def _note_folded(page: Page, answer: Answer) -> None:
    periods = answer.frame["period"].nunique()
    if periods > MOST_PERIODS:
        note(page.text("explore.most_periods", count=MOST_PERIODS, all=periods))
