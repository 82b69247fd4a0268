"""What the reader has chosen, and its place: the URL. Widgets write to it and are drawn from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, get_args
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from dashboard.text import Text
from metrics.batches import Family
from metrics.catalog import ReadingName
from metrics.words import LANGUAGES, Language

SAME_AGE = 7
WIDTH = 310  # of one choice, in pixels: four stand in a row at 1366
HEADLINES = ("refund_rate", "dispute_rate", "satisfaction", "response_in_time", "aftersales_cost")
FAMILIES: tuple[Family, ...] = get_args(Family)
SHOWN_READINGS: tuple[ReadingName, ...] = ("same_age", "final", "arrived")


@dataclass(frozen=True)
class Choices:
    """The state of a view. None means: not chosen, the view's own default.

    In the URL the names are those of `metrics.Question`, so that a link also asks its question in a notebook.
    """

    lang: Language
    shop: str | None = None
    week: date | None = None
    category: str | None = None
    reading: ReadingName = "same_age"
    metric: str = "refund_rate"
    by: str = "province"
    rows: str = "top"
    family: Family = "quality"
    batch: str | None = None

    @property
    def where(self) -> dict[str, tuple[str, ...]]:
        """The limits of every question of the page."""
        return {
            name: (value,) for name, value in (("shop", self.shop), ("category", self.category)) if value is not None
        }


def read(
    params: Mapping[str, str],
    *,
    default_language: Language,
    shops: Iterable[str] = (),
    categories: Iterable[str] = (),
    dimensions: Iterable[str] = (),
    batches: Iterable[str] = (),
) -> tuple[Choices, tuple[str, ...]]:
    """Return the choices that a URL holds, and the names of the parameters that it does not understand.

    Every value is looked up in a list of what may stand there: a link is input from strangers, and nothing of
    it reaches a query or the page unless it was known before.
    """
    allowed: dict[str, Callable[[str], Any]] = {
        "lang": _one_of(LANGUAGES),
        "where.shop": _one_of(shops),
        "week": _monday,
        "where.category": _one_of(categories),
        "reading": _one_of(SHOWN_READINGS),
        "metric": _one_of(HEADLINES),
        "by": _one_of(dimensions),
        "rows": _one_of(("top", "all")),
        "family": _one_of(FAMILIES),
        "batch": _one_of(batches),
    }
    found: dict[str, Any] = {}
    ignored: list[str] = []
    for name, text in params.items():
        value = allowed[name](text) if name in allowed else None
        if value is None:
            ignored.append(name)
        else:
            found[name.removeprefix("where.")] = value
    return replace(Choices(lang=default_language), **found), tuple(ignored)


def _one_of(known: Iterable[str]) -> Callable[[str], str | None]:
    known = frozenset(known)
    return lambda text: text if text in known else None


def _monday(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.weekday() == 0 and date(2000, 1, 3) <= day < date(2100, 1, 1) else None


def recent_weeks(newest: date, count: int = 26) -> list[date]:
    """Return the Mondays of the last weeks, newest first."""
    return [newest - timedelta(weeks=back) for back in range(count)]


def choose(
    name: str, options: Sequence[str], current: str, *, label: str, shown: Callable[[str], str], default: str = ""
) -> None:
    """Draw one choice of the filter bar; picking another writes it to the URL, the default clears it there.

    The URL is the truth and the widget its picture: the widget is set from it at every run, so that a link,
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
        width=WIDTH,
        on_change=_write,
        args=(name, key, default),
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
        on_change=_write,
        args=(name, key, default),
    )


def write(name: str, value: str) -> None:
    """Put one choice into the URL; an empty one leaves it."""
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def _write(name: str, key: str, default: str) -> None:
    value = str(st.session_state[key])
    write(name, "" if value == default else value)


def link(choices: Choices) -> str:
    """Return the address of this very page, for whoever it is sent to; the language travels with it."""
    here = urlsplit(st.context.url or "")
    params = {**st.query_params.to_dict(), "lang": choices.lang}
    return urlunsplit((here.scheme, here.netloc, here.path or "/", urlencode(params), ""))


def share(choices: Choices, text: Text) -> None:
    """Draw the way to the address of this very page."""
    with (
        st.container(key="share"),
        st.popover(text("strip.share"), icon=":material/link:", help=text("strip.share_help")),
    ):
        st.code(link(choices), language=None, wrap_lines=True)


def keep_language() -> None:
    """Carry the language from page to page: the navigation drops the parameters of the page that it leaves."""
    chosen = st.query_params.get("lang") or st.session_state.get("lang")
    if chosen in LANGUAGES:
        st.session_state["lang"] = chosen
        if "lang" not in st.query_params:
            st.query_params["lang"] = chosen
