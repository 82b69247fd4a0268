"""What takes longer than a reader waits for a page: the page says so, and is drawn again as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.components.dialog import may_be_open
from dashboard.components.state import state


@st.fragment(run_every="2s")
def awaited(ready: Callable[[], bool], head: str, body: str) -> None:
    """Draw that something is being made, and the page again when it is ready; never over a dialog that is open."""
    if ready() and not may_be_open():
        st.rerun()
    st.html(state(head, body, "waiting"))
