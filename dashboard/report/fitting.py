"""How much room a text takes on a slide: nobody is there who would see that it runs over the edge.

Widths are rather too large than too small, since every machine has a font of its own.
"""

from __future__ import annotations

import re
import unicodedata

WIDE, NARROW = 1.0, 0.58  # of the size of the letters; most Latin letters are narrower than that
SPACING = 1.28
_WORD = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|\s")


def width(text: str, size: float) -> float:
    """Return the width of a line in points.

    >>> width("退款率", 10), width("ab", 10)
    (30.0, 11.6)
    """
    return size * sum(WIDE if unicodedata.east_asian_width(sign) in "WFA" else NARROW for sign in text)


def lines(text: str, size: float, room: float) -> int:
    r"""Return how many lines a text takes in a room of so many points.

    >>> lines("退款率变差", 10, 30), lines("a\nb", 10, 30), lines("", 10, 30)
    (2, 2, 1)
    """
    return sum(_lines(part, size, room) for part in text.split("\n"))


def breaks(text: str, size: float, room: float) -> bool:
    """Whether a word of the text is longer than a line.

    >>> breaks("Exchange 换货", 10, 40), breaks("换货换货换货", 10, 40)
    (True, False)
    """
    return any(width(word, size) > room for word in _WORD.findall(text))


def height(text: str, size: float, room: float) -> float:
    """Return the height of a text in points."""
    return lines(text, size, room) * size * SPACING


def cut(text: str, size: float, room: float, most: int) -> str:
    """Return a text that takes at most so many lines; one that is cut says so by its end.

    >>> cut("轻云跑步鞋雪地短靴", 10, 50, 1)
    '轻云跑步…'
    """
    if lines(text, size, room) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines(text[:middle].rstrip() + "…", size, room) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


def _lines(text: str, size: float, room: float) -> int:
    count, used = 1, 0.0
    for word in _WORD.findall(text):
        wide = width(word, size)
        if used + wide > room and used > 0 and not word.isspace():
            count, used = count + 1, 0.0
        while wide > room:  # a word that is longer than a line is broken
            count, wide = count + 1, wide - room
        used += wide
    return count
