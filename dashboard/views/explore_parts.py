"""What all pictures of an answer share: the note below, the words for who hears it, and what a click does."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from dashboard.asking import put
from dashboard.explored.answer import Answer
from dashboard.text import Text
from metrics.question import Value


def limit(answer: Answer, values: tuple[Value, ...]) -> None:
    """Limit the page to one group, keeping all else that was asked."""
    limits = {name: (value,) for name, value in zip(answer.question.by, values, strict=False)}
    put(replace(answer.question, where={**answer.question.where, **limits}), answer.against)


def note(words: str) -> None:
    """Draw a remark under the picture."""
    st.html(f'<p class="as-note">{escape(words)}</p>')


def alt(answer: Answer, text: Text) -> str:
    """Return what is said of the picture to whoever does not see it."""
    return text("explore.alt", metric=answer.metric.label(text.language))
