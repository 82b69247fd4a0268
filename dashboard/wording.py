"""Numbers in words: a value, a change and its verdict, and why there is no value."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import pandas as pd

from dashboard.exports import columns_of, exports_of
from dashboard.headline import Cell, Headline, cell, observed_days
from dashboard.text import Text
from metrics.catalog import DIMENSIONS, Metric, ReadingName
from metrics.compare import Difference
from metrics.frame import MIN_EVENTS
from metrics.words import Finding, format_change, format_value


def value(number: float, metric: Metric, text: Text) -> str:
    """Return a number in the unit of its metric."""
    return format_value(number, metric.unit, text.language)


def count(number: float, text: Text) -> str:
    """Return a numerator, a denominator or an n; a dash where it is unknown."""
    return "–" if math.isnan(number) else format_value(number, "count", text.language)


def arrow(change: Difference, metric: Metric, text: Text) -> str:
    """Return the arrow and the size of a change, in ink: up is not bad and down is not good by itself."""
    return ("▲" if change.diff > 0 else "▼") + format_change(change.diff, metric.unit, text.language)[1:]


def absence(
    here: Cell,
    metric: Metric,
    text: Text,
    *,
    ready: date | None,
    present: frozenset[str],
    why_not: Finding | None = None,
) -> tuple[str, str]:
    """Return why there is no number and what to do: a title of a few words, and a sentence.

    `ready` is the first day on which a young number can be read; `present` are the tables that were imported;
    `why_not` is what the question itself was answered.
    """
    if why_not is not None and "names" in why_not.values:
        limits = [DIMENSIONS[name].label(text.language) for name in str(why_not.values["names"]).split(", ")]
        return text("state.not_limited"), text("state.not_limited_body", names=text("state.list").join(limits))
    if here.status == "immature" and ready is not None:
        return text("state.immature"), text("state.immature_body", day=f"{ready:%m-%d}")
    if here.status == "not_available":
        missing = [name for name in exports_of(metric) if name not in present]
        names = text("state.and").join(text(f"export.{name}") for name in missing or exports_of(metric)[-1:])
        columns = text("state.list").join(text(f"export.column_{name}") for name in columns_of(metric))
        key = "no_column_body" if columns else "no_columns_body"
        body = text(f"state.{'not_available_body' if missing else key}", exports=names, columns=columns)
        return text("state.not_available"), body
    few = here.n if here.n < MIN_EVENTS else rested_on(here)
    return text("state.insufficient"), text("state.insufficient_body", n=count(few, text))


def ready_day(metric: Metric, reading: ReadingName, age: int, week: date) -> date:
    """Return the first day on which the whole of a week is old enough."""
    return week + timedelta(days=6 + (observed_days(metric, reading, age) or 1))


def period(line: Headline, text: Text, age: int) -> str:
    """Return the week of a headline, with the age at which its orders are read."""
    if line.week is None:
        return text("tile.whole_file")
    key = {"same_age": "tile.week", "final": "tile.week_final", "arrived": "tile.event"}[line.reading]
    return text(key, week=text.week(line.week), age=age)


def finding(line: Headline, text: Text) -> str:
    """Return the sentence over a trend: the number, and the change only where the interval allows one."""
    label, shown = line.metric.label(text.language), value(line.now.value, line.metric, text)
    if line.change is None or math.isnan(line.change.low):
        return text("trend.alone", metric=label, value=shown)
    if line.change.verdict == "unclear":
        return text("trend.unclear", metric=label, value=shown)
    return text(
        "trend.change",
        metric=label,
        value=shown,
        arrow=arrow(line.change, line.metric, text),
        verdict=text(f"verdict.{line.change.verdict}"),
    )


def rested_on(here: Cell) -> float:
    """Return how many events a number rests on: of those in scope, the ones that it counts already."""
    return here.n if math.isnan(here.denominator) else min(here.n, here.denominator)


def fraction(here: Cell, text: Text) -> str:
    """Return the two counts behind a number; a total and a median have but one, the cases that they rest on."""
    if math.isnan(here.denominator) or math.isnan(here.numerator):
        return text("tile.cases", n=count(here.n, text))
    return f"{count(here.numerator, text)}/{count(here.denominator, text)}"


def interval(low: float, high: float, metric: Metric, text: Text) -> str:
    """Return an interval in the unit of its metric."""
    return f"{value(low, metric, text)}–{value(high, metric, text)}"


def rests_on(line: Headline, text: Text, age: int, as_of: datetime) -> str:
    """Return the small line under a finding: the week, the fraction, the interval and the as-of."""
    parts = [period(line, text, age), fraction(line.now, text)]
    if line.now.has_interval:
        parts.append(text("trend.interval", interval=interval(line.now.low, line.now.high, line.metric, text)))
    return " · ".join([*parts, text("trend.as_of", as_of=text.moment(as_of))])


def hover(row: pd.Series, metric: Metric, text: Text) -> str:
    """Return what stands beside the pointer over one week of a trend."""
    week = text.week(pd.Timestamp(row["period"]).date())
    here = cell(row)
    if not here.known:
        if pd.isna(row["projected"]):
            return week
        expected = value(float(row["projected"]), metric, text)
        return text("trend.hover_young", week=week, value=expected)
    words = f"<b>{week}</b>　{value(here.value, metric, text)}　{fraction(here, text)}"
    if here.has_interval:
        words += "<br>" + text("trend.interval", interval=interval(here.low, here.high, metric, text))
    return words
