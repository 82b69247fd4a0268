"""Meeting mode: one section at a time in large type, one version of the data, and arrow keys from one to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import controls, data
from dashboard.page import Page
from dashboard.text import Text
from metrics.words import value_label

KEPT = "meeting-kept"
"""Whether it was this meeting that began to keep the version: one that was kept before is not ours to let go."""


@dataclass(frozen=True)
class Slide:
    """One section of one view."""

    view: str
    section: str


def slides(views: Mapping[str, Sequence[str]]) -> list[Slide]:
    """Return what a meeting is led through, in the order of the navigation."""
    return [Slide(view, section) for view, sections in views.items() for section in sections]


def standing_at(order: Sequence[Slide], view: str, section: str | None) -> int:
    """Return the place of a section; that of the view's first where none is named, and 0 for a view without any."""
    places = [place for place, slide in enumerate(order) if slide.view == view]
    named = [place for place in places if order[place].section == section]
    return (named or places or [0])[0]


def enter(page: Page) -> None:
    """Begin a meeting: from here on the address names one version, which is kept until the meeting is left."""
    st.session_state[KEPT] = data.keep(page.source)
    controls.write("version", str(page.source.version))
    controls.write("meeting", "1")


def leave(page: Page) -> None:
    """End a meeting: the page follows the newest data again."""
    if st.session_state.pop(KEPT, False):
        data.let_go(page.source)
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
    """Draw the bar at the foot: back, where we are, of which version, on, and out."""
    text = page.text
    with st.container(key="meeting-bar", horizontal=True, vertical_alignment="center"):
        _step(text, pages, order, place - 1, "back", ":material/chevron_left:", "Left")
        slide = order[place]
        st.html(
            f'<span class="as-slide"><b>{escape(text(f"app.{slide.view}"))}</b> · '
            f"{escape(text(f'meeting.{slide.view}_{slide.section}'))} "
            f'<span class="as-quiet">{place + 1}/{len(order)}</span></span>',
            width="content",
        )
        _step(text, pages, order, place + 1, "next", ":material/chevron_right:", "Right")
        st.html(
            '<span class="as-quiet">'
            + text("meeting.frozen", version=page.source.version, as_of=text.moment(page.source.as_of))
            + escape(_limits(page))
            + (f" · {text('meeting.demo')}" if page.demo else "")
            + "</span>",
            width="content",
        )
        st.button(text("meeting.leave"), key="meeting-leave", on_click=leave, args=(page,), shortcut="Escape")


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
