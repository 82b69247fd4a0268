"""The drawer: what opens beside the page when a number is asked where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st


def drawer(head: str, big: str, definition: str, facts: Sequence[tuple[str, str]]) -> None:
    """Open the drawer on a number: the number, its definition, and the facts that it rests on."""
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(fact)}</dd>" for name, fact in facts)

    def body() -> None:
        st.html(
            f'<div class="as-drawer"><div class="as-big">{escape(big)}</div><p>{escape(definition)}</p>'
            f"<dl>{listed}</dl></div>"
        )

    st.dialog(head, position="right")(body)()
