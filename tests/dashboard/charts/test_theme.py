"""The colours: readable, told apart by the colour-blind, and none of streamlit's own."""

from __future__ import annotations

import pytest

from dashboard.charts.theme import DARK, FONT, LIGHT, Palette, bare_figure


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "secondary", "muted", "worse", "better"])
@pytest.mark.parametrize("surface", ["page", "card", "sunken"])
def test_every_text_can_be_read_on_every_surface(colours: Palette, text: str, surface: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, surface)) >= 4.5


def test_the_verdicts_are_the_ones_agreed_on() -> None:
    assert (LIGHT.worse, LIGHT.better, DARK.worse, DARK.better) == ("#C2410C", "#1D4ED8", "#FB923C", "#60A5FA")


def test_the_simplified_face_is_named_before_the_system_may_choose() -> None:
    faces = [face.strip(' "') for face in FONT.split(",")]
    assert faces.index("Noto Sans CJK SC") < faces.index("sans-serif")


def test_a_bare_figure_carries_no_template_and_no_default_colour() -> None:
    sent = bare_figure(LIGHT, height=300).to_json()
    assert sent is not None
    assert len(sent) < 3000
    assert "#636efa" not in sent.lower()
