"""The line under the header: which shop, until when, which version; and that a demo is a demo."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def strip(parts: Sequence[str]) -> str:
    """Return the HTML of the facts of a page, already worded; they may hold <b> from our own labels."""
    return '<div class="as-strip">' + "".join(f"<span>{part}</span>" for part in parts) + "</div>"


def note(words: str) -> str:
    """Return the HTML of a remark about the page itself."""
    return f'<div class="as-demo" role="status">{escape(words)}</div>'


def demo_strip(words: str, link: str, address: str) -> str:
    """Return the HTML that says on every page that these numbers are made up, and where one's own would begin."""
    return (
        f'<div class="as-demo"><span>{words}</span><a href="{escape(address)}" target="_self">{escape(link)}</a></div>'
    )
