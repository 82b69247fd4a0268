"""How sure a cause is: the interval of what a rate within a segment did."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from metrics.compare import compare
from metrics.drivers.told import Estimated


def with_bounds(parts: pd.DataFrame, segments: pd.DataFrame, before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return the parts with the interval of each rate effect: that of the segment's change, by its mean share."""
    both = before.merge(now, on="segment", suffixes=("_before", "_now")).merge(segments, on="segment")
    total = {when: segments[f"exposure_{when}"].sum() for when in ("before", "now")}
    rows = []
    for row in both.to_dict("records"):
        apart = compare(_estimate(row, "now"), _estimate(row, "before"), None)
        share = sum(row[f"exposure_{when}"] / total[when] for when in total) / 2
        rows.append({"part": "rate", "segment": row["segment"], "low": share * apart.low, "high": share * apart.high})
    bounds = pd.DataFrame(rows, columns=["part", "segment", "low", "high"]).astype({"segment": object})
    return parts.merge(bounds, on=["part", "segment"], how="left")


def _estimate(row: Mapping[Any, Any], when: str) -> Estimated:
    value, low, high = (float(row[f"{name}_{when}"]) for name in ("value", "low", "high"))
    return Estimated(value, low, high, math.nan, math.nan, 0)
