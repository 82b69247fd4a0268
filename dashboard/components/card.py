"""A card: one step to take, with the command to type where there is one."""

from __future__ import annotations

from html import escape


def card(head: str, body: str, command: str = "") -> str:
    """Return the HTML of a step."""
    typed = f'<code class="as-code">{escape(command)}</code>' if command else ""
    return f'<div class="as-step"><h3>{escape(head)}</h3><p>{escape(body)}</p>{typed}</div>'
