"""The waterfall: bars that join what a number was to what it is, and hide nothing in the folding."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts.theme import LIGHT
from dashboard.charts.waterfall import Cause, causes, waterfall

PARTS = pd.DataFrame(
    [
        *(("rate", f"SKU{n}", effect) for n, effect in enumerate([0.004, -0.003, 0.002, 0.0004, 0.0003])),
        *(("mix", f"SKU{n}", effect) for n, effect in enumerate([0.005, 0.001, -0.0002, 0.0001])),
        ("mix", None, 0.006),
        ("late", "服饰", -0.001),
        ("late", "家居", -0.002),
        ("policy", "服饰", 0.0015),
    ],
    columns=["part", "segment", "effect"],
)


def test_the_largest_segments_stand_alone_and_the_rest_of_each_part_is_one_bar() -> None:
    assert causes(PARTS) == [
        Cause("late", None, pytest.approx(-0.003), 2),
        Cause("policy", None, 0.0015, 1),
        Cause("rate", "SKU0", 0.004, 0),
        Cause("rate", "SKU1", -0.003, 0),
        Cause("rate", "SKU2", 0.002, 0),
        Cause("rate", None, pytest.approx(0.0007), 2),
        Cause("mix", None, 0.006, 0),
        Cause("mix", "SKU0", 0.005, 0),
        Cause("mix", "SKU1", 0.001, 0),
        Cause("mix", None, pytest.approx(-0.0001), 2),
    ]


@pytest.mark.parametrize("most", [0, 1, 3, 100])
def test_folding_loses_nothing(most: int) -> None:
    assert sum(bar.effect for bar in causes(PARTS, most)) == pytest.approx(PARTS["effect"].sum(), abs=1e-15)


def test_a_bar_too_thin_to_see_is_folded_with_the_rest() -> None:
    thin = pd.DataFrame([("rate", "甲", 0.01), ("rate", "乙", 0.00001)], columns=["part", "segment", "effect"])
    assert [(bar.segment, bar.others) for bar in causes(thin)] == [("甲", 0), (None, 1)]


def test_without_a_cause_there_is_no_bar() -> None:
    assert causes(PARTS.iloc[:0]) == []


BARS = [Cause("late", None, -0.003, 2), Cause("rate", "服饰", 0.006, 0), Cause("mix", None, 0.001, 7)]


def drawn(given: list[Cause] = BARS) -> go.Figure:
    texts = [str(n) for n in range(len(given) + 2)]
    return waterfall(given, LIGHT, before=0.07, labels=texts, shown=texts, hover=["h"] * len(given))


def bars(figure: go.Figure) -> go.Bar:
    (found,) = [trace for trace in figure.data if trace.type == "bar"]
    return found


def marks(figure: go.Figure) -> go.Scatter:
    (found,) = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers+text"]
    return found


def test_every_bar_begins_where_the_one_above_it_ends() -> None:
    own = bars(drawn())
    assert list(own.base) == pytest.approx([0.07, 0.067, 0.073])
    ends = [base + effect for base, effect in zip(own.base, own.x, strict=True)]
    assert ends[:-1] == pytest.approx(list(own.base)[1:])
    assert list(marks(drawn()).x) == pytest.approx([0.07, ends[-1]])


def test_rows_run_from_the_top_down_and_each_has_its_label() -> None:
    figure = drawn()
    assert all(above > below for above, below in pairwise(figure.layout.yaxis.tickvals))
    assert list(figure.layout.yaxis.ticktext) == ["0", "1", "2", "3", "4"]
    assert list(bars(figure).y) == list(figure.layout.yaxis.tickvals)[1:-1]
    assert list(bars(figure).text) == ["1", "2", "3"]


def test_the_two_numbers_are_no_bars_since_the_axis_does_not_begin_at_zero() -> None:
    figure = drawn()
    assert figure.layout.xaxis.range[0] > 0
    assert len(bars(figure).x) == len(BARS)
    assert [text.strip() for text in marks(figure).text] == ["0", "4"]


def test_the_largest_cause_alone_is_highlighted() -> None:
    assert list(bars(drawn()).marker.color) == [LIGHT.bar, LIGHT.line, LIGHT.bar]
    many = [*BARS[:2], Cause("mix", None, 0.02, 30)]
    assert list(bars(drawn(many)).marker.color) == [LIGHT.bar, LIGHT.line, LIGHT.bar]


def test_the_numbers_beside_the_bars_have_room() -> None:
    low, high = drawn().layout.xaxis.range
    assert low < 0.067 - 0.1 * 0.007
    assert high > 0.074 + 0.1 * 0.007


def test_a_number_that_has_not_moved_is_two_marks() -> None:
    figure = drawn([])
    assert list(marks(figure).x) == [0.07, 0.07]
    assert figure.layout.xaxis.range[0] < 0.07 < figure.layout.xaxis.range[1]
