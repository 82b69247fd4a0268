"""What the explore page can be asked: a metric, how it is split, over which days, and beside what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from dashboard import asking, controls, data
from dashboard.choices import MOST_BY, Against, Known, read
from dashboard.exports import exports_of
from dashboard.headline import reading_for
from dashboard.page import Page
from metrics import CATALOG, DIMENSIONS, Question
from metrics.catalog import AGES, Metric
from metrics.question import AGAINST, GRAINS, ROLLING, Value
from metrics.words import value_label

MOST_VALUES = 500
"""Values of a dimension that a picker holds: more are not looked through but searched for, on their own page."""

_Turn = Callable[[Question, Any], Question]


def form(page: Page, question: Question, against: Against) -> None:
    """Draw the controls; each puts the whole question that it leads to into the address."""
    text, metric = page.text, question.definition
    dimensions = splits(page, question)
    with st.container(horizontal=True, key="ask-what", vertical_alignment="bottom"):
        _one_of(page, question, "metric", _metrics(), _metric_words(page), _other_metric(page), width=300)
        _by(page, question, dimensions)
        _one_of(
            page, question, "grain", ["", *GRAINS], lambda name: text(f"explore.grain_{name or 'none'}"),
            lambda asked, name: replace(asked, grain=name or None), width=130,
        )  # fmt: skip
        _one_of(
            page, question, "reading", list(metric.readings),
            lambda name: text(f"reading.{name}", age=question.age),
            lambda asked, name: replace(asked, reading=name), width=200,
        )  # fmt: skip
        _against(page, against)
    with st.container(horizontal=True, key="ask-when", vertical_alignment="bottom"):
        _days(page, question)
        if question.reading_asked == "same_age":
            _one_of(
                page, question, "age", list(AGES), lambda age: text("explore.days", count=age),
                lambda asked, age: replace(asked, age=age), width=130,
            )  # fmt: skip
        if metric.kind not in ("quantile", "part"):
            _one_of(
                page, question, "rolling", [0, *ROLLING],
                lambda days: text("explore.days", count=days) if days else text("explore.rolling_none"),
                lambda asked, days: replace(asked, rolling=days or None), width=150,
            )  # fmt: skip
        _limits(page, question, dimensions)
        st.html(f'<p class="as-note">{escape(metric.definition(text.language))}</p>')


def _change(page: Page, key: str, turn: _Turn) -> Callable[[], None]:
    """Return what a change of a control does: it turns the question that is asked by then.

    That may be another than the one on the screen: whoever is quick changes a second control before the page was drawn
    with the first.
    """

    def then(chosen: Any) -> None:
        question, against = _standing(page)
        asking.put(turn(question, chosen), against)

    return controls.changed(key, then)


def _standing(page: Page) -> tuple[Question, Against]:
    """Return the question of the address as it stands now, read as the page itself reads it."""
    known = Known(values=partial(data.values, page.source))
    choices, _ = read(controls.address(), known, default_language=page.text.language)
    return asking.asked(choices, page.source.last_full_week), choices.against


def splits(page: Page, question: Question) -> list[str]:
    """Return the dimensions that the fact of the question has, and by which it can be split."""
    reading = question.definition.readings.get(question.reading_asked)
    return data.known_dimensions(page.source, reading.fact, list(DIMENSIONS)) if reading else []


def _metrics() -> list[str]:
    """Return all metrics, those that rest on the same exports together."""
    order = list(dict.fromkeys(map(exports_of, CATALOG.values())))
    return sorted(CATALOG, key=lambda name: order.index(exports_of(CATALOG[name])))


def _metric_words(page: Page) -> Callable[[str], str]:
    def words(name: str) -> str:
        group = page.text(f"explore.group_{'_'.join(exports_of(CATALOG[name]))}")
        return f"{CATALOG[name].label(page.text.language)}　·　{group}"

    return words


def _other_metric(page: Page) -> _Turn:
    """Return how another metric is asked: in the same reading and split alike, as far as it can be."""

    def turn(asked: Question, name: str) -> Question:
        metric: Metric = CATALOG[name]
        rolling = asked.rolling if metric.kind not in ("quantile", "part") else None
        other = replace(asked, metric=name, reading=reading_for(metric, asked.reading_asked), by=(), rolling=rolling)
        known = splits(page, other)
        return replace(other, by=tuple(dimension for dimension in asked.by if dimension in known))

    return turn


def _one_of(
    page: Page,
    question: Question,
    name: str,
    options: list[Any],
    shown: Callable[[Any], str],
    turn: _Turn,
    *,
    width: int,
) -> None:
    key = f"ask-{name}"
    current = question.reading_asked if name == "reading" else getattr(question, name) or options[0]
    st.session_state[key] = current
    st.selectbox(
        page.text(f"explore.{name}"),
        options if current in options else [current, *options],
        key=key,
        format_func=shown,
        width=width,
        on_change=_change(page, key, turn),
    )


def _by(page: Page, question: Question, dimensions: list[str]) -> None:
    st.session_state["ask-by"] = list(question.by)
    st.multiselect(
        page.text("explore.by", most=MOST_BY),
        [*dimensions, *(name for name in question.by if name not in dimensions)],
        key="ask-by",
        format_func=lambda name: DIMENSIONS[name].label(page.text.language),
        max_selections=MOST_BY,
        placeholder=page.text("explore.by_none"),
        width=330,
        on_change=_change(page, "ask-by", lambda asked, names: replace(asked, by=tuple(names))),
    )


def _against(page: Page, against: Against) -> None:
    text = page.text
    st.session_state["ask-against"] = against
    st.selectbox(
        text("explore.against"),
        ("none", *AGAINST),
        key="ask-against",
        format_func=lambda name: text(f"explore.beside_{name}"),
        width=150,
        on_change=controls.changed("ask-against", lambda beside: asking.put(_standing(page)[0], beside)),
    )


def _days(page: Page, question: Question) -> None:
    """Draw the first day and the last; the address holds the day after the last, as the question does."""
    text = page.text
    last = question.stop - timedelta(days=1) if question.stop else None
    for name, day in (("start", question.start), ("last", last)):
        st.session_state[f"ask-{name}"] = day

    def turn(asked: Question, _: Any) -> Question:
        start, end = st.session_state["ask-start"], st.session_state["ask-last"]
        stop = end + timedelta(days=1) if end else None
        if start and stop and start >= stop:  # the one that was just chosen stands, the other goes
            start, stop = (start, None) if start != asked.start else (None, stop)
        return replace(asked, start=start, stop=stop)

    for name in ("start", "last"):
        st.date_input(
            text(f"explore.{name}"),
            min_value=date(2000, 1, 1),
            max_value=page.source.as_of.date(),
            key=f"ask-{name}",
            format="YYYY-MM-DD",
            width=160,
            on_change=_change(page, f"ask-{name}", turn),
        )


def _limits(page: Page, question: Question, dimensions: list[str]) -> None:
    """Draw the way to any other limit: a dimension, and which of its values count."""
    text, language = page.text, page.text.language
    with st.popover(text("explore.limit"), icon=":material/filter_alt:", key="ask-limit"):
        name: str | None = st.selectbox(
            text("explore.limit_by"),
            dimensions,
            key="ask-limit-by",
            format_func=lambda dimension: DIMENSIONS[dimension].label(language),
        )
        if name is None:
            return
        values = data.values(page.source, name)
        shown = [*values[:MOST_VALUES], None]
        key = f"ask-limit-{name}"
        chosen = list(question.where.get(name, ()))
        st.session_state[key] = chosen

        def turn(asked: Question, picked: list[Value]) -> Question:
            rest = {dimension: kept for dimension, kept in asked.where.items() if dimension != name}
            return replace(asked, where={**rest, name: tuple(picked)} if picked else rest)

        st.multiselect(
            text("explore.limit_values"),
            [*shown, *(value for value in chosen if value not in shown)],
            key=key,
            format_func=lambda value: value_label(name, value, language),
            placeholder=text("explore.limit_all"),
            on_change=_change(page, key, turn),
        )
        if len(values) > MOST_VALUES:
            st.html(f'<p class="as-note">{escape(text("explore.limit_most", count=MOST_VALUES, all=len(values)))}</p>')
