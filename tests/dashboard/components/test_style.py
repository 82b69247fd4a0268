"""The style sheets: what a meeting lays over a page."""

from __future__ import annotations

import re

from dashboard.charts.theme import MAGNIFIED
from dashboard.components.style import SLIDE, meeting_style


def larger(width: int, height: int) -> float:
    """Return how much larger a screen shows a slide than the one it is laid out for: the last rule that holds."""
    rules = re.findall(r"min-width:(\d+)px\) and \(min-height:(\d+)px\)\{:root\{--larger:([\d.]+);", meeting_style())
    return max([1.0, *(float(factor) for wide, high, factor in rules if int(wide) <= width and int(high) <= height)])


def test_a_slide_is_as_full_on_a_large_screen_as_on_a_small_one() -> None:
    assert larger(*SLIDE) == 1
    assert larger(1920, 1080) == 1.4
    assert larger(3840, 2160) == 2.8


def test_a_slide_is_never_wider_or_higher_than_the_screen() -> None:
    for width, height in ((1280, 720), (1920, 940), (1600, 1200), (2560, 1440), (7680, 4320)):
        factor = larger(width, height)
        assert factor == 1 or (SLIDE[0] * factor <= width + 1 and SLIDE[1] * factor <= height + 1)


def test_plotlys_letters_are_magnified_once() -> None:
    assert f"--magnified:calc({MAGNIFIED} * var(--larger))" in meeting_style()
