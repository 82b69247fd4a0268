"""Bars side by side: in the order of the frame, with whiskers, and with a word where there is no number."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts.bars import bars
from dashboard.charts.theme import LIGHT

NAN = float("nan")
FRAME = pd.DataFrame({"value": [0.3, 0.1, NAN], "low": [0.25, 0.02, NAN], "high": [0.35, 0.9, NAN]})
NAMES = ["广东", "一个很长很长很长很长很长很长很长很长很长的商品名称", "西藏"]


def drawn(apart: bool = False, whole: float | None = None) -> go.Figure:
    words = ["30.0%", "10.0%", "样本太少：2 单，至少 30"]
    return bars(FRAME, NAMES, LIGHT, unit="share", words=words, hover=words, apart=apart, whole=whole)


def test_the_first_row_stands_on_top_and_none_is_left_out() -> None:
    figure = drawn()
    top, bottom = figure.layout.yaxis.range[1], figure.layout.yaxis.range[0]
    assert top < 0 < 2 < bottom
    assert [note.text for note in figure.layout.annotations] == ["30.0%", "10.0%", "样本太少：2 单，至少 30"]
    assert figure.layout.annotations[2].font.color == LIGHT.muted
    assert figure.layout.yaxis.ticktext[1].endswith("…")


def test_a_wide_whisker_does_not_squash_the_bars() -> None:
    figure = drawn()
    (bar,) = figure.data
    assert bar.error_x.array[0] == pytest.approx(0.05)
    assert bar.error_x.arrayminus[0] == pytest.approx(0.05)
    assert 0.1 + bar.error_x.array[1] < 0.5
    assert figure.layout.xaxis.range[1] < 0.6


def test_only_what_is_apart_stands_out() -> None:
    assert len(set(drawn().data[0].marker.color)) == 1
    assert list(drawn(apart=True).data[0].marker.color) == [LIGHT.comparison, LIGHT.bar, LIGHT.bar]


def test_the_whole_is_a_line_behind_the_bars() -> None:
    assert not drawn().layout.shapes
    (line,) = drawn(whole=0.2).layout.shapes
    assert (line.x0, line.layer) == (0.2, "below")
