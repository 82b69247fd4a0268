"""The days of a promotion: each line holds its column, and what is not known is not drawn."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts.line_ends import LINE_OF_TEXT
from dashboard.charts.promotion_days import Names, promotion_days
from dashboard.charts.theme import LIGHT

NAN = float("nan")
DAYS = pd.DataFrame(
    {
        "day": pd.date_range("2026-11-11", periods=4),
        "tickets_then": [20.0, 18.0, 27.0, 31.0],
        "tickets_now": [47.0, 46.0, NAN, NAN],
        "usual": [26.0] * 4,
        "expected": [32.0, 39.0, 54.0, 58.0],
        "low": [23.0, 28.0, 39.0, 41.0],
        "high": [43.0, 53.0, 74.0, 81.0],
    }
)
NAMES = Names("预计", "实际", "上次", "平日")


def drawn(days: pd.DataFrame = DAYS) -> go.Figure:
    return promotion_days(days, LIGHT, hover=[f"{day:%m-%d}" for day in days["day"]], names=NAMES)


def test_the_lines_hold_their_columns_and_the_band_lies_between_low_and_high() -> None:
    band, usual, then, expected, came = drawn().data
    assert list(band.y) == [43, 53, 74, 81, 41, 39, 28, 23]
    assert list(usual.y) == list(DAYS["usual"])
    assert list(then.y) == list(DAYS["tickets_then"])
    assert list(expected.y) == list(DAYS["expected"])
    np.testing.assert_array_equal(came.y, DAYS["tickets_now"])
    assert list(expected.hovertext) == ["11-11", "11-12", "11-13", "11-14"]


def test_what_is_not_over_is_open_and_dotted_and_what_has_come_is_not() -> None:
    *_, expected, came = drawn().data
    assert (expected.line.dash, expected.marker.color) == ("dot", LIGHT.card)
    assert (came.line.dash, came.marker.color) == (None, LIGHT.line)


def test_days_of_which_nothing_is_told_leave_no_band() -> None:
    days = DAYS.assign(low=[23.0, 28.0, NAN, NAN], high=[43.0, 53.0, NAN, NAN], expected=[32.0, 39.0, NAN, NAN])
    assert list(drawn(days).data[0].y) == [43, 53, 28, 23]


def test_the_highest_of_all_stays_within_the_picture() -> None:
    assert drawn().layout.yaxis.range[1] > DAYS["high"].max()
    assert drawn(DAYS.assign(tickets_now=[400.0, 46.0, NAN, NAN])).layout.yaxis.range[1] > 400


@pytest.mark.parametrize(
    ("came", "names"),
    [
        ([NAN] * 4, {"预计", "上次", "平日"}),
        ([47.0, 46.0, NAN, NAN], {"预计", "上次", "平日", "<b>实际</b>"}),
        ([47.0, 46.0, 50.0, 58.0], {"预计", "上次", "平日", "<b>实际</b>"}),
    ],
)
def test_each_line_says_its_name_where_it_ends(came: list[float], names: set[str]) -> None:
    notes = drawn(DAYS.assign(tickets_now=came)).layout.annotations
    assert {note.text for note in notes} == names
    last = [note.y for note in notes if note.text == "<b>实际</b>"]
    assert last == [count for count in came if not np.isnan(count)][-1:]


def test_names_that_would_lie_on_each_other_make_room() -> None:
    days = DAYS.assign(tickets_then=[30.0] * 4, expected=[30.0] * 4, usual=[30.0] * 4)
    figure = drawn(days)
    shifts = sorted(note.yshift for note in figure.layout.annotations if note.xref == "paper")
    assert all(above - below >= LINE_OF_TEXT - 1e-6 for below, above in pairwise(shifts))
