"""One batch's course: the band of a normal one, each line named at its end, and the day of the flag."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.batch_course import AFTERWARDS, batch_course
from dashboard.charts.line_ends import LINE_OF_TEXT
from dashboard.charts.theme import LIGHT

COURSE = pd.DataFrame(
    {
        "day": pd.date_range("2026-10-19", periods=5),
        "age": range(5),
        "observed": [0, 2, 9, 17, 24],
        "expected": [0.0, 1.5, 4.0, 7.0, 10.0],
        "low": [0.0, 0.0, 1.0, 3.0, 5.0],
        "high": [1.0, 4.0, 8.0, 12.0, 16.0],
    }
)


def drawn(course: pd.DataFrame = COURSE, flagged_on: date | None = None) -> go.Figure:
    return batch_course(
        course,
        LIGHT,
        hover=[f"{day:%m-%d}" for day in course["day"]],
        observed_label="已退 24",
        expected_label="应退约 10",
        band_label="正常范围",
        flagged_on=flagged_on,
        flag_label="10-21 标红",
    )


def test_the_band_lies_between_low_and_high_and_the_lines_hold_their_columns() -> None:
    band, expected, observed = drawn().data
    assert list(band.y) == [1, 4, 8, 12, 16, 5, 3, 1, 0, 0]
    assert list(expected.y) == list(COURSE["expected"])
    assert list(observed.y) == list(COURSE["observed"])
    assert (expected.line.dash, observed.line.dash) == ("dash", None)


def test_the_day_of_the_flag_is_marked_where_the_line_had_come_to() -> None:
    figure = drawn(flagged_on=date(2026, 10, 21))
    (mark,) = [trace for trace in figure.data if trace.mode == "markers"]
    assert (list(mark.y), mark.marker.symbol, mark.marker.color) == ([9.0], "diamond", LIGHT.worse)
    assert "10-21 标红" in [note.text for note in figure.layout.annotations]


def test_the_name_of_the_flag_takes_nothing_from_the_days() -> None:
    """It stands over the picture, and an axis that fits itself to it would press the days together."""
    figure = drawn(flagged_on=date(2026, 10, 21))
    first, last = COURSE["day"].min(), COURSE["day"].max()
    begins, ends = (pd.Timestamp(at) for at in figure.layout.xaxis.range)
    assert first - pd.Timedelta(days=1) < begins < first
    assert last < ends < last + pd.Timedelta(days=1)
    (name,) = [note for note in figure.layout.annotations if note.text == "10-21 标红"]
    assert (name.yref, name.y, name.yanchor) == ("paper", 1, "bottom")


def test_a_batch_that_was_never_flagged_has_no_mark() -> None:
    figure = drawn()
    assert len(figure.layout.shapes) == 0
    assert "10-21 标红" not in [note.text for note in figure.layout.annotations]


def test_a_flag_of_another_time_is_not_drawn_outside_of_the_picture() -> None:
    assert len(drawn(flagged_on=date(2026, 1, 1)).layout.shapes) == 0


def test_lines_that_end_together_have_names_that_do_not_cover_each_other() -> None:
    together = COURSE.assign(observed=[0, 1, 4, 7, 10], low=COURSE["expected"] - 0.1)
    figure = drawn(together)
    top = figure.layout.yaxis.range[1]
    pixels = (figure.layout.height - 48) / top
    at = sorted(note.y * pixels + (note.yshift or 0) for note in figure.layout.annotations)
    assert len(at) == 3
    assert min(upper - lower for lower, upper in pairwise(at)) >= LINE_OF_TEXT - 0.01


def test_the_axis_starts_at_zero_and_holds_all() -> None:
    low, high = drawn().layout.yaxis.range
    assert low == 0
    assert high > 24


def test_months_in_which_nothing_moves_are_left_out() -> None:
    long = pd.concat([COURSE, *[COURSE.tail(1)] * 60], ignore_index=True)
    long["day"] = pd.date_range("2026-10-19", periods=65)
    observed = drawn(long).data[2]
    assert len(observed.x) == len(observed.hovertext) == 4 + AFTERWARDS
    assert list(observed.y)[:5] == list(COURSE["observed"])
