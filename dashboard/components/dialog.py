"""A dialog, and whether one is open: whatever draws the page anew by itself would close it over what is being typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

OPENED = "dialog-opened"


def open_dialog(
    title: str,
    body: Callable[[], None],
    *,
    width: Literal["small", "medium", "large"] = "small",
    position: Literal["center", "right"] = "center",
) -> None:
    """Open a dialog over the page."""
    st.session_state[OPENED] = True
    st.dialog(title, width=width, position=position)(body)()


def page_begins() -> None:
    """Note that the whole page is drawn anew, with which every dialog has closed."""
    st.session_state[OPENED] = False


def may_be_open() -> bool:
    """Whether a dialog was opened since the page was drawn; the server is not told when one is closed."""
    return bool(st.session_state.get(OPENED))
