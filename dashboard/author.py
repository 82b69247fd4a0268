"""Under whose name something is saved: asked where it is typed, and remembered for the visit."""

from __future__ import annotations

import streamlit as st

from dashboard.text import Text

REMEMBERED = "author"
LONGEST = 40


def author(text: Text, key: str) -> str:
    """Draw the field for the reader's name and return what stands in it; empty while nobody has signed.

    It is kept for the visit alone and never in the address, so that a link carries nobody's name.
    """
    name: str = st.text_input(
        text("author.label"), value=st.session_state.get(REMEMBERED, ""), key=f"author-{key}", max_chars=LONGEST
    ).strip()
    if name:
        st.session_state[REMEMBERED] = name
    return name
