"""A shaded table: darker with the number, readable on every shade, and grey words where there is none."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from dashboard.charts.shaded import shaded
from dashboard.charts.theme import DARK, LIGHT, Palette

NUMBERS = pd.DataFrame([[0.1, 0.2], [float("nan"), 0.4]], index=["广东", "湖北"], columns=["服饰", "家居"])
WORDS = pd.DataFrame([["10%", "20%"], ["样本太少", "40%"]], index=NUMBERS.index, columns=NUMBERS.columns)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_larger_the_number_the_further_from_the_ground(colours: Palette) -> None:
    html = shaded(NUMBERS, WORDS, colours).to_html()
    grounds = re.findall(r"background-color: (#\w{6})", html)
    assert len(grounds) == 3
    away = [contrast(ground, colours.card) for ground in grounds]
    assert away == sorted(away)
    assert away[0] == pytest.approx(1)
    assert all(contrast(ground, colours.ink) >= 4.5 for ground in grounds)


def test_a_cell_without_a_number_says_why() -> None:
    html = shaded(NUMBERS, WORDS, LIGHT).to_html()
    assert "样本太少" in html
    assert f"color: {LIGHT.muted}" in html


def test_one_number_alone_is_not_the_darkest() -> None:
    assert LIGHT.card in shaded(NUMBERS.iloc[:1, :1], WORDS.iloc[:1, :1], LIGHT).to_html()
