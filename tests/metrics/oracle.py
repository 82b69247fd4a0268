"""Every metric of the catalogue computed a second time, from the tables alone, the slow and obvious way.

It shares nothing with the code under test: no SQL, no facts, no catalogue. It reads the contract (`tables.sql`) and
the promises of the glossary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from tests.metrics.events import DIMENSIONS, Events, Told
from tests.metrics.known import PARTS, Rows

Z = 1.959963984540054


def wilson(k: float, n: float) -> tuple[float, float]:
    """Both roots p of (k/n - p)^2 = z^2 p (1 - p) / n, the definition of the score interval."""
    if n == 0:
        return np.nan, np.nan
    low, high = sorted(np.roots([1 + Z * Z / n, -(2 * k / n + Z * Z / n), (k / n) ** 2]).real)
    return float(low), float(high)


def delta(y: Sequence[float], x: Sequence[float]) -> tuple[float, float]:
    """The interval of sum(y) / sum(x) from the residuals of the events, one by one."""
    ys, xs, n = np.asarray(y, float), np.asarray(x, float), len(y)
    if n < 2 or xs.sum() == 0:
        return np.nan, np.nan
    ratio = ys.sum() / xs.sum()
    half = Z * np.sqrt(n / (n - 1) * ((ys - ratio * xs) ** 2).sum()) / xs.sum()
    return ratio - half, ratio + half


def period_of(day: pd.Timestamp, grain: str) -> pd.Timestamp:
    codes = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
    return day.to_period(codes[grain]).start_time


@dataclass
class Oracle(Events):
    """The answers that a store with these tables must give."""

    _told: dict[tuple[str, str, int], Told | None] = field(default_factory=dict)

    def told(self, metric: str, reading: str, age: int) -> Told | None:
        key = (metric, reading, age if reading == "same_age" else 0)
        if key not in self._told:
            assert self.tickets is not None
            assert self.disputes is not None
            self._told[key] = self.compute(metric, reading, age)
        return self._told[key]

    def ask(
        self,
        metric: str,
        by: Sequence[str] = (),
        grain: str | None = None,
        where: Mapping[str, Sequence[Any]] | None = None,
        reading: str = "final",
        age: int = 7,
        start: date | None = None,
        stop: date | None = None,
    ) -> dict[tuple[Any, ...], dict[str, Any]]:
        """Return {(period, *by): the other columns of the frame}; None instead of a key where it cannot be asked."""
        told, limits = self.told(metric, reading, age), dict(where or {})
        if told is None or not {*by, *limits} <= set(DIMENSIONS[told.of]):
            return {}
        chosen = [e for e in told.events if e["day"] is not None and _matches(e, limits)]
        whole = [e for e in told.events if e["day"] is not None and _matches(e, _without_parts(limits))]
        groups = _grouped(chosen, by, grain, start, stop)
        if not by and not grain:
            groups.setdefault((), [])
        if told.kind == "part":
            kept = [name for name in by if name not in PARTS]
            wholes = _grouped(whole, kept, grain, start, stop)
            places = ([0] if grain else []) + [i + bool(grain) for i, name in enumerate(by) if name not in PARTS]
            if kept == list(by):  # none of many is a share of 0; a part that did not occur has no row
                groups = {key: [] for key in wholes} | groups
            return {
                key: _part(rows, wholes.get(tuple(key[i] for i in places), []), not told.events)
                for key, rows in groups.items()
            }
        return {key: _answer(rows, told, not told.events) for key, rows in groups.items()}


def _matches(event: Mapping[str, Any], limits: Mapping[str, Sequence[Any]]) -> bool:
    return all(event.get(name) in allowed for name, allowed in limits.items())


def _without_parts(limits: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    return {name: allowed for name, allowed in limits.items() if name not in PARTS}


def _grouped(
    events: Rows, by: Sequence[str], grain: str | None, start: date | None, stop: date | None
) -> dict[tuple[Any, ...], Rows]:
    first = pd.Timestamp(start) if start else pd.Timestamp.min
    last = pd.Timestamp(stop) - pd.Timedelta(days=1) if stop else pd.Timestamp.max
    groups: dict[tuple[Any, ...], Rows] = {}
    for event in events:
        if first <= event["day"] <= last:
            period = (period_of(event["day"], grain),) if grain else ()
            groups.setdefault((*period, *(event.get(name) for name in by)), []).append(event)
    return groups


def _answer(rows: Rows, told: Told, empty: bool) -> dict[str, Any]:
    sums = {name: sum(row[name] for row in rows) for name in ("n", "recorded", "covered", "undated", "num", "den")}
    numerator, denominator = sums["num"] / told.numerator_unit, sums["den"] / told.denominator_unit
    status = _status(sums, empty)
    value, low, high = np.nan, np.nan, np.nan
    counted = [row for row in rows if row["covered"]]
    if told.kind == "total":
        numerator = numerator if counted else np.nan  # a sum of which nothing is known is not 0
        value, denominator = numerator, np.nan
    elif told.kind == "quantile":
        values = [row["num"] / told.numerator_unit for row in counted]
        numerator = np.nan  # a sum says nothing of a median
        value = float(np.quantile(values, told.quantile)) if values else np.nan
    elif denominator:
        value = numerator / denominator
    if told.interval == "wilson":
        low, high = wilson(sums["num"], sums["den"])
    elif told.interval == "delta":
        units = told.numerator_unit, told.denominator_unit
        low, high = delta([row["num"] / units[0] for row in counted], [row["den"] / units[1] for row in counted])
    if status in ("not_available", "insufficient", "immature"):
        value, low, high = np.nan, np.nan, np.nan
    return {
        "n": sums["n"],
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "low": low,
        "high": high,
        "coverage": sums["covered"] / sums["n"] if sums["n"] else np.nan,
        "status": status,
    }


def _part(rows: Rows, whole: Rows, empty: bool) -> dict[str, Any]:
    told = Told("ticket", [], "wilson")
    counted = [{**row, "num": 0} for row in whole]
    answer = _answer(counted, told, empty)
    part, total = len(rows), len(whole)
    known = answer["status"] == "ok"
    low, high = wilson(part, total) if known else (np.nan, np.nan)
    return {**answer, "numerator": part, "value": part / total if known else np.nan, "low": low, "high": high}


def _status(sums: Mapping[str, int], empty: bool) -> str:
    if empty or (sums["n"] > 0 and sums["recorded"] == 0):
        return "not_available"
    if sums["recorded"] < 30:
        return "insufficient"
    if sums["undated"]:
        return "undated"
    return "immature" if sums["covered"] < 30 else "ok"
