"""The title of a panel: a finding in one line, and what it rests on in small."""

from __future__ import annotations

from html import escape


def title(finding: str, rests_on: str = "") -> str:
    """Return the HTML of a finding and of the period, the n, the interval and the as-of behind it."""
    small = f"<small>{escape(rests_on)}</small>" if rests_on else ""
    return f'<h2 class="as-finding">{escape(finding)}{small}</h2>'
