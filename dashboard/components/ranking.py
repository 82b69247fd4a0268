"""A table whose rows can be picked: the worst first, one of them open beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.components.table import Column, Entry, table


def ranking(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Entry]],
    *,
    caption: str,
    names: Sequence[str],
    references: Sequence[str],
    chosen: str | None,
    pick: Callable[[str], None],
) -> None:
    """Draw the table; a click on a row calls `pick` with its reference.

    Over each row lies a button that says its name to whoever hears the page, so that the row answers to a click and
    to the keyboard: the cells of a table cannot.
    """
    at = references.index(chosen) if chosen in references else None
    with st.container(key="ranking"):
        st.html(table(columns, rows, caption=caption, chosen=at, tall=True))
        with st.container(key="picks", gap=None):
            for place, (name, reference) in enumerate(zip(names, references, strict=True)):
                st.button(name, key=f"pick-{place}", type="tertiary", width="stretch", on_click=pick, args=(reference,))
