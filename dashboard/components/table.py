"""Tables: 36 px rows, numbers to the right, the n in grey, and bars with whiskers where a column is ranked.

Plain HTML, so that the same table stands on a page and in a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal


@dataclass(frozen=True)
class Column:
    """A column: its header, and how its cells stand."""

    head: str
    align: Literal["left", "right"] = "left"
    wrap: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar from zero with the whisker of its interval, all as shares of the longest; None: no whisker."""

    length: float
    whisker: tuple[float, float] | None = None
    first: bool = False


@dataclass(frozen=True)
class Rate:
    """A number with its fraction in grey, and the interval for whoever points at it."""

    value: str
    fraction: str
    hint: str = ""


@dataclass(frozen=True)
class Quiet:
    """A word that stands where a number is not, in grey."""

    words: str


@dataclass(frozen=True)
class Stacked:
    """A number or a name, and under it in grey what it rests on."""

    words: str
    small: str


@dataclass(frozen=True)
class Judged:
    """A verdict: a word in the colour of its kind, after what it judges, and under it in grey what it rests on."""

    kind: str
    words: str
    before: str = ""
    small: str = ""


@dataclass(frozen=True)
class Level:
    """How bad something is: a sign whose shape and colour both say it, and the word."""

    level: Literal["red", "amber", "calm", "young"]
    words: str


@dataclass(frozen=True)
class Countdown:
    """The time that is left in words, over a bar of how much of it that is; what is late says so in its colour."""

    words: str
    share: float
    late: bool


Entry = str | Bar | Rate | Quiet | Stacked | Judged | Level | Countdown
SIGNS = {"red": "◆", "amber": "△", "calm": "●", "young": "○"}


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Entry]],
    *,
    caption: str,
    chosen: int | None = None,
    tall: bool = False,
) -> str:
    """Return the HTML of a table; `caption` names it for readers who hear the page.

    `chosen` is the row that is open beside it; `tall` gives rows the height of two lines.
    """
    head = "".join(f'<th scope="col" class="as-{column.align}">{escape(column.head)}</th>' for column in columns)
    body = "".join(
        ('<tr aria-selected="true">' if place == chosen else "<tr>")
        + "".join(_cell(column, entry) for column, entry in zip(columns, row, strict=True))
        + "</tr>"
        for place, row in enumerate(rows)
    )
    return (
        f'<div class="as-scroll"><table class="as-table{" as-tall" if tall else ""}" aria-label="{escape(caption)}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(column: Column, entry: Entry) -> str:
    if isinstance(entry, Bar):
        return f'<td class="as-bar-cell">{_bar(entry)}</td>'
    classes = f"as-{column.align}" + (" as-wrap" if column.wrap else "")
    if isinstance(entry, Rate):
        return (
            f'<td class="{classes}" title="{escape(entry.hint)}">{escape(entry.value)}'
            f'<span class="as-n">{escape(entry.fraction)}</span></td>'
        )
    if isinstance(entry, Stacked):
        return (
            f'<td class="{classes}" title="{escape(entry.words)} {escape(entry.small)}">{escape(entry.words)}'
            f"<small>{escape(entry.small)}</small></td>"
        )
    if isinstance(entry, Judged):
        before = f"{escape(entry.before)} " if entry.before else ""
        small = f"<small>{escape(entry.small)}</small>" if entry.small else ""
        return f'<td class="{classes}">{before}<b class="as-{escape(entry.kind)}">{escape(entry.words)}</b>{small}</td>'
    if isinstance(entry, Countdown):
        late = " as-late" if entry.late else ""
        return (
            f'<td class="{classes} as-countdown{late}">{escape(entry.words)}'
            f'<i aria-hidden="true"><b style="width:{100 * entry.share:.1f}%"></b></i></td>'
        )
    if isinstance(entry, Level):
        return (
            f'<td class="{classes} as-level-{entry.level}"><i aria-hidden="true">{SIGNS[entry.level]}</i>'
            f"<small>{escape(entry.words)}</small></td>"
        )
    if isinstance(entry, Quiet):
        return f'<td class="{classes} as-quiet">{escape(entry.words)}</td>'
    return f'<td class="{classes}">{escape(entry)}</td>'


def _bar(bar: Bar) -> str:
    whisker = ""
    if bar.whisker is not None:
        low, high = bar.whisker
        whisker = f'<u style="left:{100 * low:.2f}%;width:{100 * max(high - low, 0):.2f}%"></u>'
    first = " as-first" if bar.first else ""
    return f'<div class="as-bar{first}"><i style="width:{100 * bar.length:.2f}%"></i>{whisker}</div>'
