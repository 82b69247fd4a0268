"""What the numbers of a review are to the parts that the pages are made of, so that both say and draw them alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from html import escape

import pandas as pd

from dashboard import wording
from dashboard.components.table import Entry, Judged, Quiet, Rate
from dashboard.headline import Cell
from dashboard.headline import Headline as Line
from dashboard.text import Text
from metrics.catalog import CATALOG, Metric
from metrics.compare import Difference
from metrics.review.model import Aim, Change, Headline, Number, Review, Week
from metrics.words import format_value


def cell(number: Number) -> Cell:
    """Return a number as a row of a frame, where what is not known is NaN."""
    known = {name: _known(getattr(number, name)) for name in ("numerator", "denominator", "value", "low", "high")}
    return Cell(n=float(number.n), status=number.status, **known)


def difference(change: Change) -> Difference:
    """Return a change as `compare` gives it."""
    return Difference(change.diff, _known(change.low), _known(change.high), change.verdict)


def line(given: Headline) -> Line:
    """Return a headline as the overview has it."""
    return Line(
        metric=CATALOG[given.metric],
        reading=given.reading,
        week=given.start,
        now=cell(given.now),
        before=None if given.before is None else cell(given.before),
        year_before=None if given.year_before is None else cell(given.year_before),
        change=None if given.change is None else difference(given.change),
        weeks=weeks(given.weeks),
    )


def weeks(given: Sequence[Week]) -> pd.DataFrame:
    """Return the points of a line as the frame of `query` that they were taken from."""
    rows = [
        {
            "period": pd.Timestamp(week.start),
            **asdict(cell(week.now)),
            "projected": _known(week.projected),
            "projected_low": _known(week.projected_low),
            "projected_high": _known(week.projected_high),
        }
        for week in given
    ]
    return pd.DataFrame(rows, columns=["period", *Cell.__annotations__, *PROJECTED])


PROJECTED = ("projected", "projected_low", "projected_high")


def moved_most(review: Review) -> Headline | None:
    """Return the number that moved most where it can be taken apart; None where nothing can."""
    for given in review.headlines:
        if given.metric == review.moved_most:
            return given if given.causes and given.before and given.before.value is not None else None
    return None


def value(number: Number, metric: Metric, text: Text) -> str:
    """Return a number in the unit of its metric, or why there is none."""
    if number.value is None:
        return text(f"status.{number.status}")
    return format_value(number.value, metric.unit, text.language)


def rate(number: Number, metric: Metric, text: Text) -> Entry:
    """Return the cell of a number: with its fraction, and its interval for whoever points at it."""
    if number.value is None:
        return Quiet(text(f"status.{number.status}"))
    here = cell(number)
    hint = wording.interval(here.low, here.high, metric, text) if here.has_interval else ""
    return Rate(wording.value(here.value, metric, text), wording.fraction(here, text), hint)


def change(given: Change | None, metric: Metric, text: Text, *, none: str = "–") -> Entry:
    """Return the cell of a change: its arrow and size, and the verdict where an interval allows one."""
    if given is None:
        return Quiet(none)
    moved = difference(given)
    size = text("report.no_move") if moved.diff == 0 else wording.arrow(moved, metric, text)
    if math.isnan(moved.low) or math.isnan(moved.high):
        return size
    return Judged(moved.verdict, text(f"verdict.{moved.verdict}"), before=size)


def aim(given: Aim | None, metric: Metric, text: Text) -> Entry:
    """Return the cell of a target: what it is, and whether the number gets there."""
    if given is None or metric.good is None:
        return Quiet(text("tile.no_target"))
    words = text(f"tile.target_{given.kind}_{metric.good}", value=format_value(given.value, metric.unit, text.language))
    if given.met is None:
        return words
    return Judged("better" if given.met else "worse", text("tile.met" if given.met else "tile.missed"), before=words)


def plain(words: str) -> str:
    """Return a text of the data for a chart: plotly reads signs like these as tags, and a link would be one.

    >>> plain("<b>A&B</b>")
    '&lt;b&gt;A&amp;B&lt;/b&gt;'
    """
    return escape(words, quote=False)


def _known(number: float | None) -> float:
    return math.nan if number is None else number
