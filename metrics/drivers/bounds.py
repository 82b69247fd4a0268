"""How sure a cause is: the interval of what a rate within a segment did."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from metrics.compare import compare
from metrics.drivers.told import Estimated

Segment = str | None
UNKNOWN = (math.nan, math.nan)


def with_bounds(parts: pd.DataFrame, segments: pd.DataFrame, before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return the parts with the interval of each rate effect: that of the segment's change, by its mean share."""
    then, today = _by_segment(before), _by_segment(now)
    sold = [segments[f"exposure_{when}"] for when in ("before", "now")]
    shares = (sold[0] / sold[0].sum() + sold[1] / sold[1].sum()) / 2
    bounds: dict[Segment, tuple[float, float]] = {}
    for segment, share in zip(_named(segments), shares, strict=True):
        if segment in then and segment in today:
            apart = compare(today[segment], then[segment], None)
            bounds[segment] = share * apart.low, share * apart.high
    rated = (parts["part"] == "rate").tolist()
    found = [
        bounds.get(segment, UNKNOWN) if rate else UNKNOWN for segment, rate in zip(_named(parts), rated, strict=True)
    ]
    low, high = np.array(found, dtype=float).reshape(-1, 2).T
    return parts.assign(low=low, high=high)


def _by_segment(estimates: pd.DataFrame) -> dict[Segment, Estimated]:
    """Return each segment's number with its interval; a look-up, where a merge of frames would take twenty times it."""
    numbers = (estimates[name].tolist() for name in ("value", "low", "high"))
    return {
        segment: Estimated(value, low, high, math.nan, math.nan, 0)
        for segment, value, low, high in zip(_named(estimates), *numbers, strict=True)
    }


def _named(frame: pd.DataFrame) -> list[Segment]:
    return [None if pd.isna(segment) else segment for segment in frame["segment"].tolist()]
