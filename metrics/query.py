"""A `Question` becomes one SELECT over the smallest table that can answer it.

Identifiers come from the catalogue alone, values are always bound. Ratios of sums, never sums of ratios: this
module sums, `frame.py` divides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import pandas as pd

from metrics.catalog import CATALOGUE, DIMENSIONS, Metric, Reading
from metrics.maturity import AGES_KNOWN, DelayCurves
from metrics.question import Question, Value

Columns = Mapping[str, str]
"""The columns of a table and their types."""


class Tables(Protocol):
    """What a question needs to know of a version: its columns, and until when each shop is known."""

    def columns(self, table: str) -> Columns:
        """Return the columns of a table and their types; none for a table that is not there."""

    @property
    def as_of_days(self) -> Mapping[str, date]:
        """The day up to which each shop's data reach."""

    @property
    def has_undated(self) -> bool:
        """Whether any source tells that a line came back, but not when."""


@dataclass(frozen=True)
class Statement:
    """A SELECT and the values bound to it."""

    sql: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Slice:
    """A part of a numerator that is summed apart: of its events, those that meet a condition over `columns`."""

    name: str
    condition: str
    columns: tuple[str, ...]
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """A question laid on a table: which one, and the expressions that its reading comes down to.

    With `curves`, the sums tell of young cohorts too: their lines, how much of their returns has arrived, and what
    has come back. Each of `slices` is one more sum.
    """

    question: Question
    metric: Metric
    reading: Reading
    table: str
    columns: Columns
    as_of_days: Mapping[str, date]
    undated_sources: bool
    curves: DelayCurves | None = None
    slices: tuple[Slice, ...] = ()

    @property
    def keys(self) -> list[str]:
        """The columns that name a row of the answer."""
        return (["period"] if self.question.grain else []) + list(self.question.by)

    @property
    def same_age(self) -> bool:
        """Whether cohorts are cut at one age."""
        return self.question.reading_asked == "same_age"

    @property
    def can_be_projected(self) -> bool:
        """Whether young cohorts can be told from how the old ones came back."""
        final = self.question.reading_asked == "final" and self.reading.is_cut
        return final and self.metric.family is not None and not self.question.rolling

    @property
    def has_undated(self) -> bool:
        """Whether rows of the table may lack a day for their tickets."""
        return self.undated_sources and "undated" in self.columns and not self.reading.always_dated


def plan(question: Question, tables: Tables, slices: tuple[Slice, ...] = ()) -> Plan | None:
    """Return the question laid on the first rollup that covers it, else on its fact; None where neither can.

    Rollups are tried in the order of the catalogue; a quantile does not add up, so it always asks the fact.
    """
    metric = question.definition
    reading = metric.readings.get(question.reading_asked)
    if reading is None or (question.rolling and question.grain and metric.kind in ("quantile", "part")):
        return None
    candidates = CATALOGUE.rollups.get(reading.fact, ()) if metric.kind != "quantile" else ()
    for table in (*candidates, reading.fact):
        columns = tables.columns(table)
        laid = Plan(question, metric, reading, table, columns, tables.as_of_days, tables.has_undated, slices=slices)
        needed = {*question.by, *question.where, *_measures(laid), *(name for cut in slices for name in cut.columns)}
        if columns and needed <= set(columns):
            return laid
    return None


def missing_dimensions(question: Question, tables: Tables) -> list[str]:
    """Return the dimensions of the question that the fact of its reading does not have."""
    reading = question.definition.readings.get(question.reading_asked)
    if reading is None:
        return []
    columns = tables.columns(reading.fact)
    return [name for name in dict.fromkeys((*question.by, *question.where)) if name not in columns]


def select_sums(laid: Plan) -> Statement:
    """Return the SELECT that gives one row of sums per key of the answer."""
    question = laid.question
    bound: dict[str, Any] = {}
    scope = _scope(laid, bound)
    if question.rolling and question.grain:
        return Statement(_rolled(laid, scope, bound), bound)
    keys = [_period(question.grain, "day") + " AS period"] if question.grain else []
    keys += [_name(dimension) for dimension in question.by]
    sums = ",\n    ".join([*keys, *_sums(laid, bound)])
    grouped = f"\nGROUP BY {', '.join(str(i + 1) for i in range(len(keys)))}" if keys else ""
    ordered = ", ".join(f"{i + 1} NULLS LAST" for i in range(len(keys)))
    text = f"WITH scope AS ({scope})\nSELECT\n    {sums}\nFROM scope{grouped}"
    if laid.metric.kind == "part" and any(DIMENSIONS[name].is_part for name in question.by):
        # The whole is summed over all parts before the parts that were not asked for are left out. A period or a
        # group without any of the part that was asked for stays: none of many is a share too.
        text = f"SELECT * FROM (\n{text}\n) AS parts\nWHERE numerator > 0"
    text += f"\nORDER BY {ordered}" if keys else ""
    return Statement(text, bound)


def select_rows(laid: Plan, *, of: str, limit: int | None) -> Statement:
    """Return the SELECT of the events behind the number: those of the numerator, or all of the denominator."""
    bound: dict[str, Any] = {}
    scope = _scope(laid, bound)
    measures = set(_measures(laid))
    shown = [name for name in laid.columns if name in KEYS or name in DIMENSIONS]
    numerator, denominator = _numerator(laid), _denominator(laid)
    if laid.metric.kind == "part" and (parts := _part_limits(laid, bound)):
        numerator = f"CASE WHEN {parts} THEN {numerator} ELSE 0 END"
    wanted = f"{numerator} <> 0" if of == "numerator" else f"{_recorded(laid)} <> 0"
    listed = ",\n    ".join(_name(name) for name in shown if name not in measures)
    text = (
        f"WITH scope AS ({scope})\nSELECT\n    {listed},\n    {numerator} AS numerator,\n"
        f"    {denominator} AS denominator\nFROM scope\nWHERE reached AND {wanted}\n"
        f"ORDER BY ALL{f' LIMIT {int(limit)}' if limit is not None else ''}"
    )
    return Statement(text, bound)


def select_orders(laid: Plan) -> Statement:
    """Return the SELECT that counts orders where `select_sums` counts events: all in scope, and those of a fraction."""
    bound: dict[str, Any] = {}
    scope = _scope(laid, bound)
    counts = [
        f"COUNT(DISTINCT CASE WHEN {laid.reading.events} <> 0 THEN ROW(shop, order_id) END) AS n",
        *(
            f"COUNT(DISTINCT CASE WHEN reached AND {of} <> 0 THEN ROW(shop, order_id) END) AS {name}"
            for name, of in (("numerator", _numerator(laid)), ("denominator", _denominator(laid)))
        ),
    ]
    return Statement(f"WITH scope AS ({scope})\nSELECT\n    {', '.join(counts)}\nFROM scope", bound)


KEYS = ("day", "order_id", "line_id", "ticket_id", "dispute_id", "survey_id", "customer_id")
"""Columns that name an event, beside its dimensions."""


def _name(column: str) -> str:
    return f'"{column}"'


def _cut(laid: Plan) -> str:
    return str(laid.question.age) if laid.same_age else "30"


def _numerator(laid: Plan, column: str | None = None) -> str:
    column = laid.reading.numerator if column is None else column
    if "{cut}" not in column:
        return column
    cut = column.format(cut=_cut(laid))
    if laid.has_undated and not laid.same_age:
        return f"CASE WHEN undated = 1 THEN {column.format(cut='ever')} ELSE {cut} END"
    return cut


def _dated_only(laid: Plan, expression: str) -> str:
    """Leave out rows without a day for their tickets, in the reading that cannot place them."""
    return f"CASE WHEN undated = 0 THEN {expression} ELSE 0 END" if laid.has_undated and laid.same_age else expression


def _recorded(laid: Plan) -> str:
    return _dated_only(laid, laid.reading.recorded)


def _denominator(laid: Plan) -> str:
    return _dated_only(laid, laid.reading.denominator)


def _measures(laid: Plan) -> list[str]:
    reading = laid.reading
    cuts = [_cut(laid)] if laid.same_age or not laid.has_undated else [_cut(laid), "ever"]
    columns = [
        reading.events,
        reading.recorded,
        reading.numerator,
        reading.denominator,
        reading.covered_column,
        reading.numerator_sq,
        reading.denominator_sq,
        reading.product,
    ]
    return list(dict.fromkeys(c.format(cut=cut) for c in columns if c for cut in cuts))


def _sums(laid: Plan, bound: dict[str, Any]) -> list[str]:
    reading = laid.reading
    numerator = _numerator(laid)
    sums = [
        f"CAST(SUM({reading.events}) AS BIGINT) AS n",
        f"CAST(SUM({_recorded(laid)}) AS BIGINT) AS recorded",
        f"CAST(SUM(CASE WHEN reached THEN {_dated_only(laid, reading.covered_column)} END) AS BIGINT) AS covered",
    ]
    if laid.metric.kind == "total":
        sums += [
            f"CAST(SUM(CASE WHEN {reading.denominator} > 0 THEN {numerator} END) AS DOUBLE) AS numerator",
            "CAST(NULL AS DOUBLE) AS denominator",
        ]
    elif laid.metric.kind == "quantile":
        sums += [
            "CAST(NULL AS DOUBLE) AS numerator",
            f"CAST(SUM({reading.denominator}) AS DOUBLE) AS denominator",
            f"QUANTILE_CONT(CASE WHEN {reading.denominator} = 1 THEN CAST({numerator} AS DOUBLE) END,"
            f" {laid.metric.quantile}) AS quantile",
        ]
    elif laid.metric.kind == "part":
        limits = _part_limits(laid, bound)
        own = f"CASE WHEN {limits} THEN {numerator} ELSE 0 END" if limits else numerator
        others = [name for name in laid.keys if name == "period" or not DIMENSIONS[name].is_part]
        whole = [_period(laid.question.grain, "day") if name == "period" else _name(name) for name in others]
        over = f"PARTITION BY {', '.join(whole)}" if whole else ""
        sums = [
            f"CAST(SUM(SUM({reading.events})) OVER ({over}) AS BIGINT) AS n",
            f"CAST(SUM(SUM({reading.recorded})) OVER ({over}) AS BIGINT) AS recorded",
            f"CAST(SUM(SUM({reading.covered_column})) OVER ({over}) AS BIGINT) AS covered",
            f"CAST(SUM({own}) AS DOUBLE) AS numerator",
            f"CAST(SUM(SUM({reading.denominator})) OVER ({over}) AS DOUBLE) AS denominator",
        ]
    else:
        sums += [
            f"CAST(SUM(CASE WHEN reached THEN {_dated_only(laid, numerator)} END) AS DOUBLE) AS numerator",
            f"CAST(SUM(CASE WHEN reached THEN {_denominator(laid)} END) AS DOUBLE) AS denominator",
        ]
    if laid.metric.interval == "delta" and reading.numerator_sq:
        sums += [
            f"CAST(SUM(CASE WHEN reached THEN {_dated_only(laid, _numerator(laid, column))} END) AS DOUBLE) AS {name}"
            for name, column in (
                ("numerator_sq", reading.numerator_sq),
                ("denominator_sq", reading.denominator_sq),
                ("product", reading.product),
            )
        ]
    for part in laid.slices:
        bound |= part.parameters
        met = f"reached AND ({part.condition})"
        sums.append(f"CAST(SUM(CASE WHEN {met} THEN {numerator} ELSE 0 END) AS DOUBLE) AS {part.name}")
    sums += _young_sums(laid, bound)
    undated = f"MAX(CASE WHEN {reading.recorded} > 0 THEN undated ELSE 0 END)"
    return [*sums, f"{undated if laid.has_undated and not laid.same_age else '0'} AS undated"]


def _young_sums(laid: Plan, bound: dict[str, Any]) -> list[str]:
    """Sum the cohorts that are not final yet, each weighed by the share of its returns that has arrived."""
    if laid.curves is None:
        return []
    bound["curves"], starts = laid.curves.laid_out()
    bound["complete_day"] = min(laid.as_of_days.values()) - timedelta(days=1)
    start = "0"
    if "category" in laid.columns and len(starts) > 1:
        cases = []
        for i, (name, position) in enumerate(list(starts.items())[1:]):
            bound[f"curve_{i}"] = name
            cases.append(f"WHEN $curve_{i} THEN {position}")
        start = f"CASE category {' '.join(cases)} ELSE 0 END"
    # Position 1 of a curve is a day that is not over yet, and its last the age at which all has arrived.
    age = f"LEAST(GREATEST(CAST($complete_day AS DATE) - day, -1), {AGES_KNOWN - 1})"
    young = "NOT reached AND undated = 0" if laid.has_undated else "NOT reached"
    told = {
        "young": laid.reading.recorded,
        "young_arrived": f"{laid.reading.recorded} * LIST_EXTRACT($curves, {start} + {age} + 2)",
        "young_returned": laid.reading.numerator.format(cut=30),
    }
    return [f"CAST(SUM(CASE WHEN {young} THEN {sql} END) AS DOUBLE) AS {name}" for name, sql in told.items()]


def _scope(laid: Plan, bound: dict[str, Any]) -> str:
    question = laid.question
    limits = []
    start, stop = question.start, question.stop
    if question.rolling and start:
        start = start - timedelta(days=question.rolling)
    if question.rolling and not question.grain:
        stop = stop or max(laid.as_of_days.values(), default=date.min) + timedelta(days=1)
        start = stop - timedelta(days=question.rolling)
    if start:
        limits.append("day >= $start")
        bound["start"] = start
    if stop:
        limits.append("day < $stop")
        bound["stop"] = stop
    for i, (name, allowed) in enumerate(question.where.items()):
        if laid.metric.kind == "part" and DIMENSIONS[name].is_part:
            continue
        limits.append(within(laid.columns, name, allowed, bound, f"where_{i}"))
    where = f" WHERE {' AND '.join(limits)}" if limits else ""
    return f"SELECT *, {_reached(laid, bound)} AS reached FROM {laid.table}{where}"


def _reached(laid: Plan, bound: dict[str, Any]) -> str:
    age = laid.question.age if laid.same_age else laid.reading.settled_after
    if age is None:
        return "TRUE"
    days = {shop: as_of - timedelta(days=age) for shop, as_of in laid.as_of_days.items()}
    if len(set(days.values())) == 1:
        bound["last_day"] = next(iter(days.values()))
        reached = "day <= $last_day"
    elif days:
        cases = []
        for i, (shop, last_day) in enumerate(days.items()):
            bound[f"shop_{i}"], bound[f"last_day_{i}"] = shop, last_day
            cases.append(f"WHEN $shop_{i} THEN CAST($last_day_{i} AS DATE)")
        reached = f"day <= CASE shop {' '.join(cases)} END"
    else:
        reached = "FALSE"
    return f"(undated = 1 OR {reached})" if laid.has_undated and not laid.same_age else f"({reached})"


def within(columns: Columns, name: str, allowed: Sequence[Value], bound: dict[str, Any], prefix: str) -> str:
    """Return the condition that a dimension takes one of the allowed values, bound as `prefix`_0, `prefix`_1."""
    # A limit is text wherever it comes from, so whatever is no text is compared as one.
    column = _name(name) if columns[name] == "VARCHAR" else f"CAST({_name(name)} AS VARCHAR)"
    values = [str(value).lower() if isinstance(value, bool) else value for value in allowed]
    tests = []
    marks = []
    for i, value in enumerate(values):
        if value is None:
            tests.append(f"{_name(name)} IS NULL")
        else:
            bound[f"{prefix}_{i}"] = value
            marks.append(f"${prefix}_{i}")
    if marks:
        tests.append(f"{column} IN ({', '.join(marks)})")
    return f"({' OR '.join(tests)})" if tests else "FALSE"


def _part_limits(laid: Plan, bound: dict[str, Any]) -> str:
    limits = [
        within(laid.columns, name, allowed, bound, f"part_{i}")
        for i, (name, allowed) in enumerate(laid.question.where.items())
        if DIMENSIONS[name].is_part
    ]
    return " AND ".join(limits)


def _period(grain: str | None, column: str) -> str:
    return column if grain == "day" else f"CAST(DATE_TRUNC('{grain}', {column}) AS DATE)"


def _rolled(laid: Plan, scope: str, bound: dict[str, Any]) -> str:
    """Sum trailing days for each period: the window ends with the period's last day; that of the running one today."""
    question = laid.question
    bound["today"] = min([max(laid.as_of_days.values(), default=date.max), *_last_day(question)])
    if question.start:
        bound["first_end"] = question.start
    by = [_name(dimension) for dimension in question.by]
    daily = ",\n    ".join(["day", *by, *_sums(laid, {})])
    names = [item.rsplit(" AS ", 1)[1] for item in _sums(laid, {})]
    grouped = ", ".join(str(i + 1) for i in range(1 + len(by)))
    started = "\n    WHERE day >= $first_end" if question.start else ""
    sums = ",\n    ".join(
        f"MAX(d.{name}) AS undated" if name == "undated" else f"SUM(d.{name}) AS {name}" for name in names
    )
    keys = ", ".join(["e.period", *(f"d.{name}" for name in by)])
    return (
        f"WITH scope AS ({scope}),\ndaily AS (SELECT\n    {daily}\n    FROM scope GROUP BY {grouped}),\n"
        f"periods AS (SELECT DISTINCT {_period(question.grain, 'day')} AS period FROM scope{started}),\n"
        f"ends AS (SELECT period, LEAST(CAST(period + INTERVAL 1 {question.grain} AS DATE) - 1, $today) AS ends"
        f" FROM periods)\nSELECT {keys},\n    {sums}\nFROM ends AS e\n"
        f"INNER JOIN daily AS d ON d.day <= e.ends AND d.day > e.ends - {question.rolling}\n"
        f"GROUP BY {keys}\nORDER BY {keys}"
    )


def _last_day(question: Question) -> list[date]:
    return [question.stop - timedelta(days=1)] if question.stop else []


def as_frame_types(sums: pd.DataFrame) -> pd.DataFrame:
    """Give the period of an answer its one type, a day without a time."""
    if "period" in sums:
        sums["period"] = pd.to_datetime(sums["period"]).dt.as_unit("us")
    return sums
