"""Several groups over time: each named at its end, no two names on each other, young periods open."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.lines import LINE_SPACE, MOST_LINES, Line, lines
from dashboard.charts.theme import DARK, LIGHT

NAN = float("nan")
HEIGHT = 380


def line(name: str, values: list[float], young: float = NAN) -> Line:
    periods = pd.date_range("2026-09-28", periods=len(values) + 1, freq="W-MON")
    rows = pd.DataFrame({"period": periods, "value": [*values, NAN], "projected": [*[NAN] * len(values), young]})
    return Line(name, rows, [f"{name} {day:%m-%d}" for day in periods])


def drawn(*groups: Line) -> go.Figure:
    return lines(groups, LIGHT, unit="share", height=HEIGHT)


def test_every_line_ends_with_its_name_in_its_colour() -> None:
    figure = drawn(line("广东", [0.1, 0.2]), line("湖北", [0.3, NAN]))
    solid = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [note.text for note in figure.layout.annotations] == ["广东", "湖北"]
    assert {note.font.color for note in figure.layout.annotations} == {trace.line.color for trace in solid}
    assert np.isnan(solid[1].y[1]), "a gap stays a gap"


def test_names_of_lines_that_end_together_stand_apart() -> None:
    figure = drawn(*(line(f"第{i}组", [0.1, 0.1]) for i in range(MOST_LINES)))
    places = sorted(note.yshift for note in figure.layout.annotations)
    assert np.diff(places).min() >= LINE_SPACE - 1e-6
    colours = {note.font.color for note in figure.layout.annotations}
    assert len(colours) == MOST_LINES


def test_a_young_period_is_open_and_tied_to_the_settled_one() -> None:
    figure = drawn(line("广东", [0.1, 0.2], young=0.25))
    (dashed,) = (trace for trace in figure.data if trace.mode == "lines")
    assert dashed.line.dash == "dot"
    assert [round(float(y), 2) for y in dashed.y if not np.isnan(y)] == [0.2, 0.25]
    (points,) = (trace for trace in figure.data if trace.mode == "markers")
    assert points.marker.color == LIGHT.card


def test_a_point_tells_its_group() -> None:
    figure = drawn(line("广东", [0.1]), line("湖北", [0.2]))
    assert [set(trace.customdata.tolist()) for trace in figure.data] == [{0}, {1}]
    assert figure.data[1].hovertext[0].startswith("湖北")


def test_each_mode_has_lines_of_its_own() -> None:
    light, dark = (lines([line("广东", [0.1])], colours, unit="share") for colours in (LIGHT, DARK))
    assert light.data[0].line.color != dark.data[0].line.color
