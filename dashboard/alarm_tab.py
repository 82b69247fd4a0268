"""The alarm of an open page: how many tickets run out of time, in the tab's title, and a tone when they become more.

It looks by itself, so that a page that somebody left open in the morning still tells the truth at noon; the page is
drawn anew only where a version was published or the number has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from dashboard import controls, data
from dashboard.components.tone import tone
from dashboard.data import Source
from dashboard.page import Page
from dashboard.text import Text
from metrics.words import Refused

SOON = timedelta(hours=2)
EVERY = timedelta(seconds=30)
SEEN = "alarm-seen"


def alarm(page: Page) -> None:
    """Say in the tab's title how many tickets are late or soon will be, and keep looking.

    A page that was opened on one version, as in a meeting, stands still and so does its alarm.
    """
    due = running_out(page.source)
    if due:
        st.set_page_config(page_title=tab_title(due, page.text))
    if page.choices.meeting or page.choices.version is not None:
        return
    before = st.session_state.get(SEEN)
    st.session_state[SEEN] = due
    if page.choices.sound and before is not None and due > before:
        with st.container(key="alarm-tone"):
            st.audio(tone(), format="audio/wav", autoplay=True)
    st.fragment(_look_again, run_every=EVERY)(page, due)


def sound_switch(page: Page) -> None:
    """Draw the switch of the tone; it is part of the address, like every other choice."""
    text, key = page.text, "choice-sound"
    st.session_state[key] = page.choices.sound
    st.toggle(text("alarm.sound"), key=key, help=text("alarm.sound_help"), on_change=_sound(key))


def running_out(source: Source) -> int:
    """Return how many tickets of the store are late or have at most two hours left; 0 where nobody can tell."""
    try:
        waiting = data.queue(source, data.now(source), {})
    except Refused:
        return 0
    return int((waiting["hours_left"] <= SOON.total_seconds() / 3600).sum())


def tab_title(due: int, text: Text) -> str:
    """Return the title of the tab."""
    return f"({due}) {text('alarm.title')} · {text('app.name')}"


def _look_again(page: Page, due: int) -> None:
    source = data.newest(page.store)
    if source is not None and (source.version != page.source.version or running_out(source) != due):
        st.rerun()


def _sound(key: str) -> Callable[[], None]:
    return controls.changed(key, lambda on: controls.write("sound", "1" if on else ""))
