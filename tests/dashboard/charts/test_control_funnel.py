"""The control funnel: every batch a point, its level told by shape and by colour, the limits narrowing."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts.control_funnel import LEAST_EXPECTED, control_funnel
from dashboard.charts.theme import DARK, LIGHT

NAN = float("nan")
LEVELS = {"red": "红", "amber": "黄", "calm": "正常", "young": "还早"}
BATCHES = pd.DataFrame(
    {
        "batch_id": ["B1", "B2", "B3", "B4", "B5", "B6"],
        "observed": [38, 9, 11, 1, 2, 0],
        "expected": [16.0, 4.0, 10.0, 0.15, 0.01, NAN],
        "level": ["red", "amber", "calm", "young", "young", "young"],
    }
)
LIMITS = pd.DataFrame({"expected": [0.01, 1.0, 4.0, 16.0], "low": [0.0, 0.0, 1.0, 9.0], "high": [1.0, 4.0, 9.0, 24.0]})


def drawn(batches: pd.DataFrame = BATCHES) -> go.Figure:
    return control_funnel(
        batches,
        LIMITS,
        LIGHT,
        hover=[f"<b>{name}</b>" for name in batches["batch_id"]],
        names=list(batches["batch_id"]),
        level_labels=LEVELS,
        expected_label="应退件数",
        relative_label="倍数",
    )


def of(figure: go.Figure, level: str) -> go.Scatter:
    (found,) = [trace for trace in figure.data if trace.name == LEVELS[level]]
    return found


def test_a_batch_stands_at_what_it_should_have_and_how_many_times_as_much_came() -> None:
    figure = drawn()
    assert (list(of(figure, "red").x), list(of(figure, "red").y)) == ([16.0], [38 / 16])
    assert list(of(figure, "calm").y) == [1.1]
    assert figure.layout.xaxis.type == "log"


def test_levels_differ_in_shape_and_not_in_colour_alone() -> None:
    marks = [of(drawn(), level).marker for level in LEVELS]
    assert len({(mark.symbol, mark.color) for mark in marks}) == 4
    assert len({mark.symbol for mark in marks[:3]}) == 3


def test_only_the_red_ones_are_named_and_all_answer_to_the_pointer() -> None:
    figure = drawn()
    assert [name.strip() for name in of(figure, "red").text] == ["B1"]
    assert [of(figure, level).text for level in ("amber", "calm", "young")] == [None, None, None]
    assert list(of(figure, "amber").hovertext) == ["<b>B2</b>"]


def test_what_has_nothing_to_compare_with_is_left_out() -> None:
    assert list(of(drawn(), "young").x) == [0.15]  # .01 expected returns, and none known, say nothing


def test_a_point_far_off_the_scale_stands_at_its_edge_and_presses_nobody_down() -> None:
    figure = drawn()
    assert list(of(figure, "young").y) == [3.0]  # 1 / .15 = 6.7
    assert figure.layout.yaxis.range[1] == pytest.approx(3.12)


def test_the_limits_are_those_of_a_normal_batch_as_multiples() -> None:
    band = next(trace for trace in drawn().data if trace.fill == "toself")
    assert list(band.x) == [1.0, 4.0, 16.0, 16.0, 4.0, 1.0]
    assert list(band.y) == [4.0, 2.25, 1.5, 9 / 16, 0.25, 0.0]


def test_names_stand_where_there_is_room_and_not_over_each_other() -> None:
    red = BATCHES.assign(level="red", expected=[100.0, 10.0, 9.0, 4.0, 4.0, 4.0], observed=[500, 30, 27, 10, 6, 4])
    sides = list(of(drawn(red), "red").textposition)
    assert sides[0] == "middle left"  # at the right edge a name would be cut
    assert sorted(sides[1:3]) == ["bottom center", "top center"]  # three times as much each
    assert sides[3:] == ["middle right"] * 3  # far enough apart


def test_a_shop_without_any_score_has_an_empty_picture() -> None:
    figure = drawn(BATCHES[BATCHES["expected"].isna()])
    assert [len(of(figure, level).x) for level in LEVELS] == [0] * 4
    assert figure.layout.xaxis.range[0] == math.log10(LEAST_EXPECTED)


def test_both_modes_draw_with_their_own_colours() -> None:
    dark = control_funnel(
        BATCHES, LIMITS, DARK, hover=[""] * 6, names=[""] * 6, level_labels=LEVELS, expected_label="", relative_label=""
    )
    assert of(dark, "red").marker.color == DARK.worse
