"""Meeting mode: one section at a time in large type, one version of the data, and arrow keys from one to the next.

A meeting is led through the sections of the view that it was begun on. The weekly review has an agenda of its own, with
minutes; a view without sections leads into it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import controls, data
from dashboard.components.timer import timer
from dashboard.decision import decide_button
from dashboard.page import Page
from dashboard.subject import Subject
from dashboard.text import Text
from metrics.words import value_label

KEPT = "meeting-kept"
"""Whether it was this meeting that began to keep the version: one that was kept before is not ours to let go."""


BEGAN, SHOWN = "meeting-began", "meeting-shown"
"""When this reader's meeting began, and which slide he is shown since when."""


@dataclass(frozen=True)
class Slide:
    """One section of one view, what a decision taken there is about, and the minutes that are planned for it."""

    view: str
    section: str
    subjects: tuple[Subject, ...] = ()
    minutes: int | None = None


def standing_at(order: Sequence[Slide], section: str | None) -> int:
    """Return the place of a section; the first where none is named, or one that has folded away."""
    return next((place for place, slide in enumerate(order) if slide.section == section), 0)


def elapsed(slide: Slide, now: float) -> tuple[float, float]:
    """Return for how many seconds this slide has been shown, and how many the meeting lasts."""
    began = st.session_state.setdefault(BEGAN, now)
    shown, since = st.session_state.get(SHOWN, (None, now))
    name = (slide.view, slide.section)
    if shown != name:
        since = now
        st.session_state[SHOWN] = (name, now)
    return now - since, now - began


def enter(page: Page) -> None:
    """Begin a meeting: from here on the address names one version, which is kept until the meeting is left."""
    st.session_state[KEPT] = data.keep(page.source)
    controls.write("version", str(page.source.version))
    controls.write("meeting", "1")


def leave(page: Page) -> None:
    """End a meeting: the page follows the newest data again."""
    if st.session_state.pop(KEPT, False):
        data.let_go(page.source)
    for name in (BEGAN, SHOWN):
        st.session_state.pop(name, None)
    for name in ("meeting", "section", "version"):
        controls.write(name, "")


def enter_button(page: Page) -> None:
    """Draw the way into a meeting."""
    text = page.text
    st.button(
        text("meeting.enter"),
        key="meeting-enter",
        icon=":material/slideshow:",
        type="tertiary",
        help=text("meeting.enter_help"),
        on_click=enter,
        args=(page,),
    )


def bar(page: Page, pages: Mapping[str, StreamlitPage], order: Sequence[Slide], place: int) -> None:
    """Draw the bar at the foot: back, where we are, on, what is decided here, how long it takes, and out."""
    text = page.text
    with st.container(key="meeting-bar", horizontal=True, vertical_alignment="center"):
        _step(text, pages, order, place - 1, "back", ":material/chevron_left:", "Left")
        slide = order[place]
        st.html(
            f'<span class="as-slide"><b>{escape(text(f"app.{slide.view}"))}</b><span> · </span>'
            f"{escape(text(f'meeting.{slide.view}_{slide.section}'))} "
            f'<span class="as-quiet">{escape(text("meeting.place", place=place + 1, count=len(order)))}</span></span>',
            width="content",
        )
        _step(text, pages, order, place + 1, "next", ":material/chevron_right:", "Right")
        decide_button(page, slide.subjects, "meeting", text("meeting.decide"))
        st.html(_timer(slide, text), width="content")
        st.html(
            '<span class="as-quiet">'
            + text("meeting.frozen", version=page.source.version, as_of=f"{page.source.as_of:%m-%d %H:%M}")
            + escape(_limits(page))
            + (f" · {text('meeting.demo')}" if page.demo else "")
            + "</span>",
            width="content",
        )
        st.button(text("meeting.leave"), key="meeting-leave", on_click=leave, args=(page,), shortcut="Escape")


def _timer(slide: Slide, text: Text) -> str:
    shown, whole = elapsed(slide, time.time())
    planned = "" if slide.minutes is None else text("meeting.planned", minutes=slide.minutes)
    limit = None if slide.minutes is None else 60 * slide.minutes
    return timer(shown, whole, limit=limit, planned=planned, here=text("meeting.here"), entire=text("meeting.entire"))


def _step(
    text: Text, pages: Mapping[str, StreamlitPage], order: Sequence[Slide], to: int, name: str, icon: str, shortcut: str
) -> None:
    there = 0 <= to < len(order)
    pressed = st.button(
        text(f"meeting.{name}"), key=f"meeting-{name}", icon=icon, shortcut=shortcut, disabled=not there
    )
    if pressed and there:
        slide = order[to]
        st.switch_page(pages[slide.view], query_params={**controls.travelling(), "section": [slide.section]})


def _limits(page: Page) -> str:
    language = page.text.language
    return "".join(
        f" · {page.text('empty.sep').join(value_label(dimension, value, language) for value in values)}"
        for dimension, values in page.choices.where.items()
    )
