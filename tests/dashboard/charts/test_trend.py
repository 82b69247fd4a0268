"""The trend: young periods open, gaps left open, marks where something happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts.theme import LIGHT
from dashboard.charts.trend import Mark, trend

NAN = float("nan")
MONDAYS = pd.date_range("2026-09-28", periods=6, freq="W-MON").date
FRAME = pd.DataFrame(
    {
        "period": MONDAYS,
        "value": [0.08, 0.09, NAN, 0.10, 0.11, NAN],
        "low": [0.07, 0.08, NAN, 0.09, 0.10, NAN],
        "high": [0.09, 0.10, NAN, 0.11, 0.12, NAN],
        "projected": [NAN, NAN, NAN, NAN, NAN, 0.13],
        "projected_low": [NAN, NAN, NAN, NAN, NAN, 0.10],
        "projected_high": [NAN, NAN, NAN, NAN, NAN, 0.16],
    }
)


def drawn(marks: Sequence[Mark] = (), highlight: date | None = None) -> go.Figure:
    hover = [str(day) for day in MONDAYS]
    return trend(FRAME, LIGHT, unit="share", hover=hover, marks=marks, highlight=highlight, young_label="仍会涨")


def of_mode(figure: go.Figure, mode: str) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.mode == mode]


def known(values: Sequence[float]) -> list[float]:
    return [value for value in values if not np.isnan(value)]


def said(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_the_line_keeps_its_gap() -> None:
    (line,) = of_mode(drawn(), "lines+markers")
    assert [bool(np.isnan(y)) for y in line.y] == [False, False, True, False, False, True]


def test_the_band_is_not_drawn_across_a_gap() -> None:
    bands = [trace for trace in drawn().data if trace.fill == "toself"]
    assert [len(band.x) // 2 for band in bands] == [2, 2]


def test_a_young_period_is_an_open_marker_at_its_projection_and_is_labelled() -> None:
    figure = drawn()
    (young,) = of_mode(figure, "markers")
    assert known(young.y) == [0.13]
    assert young.marker.color == LIGHT.card
    assert known(young.error_y.array) == pytest.approx([0.03])
    assert said(figure) == ["仍会涨"]


def test_the_dashed_line_starts_at_the_last_settled_point() -> None:
    (dashed,) = [trace for trace in drawn().data if trace.line.dash == "dot"]
    assert known(dashed.y) == [0.11, 0.13]


def test_only_what_happened_within_the_picture_is_marked() -> None:
    marks = [Mark(date(1970, 1, 1), "退货期 7 天"), Mark(date(2026, 10, 7), "退货期 15 天")]
    assert said(drawn(marks=marks)) == ["仍会涨", "退货期 15 天"]


def test_the_week_of_the_page_is_ringed_once() -> None:
    rings = [trace for trace in of_mode(drawn(highlight=MONDAYS[4]), "markers") if len(trace.y) == 1]
    assert [list(ring.y) for ring in rings] == [[0.11]]


@pytest.mark.parametrize(
    ("unit", "above", "starts"),
    [("share", 0.0, "tozero"), ("share", 0.8, "normal"), ("score", 4.0, "normal"), ("yuan", 9000.0, "tozero")],
)
def test_only_a_score_or_a_high_share_leaves_zero(unit: str, above: float, starts: str) -> None:
    numbers = [name for name in FRAME if name != "period"]
    raised = FRAME.assign(**{name: FRAME[name] + above for name in numbers})
    figure = trend(raised, LIGHT, unit=unit, hover=[""] * len(FRAME))
    assert figure.layout.yaxis.rangemode == starts
