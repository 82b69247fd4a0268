"""Under whose name something is saved: asked where it is typed, and remembered for the visit."""

from __future__ import annotations

import streamlit as st

from dashboard.text import Text

REMEMBERED = "author"
LONGEST = 40


def author(text: Text, key: str, *, low: bool = False) -> str:
    """Draw the field for the reader's name and return what stands in it; empty while nobody has signed.

    It is kept for the visit alone and never in the address, so that a link carries nobody's name. `low` writes what
    the field is for into it and not above.
    """
    name: str = st.text_input(
        text("author.label"),
        value=st.session_state.get(REMEMBERED, ""),
        key=_field(key),
        max_chars=LONGEST,
        placeholder=text("author.label") if low else None,
        label_visibility="collapsed" if low else "visible",
    ).strip()
    if name:
        st.session_state[REMEMBERED] = name
    return name


def signed(key: str) -> str:
    """Return the name that stands in the field of `author` now; empty where the field is gone.

    It may be another than when the page was drawn: whoever is quick signs and saves before it is drawn anew.
    """
    name: str = st.session_state.get(_field(key), "")
    return name.strip()


def _field(key: str) -> str:
    return f"author-{key}"
