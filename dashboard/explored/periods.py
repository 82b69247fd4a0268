"""When a period of an answer is whole: until its last day is old enough, its number is that of its first days."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from dashboard.headline import observed_days
from metrics import Question
from metrics.question import Grain


def end_of(start: date, grain: Grain) -> date:
    """Return the day after a period that begins on `start`."""
    steps = {"day": {"days": 1}, "week": {"weeks": 1}, "month": {"months": 1}, "quarter": {"months": 3}}
    step = pd.DateOffset(**steps.get(grain, {"years": 1}))  # type: ignore[arg-type]  # its other arguments are flags
    return (pd.Timestamp(start) + step).date()


def ready_on(question: Question, start: date) -> date:
    """Return the first day on which the whole of a period can be read, all its days being old enough."""
    observed = observed_days(question.definition, question.reading_asked, question.age)
    stop = end_of(start, question.grain or "day")
    return min(stop, question.stop or stop) + timedelta(days=max(observed - 1, 0))


def settled(frame: pd.DataFrame, question: Question, as_of: date) -> pd.Series:
    """Return which rows stand for a whole period; of a younger one only its first days have a number."""
    if question.grain is None or question.rolling:  # a rolling window is as long at the end as anywhere
        return pd.Series(True, index=frame.index)
    starts = [None if pd.isna(start) else start.date() for start in frame["period"]]
    whole = [start is None or ready_on(question, start) <= as_of for start in starts]
    return pd.Series(whole, index=frame.index, dtype=bool)
