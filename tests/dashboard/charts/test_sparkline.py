"""The word-sized line: nothing is drawn that is not known."""

from __future__ import annotations

from xml.etree import ElementTree

import pandas as pd

from dashboard.charts.sparkline import sparkline
from dashboard.charts.theme import LIGHT

NAN = float("nan")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(value: list[float], projected: list[float]) -> ElementTree.Element:
    return ElementTree.fromstring(sparkline(pd.DataFrame({"value": value, "projected": projected}), LIGHT))


def test_four_weeks_are_three_strokes_and_a_point_at_the_end() -> None:
    picture = drawn([0.1, 0.2, 0.15, 0.3], [NAN] * 4)
    assert len(picture.findall(f"{SVG}line")) == 3
    (point,) = picture.findall(f"{SVG}circle")
    assert point.get("fill") == LIGHT.line
    assert float(point.get("cy", "")) == 5.0  # the highest value stands at the top, inside the margin


def test_a_missing_week_is_a_gap_and_not_a_zero() -> None:
    assert len(drawn([0.1, NAN, 0.15, 0.3], [NAN] * 4).findall(f"{SVG}line")) == 1


def test_young_weeks_are_open_and_dashed() -> None:
    picture = drawn([0.1, 0.2, NAN], [NAN, NAN, 0.25])
    assert [line.get("stroke-dasharray") for line in picture.findall(f"{SVG}line")] == [None, "3 3"]
    assert [point.get("fill") for point in picture.findall(f"{SVG}circle")] == [LIGHT.line, LIGHT.card]


def test_an_even_line_is_a_line_and_one_point_is_none() -> None:
    assert len(drawn([0.1, 0.1, 0.1], [NAN] * 3).findall(f"{SVG}line")) == 2
    assert sparkline(pd.DataFrame({"value": [0.1, NAN], "projected": [NAN, NAN]}), LIGHT) == ""
