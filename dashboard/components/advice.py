"""What to do, and why: a word in a frame, filled only where it has to be done today."""

from __future__ import annotations

from html import escape


def advice(action: str, reason: str, *, today: bool) -> str:
    """Return the HTML of an advice."""
    kind = "as-today" if today else "as-later"
    return f'<div class="as-advice"><b class="{kind}">{escape(action)}</b><span>{escape(reason)}</span></div>'
