"""A tile: one headline number, what it was, and thirteen weeks in a line."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Tile:
    """The words of a tile, ready to be shown. `value` None: there is none, and `absence` says why.

    `verdict` is the class of its word (better, worse, moved, unclear); rows that have nothing to say are empty,
    but keep their height, so that five tiles stay in line. Rows may hold <b>; they come from our own labels.
    """

    label: str
    value: str | None
    absence: tuple[str, str] = ("", "")
    change: str = ""
    verdict: str = ""
    verdict_word: str = ""
    rows: tuple[str, ...] = ()
    period: str = ""
    sparkline: str = ""
    sparkline_words: str = ""
    why: str = ""


def tile(words: Tile) -> str:
    """Return the HTML of a tile. The button for its definition is the view's, which can answer a click."""
    if words.value is None:
        head = f'<div class="as-value as-none">{escape(words.absence[0])}</div>'
        below = f'<div class="as-row as-why">{escape(words.absence[1])}</div>'
    else:
        head = f'<div class="as-value">{escape(words.value)}</div>'
        change = escape(words.change)
        if words.verdict_word:
            change += f' <span class="as-{words.verdict}">{escape(words.verdict_word)}</span>'
        below = "".join(f'<div class="as-row">{row}</div>' for row in (change, *words.rows))
    picture = '<div class="as-blank"></div>'
    if words.sparkline:
        data = b64encode(words.sparkline.encode()).decode()
        picture = (
            f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(words.sparkline_words)}" '
            f'title="{escape(words.sparkline_words)}">'
        )
    return (
        f'<div class="as-tile"><div class="as-label">{escape(words.label)}</div>{head}'
        f'{below}{picture}<div class="as-small">{escape(words.period)}</div>'
        f'<div class="as-because">{escape(words.why)}</div></div>'
    )
