"""The way from a ticket to a dispute: how often each step ends in one, and what is most likely to."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard import controls, data, reasons, wording
from dashboard import satisfaction as words
from dashboard.absent import absent
from dashboard.components.ranked import Axis, ranked
from dashboard.components.table import Column, Entry, Quiet, Rate
from dashboard.components.title import title
from dashboard.foot import foot
from dashboard.headline import Cell, cell, newest_week, observed_days
from dashboard.page import Page
from dashboard.views.handled import pick
from metrics import CATALOG

METRIC = CATALOG["ticket_dispute_rate"]
WEEKS = 13
STEPS = ("in_time", "contacted", "outcome")
WORST = 5


def path(page: Page, week: date) -> None:
    """Draw the panel: all tickets, then each step; a row limits the page to the tickets that took it."""
    text, where = page.text, page.choices.where
    last = _last_week(page, week)
    whole = data.ask(page.source, reasons.of_week(METRIC.name, (), where, last, weeks=WEEKS))
    entire = cell(whole.iloc[0])
    if not entire.known:
        st.html(title(text("satisfaction.path")))
        ready = wording.ready_day(METRIC, METRIC.default_reading, controls.SAME_AGE, week)
        st.html(absent(page, METRIC, whole, ready))
        return
    frames = {
        step: data.ask(
            page.source, reasons.of_week(METRIC.name, (step,), reasons.without(where, step), last, weeks=WEEKS)
        )
        for step in STEPS
    }
    found = words.ways(frames)
    gap = words.widest_gap(found, METRIC)
    start, stop = last - timedelta(weeks=WEEKS - 1), last + timedelta(days=6)
    rests_on = text(
        "satisfaction.path_rests_on",
        start=f"{start:%m-%d}",
        stop=f"{stop:%m-%d}",
        count=WEEKS,
        fraction=wording.fraction(entire, text),
    )
    st.html(title(words.path_finding(gap, entire, METRIC, text), rests_on))
    everything = data.ask(
        page.source, reasons.of_week(METRIC.name, (), reasons.without(where, *STEPS), last, weeks=WEEKS)
    )
    _steps(page, found, cell(everything.iloc[0]), gap, Axis.of(pd.concat([everything, *frames.values()])))
    asked = reasons.of_week(METRIC.name, (), where, last, weeks=WEEKS)
    label = text("satisfaction.open_path", count=wording.count(entire.numerator, text))
    foot(page, asked, label, "path", about=("metric", METRIC.name))


def _last_week(page: Page, week: date) -> date:
    """Return the week, or the newest in which every ticket is old enough to tell."""
    days = observed_days(METRIC, METRIC.default_reading, controls.SAME_AGE)
    return min(week, newest_week(page.source.as_of, page.source.last_full_week, days))


def _steps(page: Page, found: list[words.Way], everything: Cell, gap: words.Gap | None, axis: Axis) -> None:
    text, where = page.text, page.choices.where
    only = [where.get(way.dimension) == (way.value,) for way in found]
    rows = [_row(page, text("satisfaction.all"), everything, axis)]
    rows += [_row(page, way.label(text), way.number, axis, first=gap is not None and way == gap.worse) for way in found]
    names = [text("satisfaction.all")]
    names += [
        text("satisfaction.again" if again else "satisfaction.only", name=way.label(text))
        for way, again in zip(found, only, strict=True)
    ]

    def picked(place: int) -> None:
        if place == 0:
            controls.release(*STEPS)
        else:
            pick(found[place - 1], only[place - 1])

    ranked(
        (Column(text("satisfaction.step")), Column(""), Column(text("satisfaction.became"), align="right")),
        rows,
        key="path",
        caption=text("satisfaction.path"),
        names=names,
        chosen=only.index(True) + 1 if True in only else None,
        pick=picked,
    )


def _row(page: Page, name: str, here: Cell, axis: Axis, *, first: bool = False) -> list[Entry]:
    text = page.text
    hint = wording.interval(here.low, here.high, METRIC, text) if here.has_interval else ""
    shown: Entry = Rate(wording.value(here.value, METRIC, text), wording.fraction(here, text), hint)
    if not here.known:
        head, body = wording.absence(here, METRIC, text, ready=None, present=frozenset())
        shown = Quiet(text("state.because", head=head, body=body))
    return [name, axis.bar(here.value, here.low, here.high, first=first), shown]


def worst_cases(page: Page, week: date) -> None:
    """Draw the types and reasons that become a dispute more often than the whole; a row limits the page to its own."""
    text, last = page.text, _last_week(page, week)
    entire = cell(
        data.ask(page.source, reasons.of_week(METRIC.name, (), page.choices.where, last, weeks=WEEKS)).iloc[0]
    )
    if not entire.known:
        return
    where = reasons.without(page.choices.where, *reasons.PAIR)
    frame = data.ask(page.source, reasons.of_week(METRIC.name, reasons.PAIR, where, last, weeks=WEEKS))
    # Beside the whole and not beside each other: of twenty cases some are always first.
    apart = frame[frame["low"] > entire.high].sort_values("value", ascending=False, kind="stable").head(WORST)
    st.html(f'<h3 class="as-h2">{text("satisfaction.worst")}</h3>')
    if apart.empty:
        st.html(f'<p class="as-note">{text("satisfaction.worst_none")}</p>')
        return
    axis = Axis.of(apart)
    pairs = [tuple(reasons.code(row[name]) for name in reasons.PAIR) for _, row in apart.iterrows()]
    labels = [reasons.named(row, text) for row in apart.to_dict("records")]

    def picked(place: int) -> None:
        for name, value in zip(reasons.PAIR, pairs[place], strict=True):
            controls.limit(name, value)

    ranked(
        (Column(text("satisfaction.pair")), Column(""), Column(text("satisfaction.became"), align="right")),
        [_row(page, label, cell(row), axis) for label, (_, row) in zip(labels, apart.iterrows(), strict=True)],
        key="worst",
        caption=text("satisfaction.worst"),
        names=[text("satisfaction.only", name=label) for label in labels],
        chosen=None,
        pick=picked,
    )
