"""A clock that runs in the browser alone: the style sheet counts, and the server is asked nothing meanwhile."""

from __future__ import annotations

from html import escape


def timer(shown: float, whole: float, *, limit: int | None, planned: str, here: str, entire: str) -> str:
    """Return the HTML of how long a slide has been shown and a meeting has lasted, both in seconds.

    After `limit` seconds the first turns into the colour of what is late; `planned` says how long it was meant to be.
    """
    late, until = ("", "") if limit is None else (" as-limited", f";--limit:{limit}s")
    plan = f"<span>/ {escape(planned)}</span>" if planned else ""
    return (
        f'<span class="as-timer" role="timer"><i>{escape(here)}</i>'
        f'<b class="as-clock{late}" style="--from:{-shown:.0f}s{until}"></b>{plan}'
        f'<i>{escape(entire)}</i><b class="as-clock" style="--from:{-whole:.0f}s"></b></span>'
    )
