"""A button that copies words with one click: plain text, ready for the chat of a group."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

SCRIPT = Path(__file__).with_name("copy.js")


def copy_button(words: str, *, label: str, done: str, key: str) -> None:
    """Draw the button; after the click it says for two seconds that it is done."""
    _component()(data={"words": words, "label": label, "done": done}, key=key, width="content", height="content")


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "aftersales_copy",
        html='<button type="button" class="as-copy"><span></span></button>',
        js=SCRIPT.read_text(encoding="utf-8"),
        isolate_styles=False,
    )
