"""Whether a frame says what the oracle says: counts and money exactly, values and intervals to 1e-9."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from metrics import CATALOG, Shop
from tests.metrics.oracle import Oracle

EXACT = ("n", "numerator", "denominator")
NEAR = ("value", "low", "high", "coverage")
PROJECTED = ["projected", "projected_low", "projected_high"]
COLUMNS = [*EXACT, "value", "low", "high", *PROJECTED, "coverage", "status"]


def disagreements(shop: Shop, oracle: Oracle, metric: str, **asked: Any) -> list[str]:
    """Return a line for every cell in which shop and oracle differ."""
    keys = (["period"] if asked.get("grain") else []) + list(asked.get("by", ()))
    frame = shop.query(metric, **asked)
    assert list(frame.columns) == [*keys, *COLUMNS]
    reading = asked.pop("reading", None) or CATALOG[metric].default_reading
    expected = oracle.ask(metric, reading=reading, **asked)
    if not expected and not frame.empty:
        status = list(frame["status"])
        return [] if status == ["not_available"] else [f"{metric} {reading} {asked}: {status}, not one not_available"]
    said = by_key(frame, keys)
    told = {key: row for key, row in expected.items() if not (keys and says_nothing(row))}
    said = {key: row for key, row in said.items() if not (keys and says_nothing(row))}
    lines = []
    for key in sorted(said.keys() | told.keys(), key=str):
        got, want = said.get(key), told.get(key)
        if got is None or want is None:
            lines.append(f"{key}: {'not answered' if got is None else 'not expected'}: {want or got}")
        else:
            lines += [f"{key} {name}: {got[name]}, expected {want[name]}" for name in different(got, want)]
    return [f"{metric} {reading} {asked} {line}" for line in lines]


def by_key(frame: pd.DataFrame, keys: Sequence[str]) -> dict[tuple[Any, ...], dict[Any, Any]]:
    rows = {
        tuple(pd.Timestamp(row[name]) if name == "period" else plain(row[name]) for name in keys): row
        for row in frame.to_dict("records")
    }
    assert len(rows) == len(frame), "two rows for one group"
    return rows


def plain(value: Any) -> Any:
    """Return a value of a dimension as the oracle has it: None where nothing is known."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return None if pd.isna(value) else value


def says_nothing(row: Mapping[str, Any]) -> bool:
    """A group in which nothing was counted may stand in the frame or not: its fact holds other kinds of events."""
    return all(not row[name] or math.isnan(row[name]) for name in EXACT)


def different(got: Mapping[str, Any], want: Mapping[str, Any]) -> list[str]:
    if got["n"] == want["n"] == 0:  # the sum of nothing may be 0 or absent
        got = {**got, **{name: 0 if pd.isna(got[name]) else got[name] for name in EXACT}}
        want = {**want, **{name: 0 if pd.isna(want[name]) else want[name] for name in EXACT}}
    names = [name for name in EXACT if not equal(got[name], want[name], 1e-5)]
    names += [name for name in NEAR if not equal(got[name], want[name], 1e-9)]
    return names + (["status"] if got["status"] != want["status"] else [])


def equal(one: Any, other: Any, tolerance: float) -> bool:
    one, other = (math.nan if pd.isna(each) else float(each) for each in (one, other))
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=tolerance)
