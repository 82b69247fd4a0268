"""概览: the five headline numbers, where they are going, and where they are highest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import escape

import pandas as pd
import streamlit as st

from dashboard import controls, data, wording
from dashboard.charts.trend import Mark, trend
from dashboard.components.state import state
from dashboard.components.strip import strip
from dashboard.components.title import title
from dashboard.filters import filter_bar
from dashboard.foot import foot
from dashboard.headline import Headline, cell, headline, newest_week, observed_days, question_of, reading_for, whole
from dashboard.marks import decision_marks
from dashboard.page import Page
from dashboard.rules import announce
from dashboard.views.breakdown import breakdown, dimensions
from dashboard.views.rising import rising
from dashboard.views.tiles import present, ready, tiles
from dashboard.views.today import batches_today, due_today, judged_batches, queue, to_do
from metrics import CATALOG, DIMENSIONS, Question
from metrics.catalog import Metric

HISTORY = timedelta(weeks=66)  # a year for the same week of the year before, and a quarter for its sparkline
AGE = controls.SAME_AGE


def overview(page: Page) -> None:
    """Draw the page."""
    filter_bar(page)
    lines = [line_of(page, CATALOG[name]) for name in controls.HEADLINES]
    if page.shows("tiles"):
        _strip(page, lines[0])
        announce(page)
    first = st.container()
    if page.shows("tiles"):
        tiles(page, lines)
    if page.shows("today"):
        # Judging takes longest, so that the tiles are on the page before it begins.
        waiting, report = queue(page), judged_batches(page)
        with first:
            to_do(page, waiting, report)
        left, right = st.columns([7, 5], gap="small")
        with left, st.container(key="panel-batches", height="stretch"):
            batches_today(page, report)
        with right, st.container(key="panel-due", height="stretch"):
            due_today(page, waiting)
    if page.shows("trend"):
        _deeper(page, lines)


def _deeper(page: Page, lines: Sequence[Headline]) -> None:
    """Draw where one of the numbers is going, and where it is highest."""
    chosen = next((line for line in lines if line.metric.name == page.choices.metric), lines[0])
    by = _questions(page, chosen)
    # Without weeks there is no picture, and the comparison is what there is to see; a meeting looks at the picture.
    beside = chosen.week is not None and not page.choices.meeting
    left, right = st.columns([7, 5], gap="small") if beside else (st.container(), st.container())
    with left, st.container(key="panel-trend", height="stretch"):
        _trend(page, chosen)
    if page.choices.meeting and chosen.week:
        return
    with right:
        if chosen.week:
            with st.container(key="panel-rising"):
                rising(page)
        with st.container(key="panel-breakdown", height="stretch"):
            breakdown(page, chosen, by)


def line_of(page: Page, metric: Metric) -> Headline:
    """Return the headline of a metric in the chosen week, or of the whole file where it has no weeks."""
    reading = reading_for(metric, page.choices.reading or controls.SHOWN_READINGS[0])
    newest = newest_week(page.source.as_of, page.source.last_full_week, observed_days(metric, reading, AGE))
    week = page.choices.week or newest
    question = Question(
        metric.name,
        grain="week",
        where=page.choices.where,
        reading=reading,
        age=AGE,
        start=min(week, newest) - HISTORY,
        stop=page.source.last_full_week + timedelta(days=7),
    )
    weeks = data.ask(page.source, question)
    if "final" in metric.readings and weeks["status"].isin(["not_available", "undated"]).all():
        # A source whose tickets carry no date has one number: that of the whole file, as seen at its export.
        entire = data.ask(page.source, replace(question, grain=None, reading="final", start=None, stop=None))
        if entire["status"].iloc[0] == "undated":
            return whole(metric, "final", entire)
    now = data.ask(page.source, replace(question, grain=None, start=week, stop=week + timedelta(days=7)))
    return headline(metric, reading, weeks.dropna(subset="period"), cell(now.iloc[0]), week, newest)


def _questions(page: Page, line: Headline) -> str | None:
    """Draw what the two panels are asked: which metric, and by which dimension. Return the dimension."""
    text = page.text
    offered = dimensions(page, line)
    by = next((name for name in page.choices.by if name in offered), next(iter(offered), None))
    with st.container(horizontal=True, key="questions", vertical_alignment="center"):
        controls.switch(
            "metric",
            controls.HEADLINES,
            line.metric.name,
            label=text("filter.metric"),
            shown=lambda name: CATALOG[name].label(text.language),
            default=controls.HEADLINES[0],
        )
        if by is not None:
            with st.container(key="by"):
                controls.choose(
                    "by",
                    offered,
                    by,
                    label=text("filter.by"),
                    shown=lambda name: DIMENSIONS[name].label(text.language),
                    default=offered[0],
                )
    return by


def _strip(page: Page, refunds: Headline) -> None:
    text, source = page.text, page.source
    shops = data.values(source, "shop")
    assumed = bool(data.freshness(source)["until_assumed"].fillna(False).any())
    as_of = text("strip.as_of", as_of=text.moment(source.as_of)) + (text("strip.assumed") if assumed else "")
    parts = [f"<b>{escape(' · '.join(shops[:3]))}</b>", as_of]
    if refunds.week is not None:
        parts.append(wording.period(refunds, text, AGE))
    st.html(strip([*parts, text("strip.version", version=source.version)]))


def _trend(page: Page, line: Headline) -> None:
    text, metric = page.text, line.metric
    label = metric.label(text.language)
    if line.week is None:
        st.html(title(label, text("tile.whole_file")))
        body = text(
            "state.undated_body",
            metric=label,
            value=wording.value(line.now.value, metric, text),
            numerator=wording.count(line.now.numerator, text),
            denominator=wording.count(line.now.denominator, text),
        )
        st.html(state(text("state.undated_title"), body))
        return
    weeks = line.weeks.tail(26)
    if weeks[["value", "projected"]].notna().any(axis=1).sum() < 2:
        head, body = wording.absence(
            line.now, metric, text, ready=ready(line), present=present(page), why_not=line.why_not
        )
        st.html(title(label))
        st.html(state(text("state.no_trend_title", metric=label), text("state.because", head=head, body=body)))
        return
    st.html(title(wording.finding(line, text), wording.rests_on(line, text, AGE, page.source.as_of)))
    figure = trend(
        weeks,
        page.colours,
        unit=metric.unit,
        hover=[wording.hover(row, metric, text) for _, row in weeks.iterrows()],
        marks=[*_policy_marks(page), *decision_marks(page, metric)],
        highlight=line.week,
        young_label=text("trend.young"),
        height=245 if page.choices.meeting else 600,
    )
    st.plotly_chart(
        page.drawn(figure),
        theme=None,
        key="trend",
        config={"displayModeBar": False},
        alt=text("trend.alt", metric=label),
        on_select=_pick_week,
        selection_mode="points",
    )
    asked = question_of(line, page.choices.where, AGE)
    foot(page, asked, text("tile.details"), "overview-trend", about=("metric", metric.name))


def _pick_week() -> None:
    """Read the page as of the week whose point was clicked."""
    points = controls.picked("trend", "points")
    if points:
        controls.write("week", f"{pd.Timestamp(points[0]['x']):%Y-%m-%d}")


def _policy_marks(page: Page) -> list[Mark]:
    rows = data.sql(
        page.source, "SELECT effective_from, value FROM policies WHERE name = 'return_window_days' ORDER BY 1"
    )
    return [
        Mark(row["effective_from"].date(), page.text("trend.policy", value=row["value"]))
        for row in rows.to_dict("records")
    ]
