"""What a tile says: one number, the weeks around it, and whether it moved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from metrics.catalog import Metric, ReadingName
from metrics.compare import Difference, compare
from metrics.question import Question, Value
from metrics.review.weeks import newest_week, observed_days
from metrics.words import Finding

__all__ = [
    "Cell",
    "Headline",
    "cell",
    "headline",
    "newest_week",
    "observed_days",
    "question_of",
    "reading_for",
    "settle",
    "whole",
]

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Cell:
    """One row of a frame of `query`: NaN where there is no number, and the status says why."""

    n: float
    numerator: float
    denominator: float
    value: float
    low: float
    high: float
    status: str

    @property
    def known(self) -> bool:
        """Whether there is a number to show."""
        return not math.isnan(self.value)

    @property
    def has_interval(self) -> bool:
        """Whether something can be said of chance."""
        return not math.isnan(self.low) and not math.isnan(self.high)


@dataclass(frozen=True)
class Headline:
    """A metric in one week, beside the week before and the same week of the year before.

    `week` is None where the number stands for the whole file, which has no weeks to compare. `weeks` are the
    weeks up to the newest, for the sparkline and the trend; young ones carry a projection and no value. `why_not` says
    why a question has no answer: mostly because the metric knows nothing of a limit of the page.
    """

    metric: Metric
    reading: ReadingName
    week: date | None
    now: Cell
    before: Cell | None
    year_before: Cell | None
    change: Difference | None
    weeks: pd.DataFrame
    why_not: Finding | None = None


def reading_for(metric: Metric, wanted: str) -> ReadingName:
    """Return the reading that was chosen where the metric has it, else its own."""
    for name in metric.readings:
        if name == wanted:
            return name
    return metric.default_reading


def question_of(line: Headline, where: Mapping[str, tuple[Value, ...]], age: int) -> Question:
    """Return the question that the number of a headline answers."""
    start = line.week
    stop = None if start is None else start + WEEK
    return Question(line.metric.name, where=where, reading=line.reading, age=age, start=start, stop=stop)


def settle(weeks: pd.DataFrame, newest: date) -> pd.DataFrame:
    """Return the weeks that can be drawn: whole ones with their value, and young ones with their projection alone.

    A week of which only Monday is old enough has a number, but it stands for Monday, and beside whole weeks it
    would read as a fall or a rise.
    """
    young = pd.to_datetime(weeks["period"]).dt.date > newest
    drawn = weeks.copy()
    drawn.loc[young, ["value", "low", "high"]] = float("nan")
    return drawn[~young | drawn["projected"].notna()]


def headline(
    metric: Metric, reading: ReadingName, weeks: pd.DataFrame, now: Cell, week: date, newest: date
) -> Headline:
    """Return what stands in the tile of one week, beside the weeks of a frame of `query` by week."""
    cells = {pd.Timestamp(row["period"]).date(): cell(row) for _, row in weeks.iterrows()}
    before = cells.get(week - WEEK)
    comparable = before is not None and before.known and now.known
    return Headline(
        metric=metric,
        reading=reading,
        week=week,
        now=now,
        before=before,
        year_before=cells.get(week - 52 * WEEK),
        change=compare(now, before, metric.good) if comparable and before is not None else None,
        weeks=settle(weeks, newest),
        why_not=weeks.attrs.get("finding"),
    )


def whole(metric: Metric, reading: ReadingName, frame: pd.DataFrame) -> Headline:
    """Return what stands in the tile where a source has no weeks to compare: its number as a whole."""
    return Headline(metric, reading, None, cell(frame.iloc[0]), None, None, None, frame.iloc[:0])


def cell(row: pd.Series) -> Cell:
    """Return one row of a frame as a value."""
    return Cell(
        **{name: float(row[name]) for name in ("n", "numerator", "denominator", "value", "low", "high")},
        status=str(row["status"]),
    )
