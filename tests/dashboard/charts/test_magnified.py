"""What a meeting shows larger: letters, signs, lines and margins, but not the numbers."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.charts.theme import LIGHT, MAGNIFIED, bare_figure, magnified


def test_lengths_grow_and_numbers_stay() -> None:
    figure = bare_figure(LIGHT, height=200)
    figure.add_trace(go.Scatter(x=[1, 2], y=[3, 4], marker={"size": 5}, line={"width": 2}))
    figure.add_annotation(text="end", x=2, y=4, xshift=10, font={"size": 13})
    larger = magnified(figure)
    assert larger.layout.font.size == 13 * MAGNIFIED >= 20
    assert larger.layout.xaxis.tickfont.size == 13 * MAGNIFIED
    assert larger.layout.margin.l == 8 * MAGNIFIED
    assert larger.layout.annotations[0].xshift == 10 * MAGNIFIED
    assert larger.layout.annotations[0].x == 2
    assert larger.data[0].marker.size == 5 * MAGNIFIED
    assert larger.data[0].line.width == 2 * MAGNIFIED
    assert list(larger.data[0].y) == [3, 4]
    assert larger.layout.height == 200  # its place is zoomed by the page
    assert figure.layout.font.size == 13
