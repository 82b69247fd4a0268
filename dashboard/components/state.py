"""The states of a panel that has no picture: each says what it is, and what to do next."""

from __future__ import annotations

from html import escape
from typing import Literal

Kind = Literal["calm", "broken", "waiting"]


def state(head: str, body: str = "", kind: Kind = "calm") -> str:
    """Return the HTML of a state; only what is broken carries a colour, and only what is made moves."""
    paragraph = f"<p>{escape(body)}</p>" if body else ""
    return f'<div class="as-state as-{kind}" role="status"><h3>{escape(head)}</h3>{paragraph}</div>'
