"""The widgets, bound to the address: each is drawn from it, and each writes to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import streamlit as st

from dashboard.choices import Choices
from dashboard.page import Page
from dashboard.text import Text
from metrics.catalog import ReadingName
from metrics.question import Question, Value, value_to_text
from metrics.words import LANGUAGES

SAME_AGE = 7
WIDTH = 310  # of one choice, in pixels: four stand in a row at 1366
HEADLINES = ("refund_rate", "dispute_rate", "satisfaction", "response_in_time", "aftersales_cost")
SHOWN_READINGS: tuple[ReadingName, ...] = ("same_age", "final", "arrived")
TRAVELLING = ("lang", "week", "reading", "meeting", "version", "sound", "fresh")
"""What goes along from one page to the next, with every limit; the rest belongs to the page that it was chosen on."""

Address = dict[str, list[str]]


def recent_weeks(newest: date, count: int = 26) -> list[date]:
    """Return the Mondays of the last weeks, newest first."""
    return [newest - timedelta(weeks=back) for back in range(count)]


def choose(
    name: str,
    options: Sequence[str],
    current: str,
    *,
    label: str,
    shown: Callable[[str], str],
    default: str = "",
    width: int = WIDTH,
) -> None:
    """Draw one choice of the filter bar; picking another writes it to the address, the default clears it there.

    The address is the truth and the widget its picture: the widget is set from it at every run, so that a link,
    the back button and a click all arrive by the same way.
    """
    key = f"choice-{name}"
    st.session_state[key] = current
    st.selectbox(
        label,
        options,
        key=key,
        format_func=lambda option: f"{label} · {shown(option)}",
        label_visibility="collapsed",
        width=width,
        on_change=_written(name, key, default),
    )


def switch(
    name: str, options: Sequence[str], current: str, *, label: str, shown: Callable[[str], str], default: str = ""
) -> None:
    """Draw one choice with all its options in sight: for the few that a reader turns often."""
    key = f"choice-{name}"
    st.session_state[key] = current
    st.segmented_control(
        label,
        options,
        key=key,
        format_func=shown,
        required=True,
        label_visibility="collapsed",
        on_change=_written(name, key, default),
    )


def write(name: str, value: str) -> None:
    """Put one choice into the address; an empty one leaves it."""
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def limit(dimension: str, *values: Value) -> None:
    """Limit the page to these values of a dimension: what a click on a bar, a point or a cell does."""
    st.query_params[f"where.{dimension}"] = [value_to_text(value) for value in values]


def toggle(dimension: str, value: Value) -> None:
    """Limit the page to a value, or lift the limit where it is just this one: a second click undoes the first."""
    if st.query_params.get_all(f"where.{dimension}") == [value_to_text(value)]:
        release(dimension)
    else:
        limit(dimension, value)


def release(*dimensions: str) -> None:
    """Lift the limits of dimensions."""
    clear(*(f"where.{dimension}" for dimension in dimensions))


def clear(*names: str) -> None:
    """Take parameters out of the address."""
    for name in names:
        write(name, "")


def address() -> Address:
    """Return all that the address of this page holds."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def travelling() -> Address:
    """Return what of the address goes along to another page."""
    return {name: texts for name, texts in address().items() if name in TRAVELLING or name.startswith("where.")}


def link(choices: Choices, asked: Address | None = None) -> str:
    """Return the address of this very page, for whoever it is sent to; the language travels with it.

    `asked` is what the page shows without having been told: its own default, which the link says outright.
    """
    here = urlsplit(st.context.url or "")
    pairs = {**address(), **(asked or {}), "lang": [choices.lang]}
    return urlunsplit((here.scheme, here.netloc, here.path or "/", urlencode(pairs, doseq=True), ""))


def way(page: Page, view: str, label: str, **params: str) -> None:
    """Draw a link to another view, with these parameters and all that goes along; where there is none, its words."""
    along = {**travelling(), **{name: [text] for name, text in params.items()}}
    if view in page.views:
        st.page_link(page.views[view], label=label, query_params=along)
    else:
        st.html(f"<span>{escape(label)}</span>")


def pairs(question: Question) -> list[tuple[str, str]]:
    """Return a question as the parameters of an address."""
    return parse_qsl(question.to_query_string(), keep_blank_values=True)


def share(choices: Choices, text: Text, asked: Address | None = None) -> None:
    """Draw the way to the address of this very page."""
    with (
        st.container(key="share"),
        st.popover(text("strip.share"), icon=":material/link:", help=text("strip.share_help")),
    ):
        st.code(link(choices, asked), language=None, wrap_lines=True)


def keep_language() -> None:
    """Carry the language from page to page: the navigation drops the parameters of the page that it leaves."""
    chosen = st.query_params.get("lang") or st.session_state.get("lang")
    if chosen in LANGUAGES:
        st.session_state["lang"] = chosen
        if "lang" not in st.query_params:
            st.query_params["lang"] = chosen


def changed(key: str, then: Callable[[Any], None]) -> Callable[[], None]:
    """Return what a change of a control does: `then`, with its value.

    Nothing where the control is gone: who is quick changes one that still stands on his screen when the page that had
    it has been left.
    """

    def call() -> None:
        if key in st.session_state:
            then(st.session_state[key])

    return call


def picked(key: str, what: str) -> list[Any]:
    """Return what was picked in a picture or a table, its `points` or `cells`; nothing where it is gone, as above."""
    selected: list[Any] = st.session_state[key]["selection"][what] if key in st.session_state else []
    return selected


def _written(name: str, key: str, default: str) -> Callable[[], None]:
    return changed(key, lambda value: write(name, "" if str(value) == default else str(value)))
