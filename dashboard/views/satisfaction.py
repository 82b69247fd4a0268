"""满意度与纠纷: what customers score, how the handling bears on it, and which tickets become disputes."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard import controls, data, wording
from dashboard.absent import absent
from dashboard.charts.trend import trend
from dashboard.components.state import state
from dashboard.components.title import title
from dashboard.filters import filter_bar
from dashboard.foot import foot
from dashboard.headline import Headline, cell, headline
from dashboard.marks import decision_marks
from dashboard.page import Page
from dashboard.views.handled import handled
from dashboard.views.liable import liable
from dashboard.views.path import path, worst_cases
from metrics import CATALOG, Question

TRENDS = ("satisfaction", "negative_rate", "satisfaction_score")
SHOWN_WEEKS = 26
ROWS = (("trend", "handled"), ("path", "disputes"))
SECTIONS = tuple(section for row in ROWS for section in row)


def satisfaction(page: Page) -> None:
    """Draw the page."""
    filter_bar(page, reading=False)
    week = page.choices.week or page.source.last_full_week
    panels = {"trend": _trend, "handled": handled, "path": path, "disputes": _disputes}
    for row in ROWS:
        shown = [section for section in row if page.shows(section)]
        for section, column in zip(shown, st.columns(len(shown), gap="small") if shown else (), strict=True):
            with column, st.container(key=f"panel-{section}", height="stretch"):
                panels[section](page, week)


def _disputes(page: Page, week: date) -> None:
    liable(page, week)
    worst_cases(page, week)


def _trend(page: Page, week: date) -> None:
    text = page.text
    name = page.choices.metric if page.choices.metric in TRENDS else TRENDS[0]
    controls.switch(
        "metric",
        TRENDS,
        name,
        label=text("filter.metric"),
        shown=lambda each: CATALOG[each].label(text.language),
        default=TRENDS[0],
    )
    line = _line(page, name, week)
    weeks = line.weeks[line.weeks["period"] <= pd.Timestamp(week)].tail(SHOWN_WEEKS)
    label = line.metric.label(text.language)
    if weeks["value"].notna().sum() < 2:
        now = data.ask(page.source, _of_week(page, name, week))
        st.html(title(label))
        st.html(
            absent(page, line.metric, now) if not line.now.known else state(text("trend.alone", metric=label, value=""))
        )
        return
    st.html(title(wording.finding(line, text), wording.rests_on(line, text, controls.SAME_AGE, page.source.as_of)))
    key = f"trend-{name}-{week}"
    figure = trend(
        weeks,
        page.colours,
        unit=line.metric.unit,
        hover=[wording.hover(row, line.metric, text) for _, row in weeks.iterrows()],
        marks=decision_marks(page, line.metric),
        highlight=week,
        height=220 if page.choices.meeting else 340,
    )
    st.plotly_chart(
        page.drawn(figure),
        theme=None,
        key=key,
        config={"displayModeBar": False},
        on_select=lambda: _pick_week(key),
        selection_mode="points",
        alt=text("satisfaction.trend_alt", metric=label),
    )
    count = wording.count(line.now.n, text)
    label = text("satisfaction.open_answers", count=count)
    foot(page, _of_week(page, name, week), label, "trend", about=("metric", name))


def _line(page: Page, name: str, week: date) -> Headline:
    newest = page.source.last_full_week
    question = Question(
        name,
        grain="week",
        where=page.choices.where,
        start=min(week, newest) - timedelta(weeks=52 + 1),
        stop=newest + timedelta(weeks=1),
    )
    weeks = data.ask(page.source, question).dropna(subset="period")
    now = cell(data.ask(page.source, _of_week(page, name, week)).iloc[0])
    metric = CATALOG[name]
    return headline(metric, metric.default_reading, weeks, now, week, newest)


def _of_week(page: Page, name: str, week: date) -> Question:
    return Question(name, where=page.choices.where, start=week, stop=week + timedelta(weeks=1))


def _pick_week(key: str) -> None:
    """Turn the page to the week of the point that was clicked."""
    points = controls.picked(key, "points")
    if points:
        controls.write("week", pd.Timestamp(points[0]["x"]).date().isoformat())
