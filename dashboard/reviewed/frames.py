"""Values of a review in the shapes that the pictures and words of other pages already know."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from dashboard.headline import Cell
from metrics.compare import Difference
from metrics.review.model import Cause, Change, CoursePoint, Number, Week

POINTS = ["value", "low", "high", "projected", "projected_low", "projected_high"]


def cell_of(number: Number) -> Cell:
    """Return a number as a row of `query`, where what is absent is NaN."""
    low, high, value = map(_or_nan, (number.low, number.high, number.value))
    return Cell(
        float(number.n), _or_nan(number.numerator), _or_nan(number.denominator), value, low, high, number.status
    )


def difference_of(change: Change) -> Difference:
    """Return a change as `metrics.compare` tells it."""
    return Difference(change.diff, _or_nan(change.low), _or_nan(change.high), change.verdict)


def weeks_frame(weeks: Iterable[Week]) -> pd.DataFrame:
    """Return the weeks of a line as a frame of `query` by week."""
    rows = [
        (
            pd.Timestamp(week.start),
            week.now.value,
            week.now.low,
            week.now.high,
            week.projected,
            week.projected_low,
            week.projected_high,
        )
        for week in weeks
    ]
    return pd.DataFrame(rows, columns=["period", *POINTS]).astype(dict.fromkeys(POINTS, float))


def parts_frame(causes: Iterable[Cause]) -> pd.DataFrame:
    """Return the causes of a change as `Shop.why` lists its parts."""
    rows = [(cause.part, cause.segment, cause.effect) for cause in causes]
    return pd.DataFrame(rows, columns=["part", "segment", "effect"]).astype({"segment": object, "effect": float})


def course_frame(course: Iterable[CoursePoint]) -> pd.DataFrame:
    """Return the days of a batch as a frame of `Shop.spike_course`."""
    rows = [(point.day, point.age, point.observed, point.expected, point.low, point.high) for point in course]
    frame = pd.DataFrame(rows, columns=["day", "age", "observed", "expected", "low", "high"])
    return frame.assign(day=pd.to_datetime(frame["day"]))


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else float(value)
