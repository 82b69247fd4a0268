"""When tickets were answered too late, and by whom: the share in time by hour and weekday, and by handler."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import controls, data, response, wording
from dashboard.charts.shaded import grounds, shaded
from dashboard.components.ranked import Axis, ranked
from dashboard.components.square import square
from dashboard.components.state import state
from dashboard.components.table import Column, Entry, Rate
from dashboard.components.title import title
from dashboard.download import days
from dashboard.headline import cell
from dashboard.number import number_button
from dashboard.page import Page
from metrics import CATALOG, Question
from metrics.question import Value
from metrics.words import format_value

CLOCK = ("hour", "weekday")
"""What the clock is split by: a limit to one of its cells still leaves the others in sight."""

P90 = CATALOG["response_hours_p90"]
ALL_IN_TIME = -1.0  # the lateness that is shaded is the share in time, turned round
ROW = 26  # of the clock, in pixels: a whole day stands on the screen


def in_time(page: Page, by: tuple[str, ...] = (), *, without: tuple[str, ...] = ()) -> Question:
    """Return the question of the panels, without the limits that stand among their own rows."""
    where = {name: values for name, values in page.choices.where.items() if name not in without}
    return response.asked(where, page.source.as_of, by, page.choices.start, page.choices.stop)


def clock(page: Page, whole: pd.DataFrame) -> None:
    """Draw the share in time by hour and weekday; a click on a cell limits the page to its requests."""
    text = page.text
    by_hour, by_day, by_both = (
        data.ask(page.source, in_time(page, by, without=CLOCK)) for by in (("hour",), ("weekday",), CLOCK)
    )
    found = response.Clock.of(whole, by_hour, by_day, by_both)
    count = wording.count(float(whole["denominator"].iloc[0]), text)
    rests_on = text("response.clock_rests", period=days(page, in_time(page)), count=count)
    st.html(title(response.clock_finding(whole.iloc[0], by_hour, by_day, text), rests_on))
    if page.choices.meeting:
        lateness, words = found.on_screen(text)
        st.html(square(words, grounds(lateness, page.colours, lightest=ALL_IN_TIME), caption=text("response.clock")))
        return
    lateness, words = found.labelled(text)
    key = "clock-" + "-".join(str(page.choices.where.get(name)) for name in CLOCK)
    st.dataframe(
        shaded(lateness, words, page.colours, lightest=ALL_IN_TIME),
        key=key,
        height=ROW * len(words) + 37,
        row_height=ROW,
        on_select=partial(_pick_cell, key, found, list(words.columns)),
        selection_mode="single-cell",
        column_config={name: st.column_config.TextColumn(alignment="center") for name in words.columns},
        alt=text("response.clock"),
    )
    st.html(f'<div class="as-note">{text("response.clock_click")}</div>')


def _pick_cell(key: str, found: response.Clock, labels: list[str]) -> None:
    """Limit the page to the hour and the weekday of the cell that was picked; a sum lifts its limit."""
    cells = controls.picked(key, "cells")
    if not cells:
        return
    row, column = cells[0]
    for name, number in (("hour", found.hours[row]), ("weekday", found.weekdays[labels.index(column)])):
        if number is None:
            controls.release(name)
        else:
            controls.limit(name, str(number))


def handlers(page: Page, whole: pd.DataFrame) -> None:
    """Draw each handler's share in time, the latest first; a click on a row limits the page to him."""
    text = page.text
    question = in_time(page, ("handler",), without=("handler",))
    frame = data.ask(page.source, question)
    known = frame[frame["value"].notna() & frame["handler"].notna()]
    if known.empty:
        st.html(title(text("response.handlers")))
        few = "few_handled" if frame["handler"].notna().any() else "no_handlers"
        st.html(state(text(f"response.{few}"), text(f"response.{few}_body")))
        return
    known = known.sort_values("value", kind="stable", ignore_index=True)
    rests_on = text("response.handlers_by", period=days(page, question))
    # Beside all of them, also where the page is limited to one, who would else be compared with himself.
    everybody = data.ask(page.source, in_time(page, without=("handler",))).iloc[0]
    st.html(title(response.handler_finding(everybody, known, text), rests_on))
    names = [str(name) for name in known["handler"]]
    only = page.choices.where.get("handler", ())
    ranked(
        (
            Column(text("response.col_handler")),
            Column(""),
            Column(text("response.in_time"), align="right"),
            Column(text("response.p90"), align="right"),
        ),
        _rows(page, known, question),
        key="handlers",
        caption=text("response.handlers"),
        names=[text("response.handler_again" if only == (n,) else "response.handler_only", name=n) for n in names],
        chosen=names.index(only[0]) if len(only) == 1 and only[0] in names else None,
        pick=partial(_pick, names, only),
    )
    share = wording.value(float(whole["value"].iloc[0]), response.IN_TIME, text)
    number_button(page, in_time(page), text("response.number", value=share), "in-time")


def _rows(page: Page, known: pd.DataFrame, question: Question) -> list[list[Entry]]:
    text = page.text
    hours = data.ask(page.source, replace(question, metric=P90.name)).set_index("handler")["value"]
    axis = Axis.of(known)
    rows: list[list[Entry]] = []
    for row in known.to_dict("records"):
        here = cell(pd.Series(row))
        hint = wording.interval(here.low, here.high, response.IN_TIME, text) if here.has_interval else ""
        rows.append(
            [
                str(row["handler"]),
                axis.bar(here.value, here.low, here.high),
                Rate(wording.value(here.value, response.IN_TIME, text), wording.fraction(here, text), hint),
                format_value(hours.get(row["handler"]), P90.unit, text.language),
            ]
        )
    return rows


def _pick(names: list[str], only: tuple[Value, ...], place: int) -> None:
    """Limit the page to a handler; the same one once more lifts the limit."""
    controls.release("handler") if only == (names[place],) else controls.limit("handler", names[place])
