"""From sums to the frame of an answer: the one place that divides, and that says when a number must not be shown.

Status, in order of precedence: `not_available` (the source records nothing of it), `insufficient` (fewer than 30
events), `undated` (as seen at the export, not comparable between periods), `immature` (fewer than 30 events old
enough), `ok`. The value is NULL for the first two and for `immature`; NULL is never 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.catalog import Metric, Reading
from metrics.interval import Floats, delta, wilson
from metrics.maturity import project

MIN_EVENTS = 30
STATUSES = ("not_available", "insufficient", "undated", "immature", "ok")
MEASURES = (
    "n",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "projected",
    "projected_low",
    "projected_high",
    "coverage",
    "status",
)


def answer(sums: pd.DataFrame, keys: list[str], metric: Metric, reading: Reading, *, absent: bool) -> pd.DataFrame:
    """Return the frame of an answer: `keys`, then the columns of `MEASURES`.

    `sums` has one row per key with n, recorded, covered, numerator, denominator, undated and, for the interval,
    numerator_sq, denominator_sq and product; for the projection young, young_arrived and young_returned. `absent`:
    the tables behind the fact hold no row at all.
    """
    n, recorded, covered = (_counts(sums, name) for name in ("n", "recorded", "covered"))
    numerator = sums["numerator"].to_numpy(dtype=float) / reading.numerator_unit
    denominator = sums["denominator"].to_numpy(dtype=float) / reading.denominator_unit
    if metric.kind in ("ratio", "part"):
        numerator, denominator = np.nan_to_num(numerator), np.nan_to_num(denominator)
    status = np.select(
        [
            (recorded == 0) & ((n > 0) | absent),
            recorded < MIN_EVENTS,
            _counts(sums, "undated") > 0,
            covered < MIN_EVENTS,
        ],
        STATUSES[:-1],
        default="ok",
    )
    shown = (status == "ok") | (status == "undated")
    low, high = _bounds(sums, metric, reading, covered, numerator, denominator)
    nothing = np.full(len(n), np.nan)
    projected, projected_low, projected_high = (
        _projection(sums, covered, numerator, status) if "young" in sums else (nothing, nothing, nothing)
    )
    frame = pd.DataFrame(
        {
            **{key: sums[key] for key in keys},
            "n": n.astype("int64"),
            "numerator": numerator,
            "denominator": denominator,
            "value": np.where(shown, _value(sums, metric, numerator, denominator, reading), np.nan),
            "low": np.where(shown, low, np.nan),
            "high": np.where(shown, high, np.nan),
            "projected": projected,
            "projected_low": projected_low,
            "projected_high": projected_high,
            "coverage": np.divide(covered, n, out=nothing.copy(), where=n > 0),
            "status": pd.array(status.astype(object), dtype="str"),
        }
    )
    frame.attrs["metric"] = metric.name  # whose unit the values have, for whoever shows them
    if not keys:
        return frame
    # A fact holds several kinds of events, and a group may hold none of those that were asked for.
    said = (n > 0) | (np.nan_to_num(numerator) != 0)
    return frame if said.all() else frame[said].reset_index(drop=True)


def shares(events: Floats, of: Floats) -> pd.DataFrame:
    """Return each count as a share of another with its interval: `value, low, high, status`, as an answer has them.

    For counts that no metric of the catalogue names: fewer than 30 are `insufficient`, and have no value.
    """
    few = of < MIN_EVENTS
    low, high = (np.where(few, np.nan, bound) for bound in wilson(events, of))
    value = np.divide(events, of, out=np.full(len(of), np.nan), where=~few)
    status = pd.array(np.where(few, "insufficient", "ok").astype(object), dtype="str")
    return pd.DataFrame({"value": value, "low": low, "high": high, "status": status})


def _projection(
    sums: pd.DataFrame, covered: Floats, numerator: Floats, status: NDArray[np.str_]
) -> tuple[Floats, Floats, Floats]:
    """Project the rows that hold young cohorts: what is settled stays, what is young is brought to its end."""
    lines, arrived, returned = (_counts(sums, name) for name in ("young", "young_arrived", "young_returned"))
    mid_low_high = project(lines + covered, arrived + covered, returned + numerator)
    shown = (lines > 0) & (status != "insufficient")
    projected, low, high = (np.where(shown, values, np.nan) for values in mid_low_high)
    return projected, low, high


def _counts(sums: pd.DataFrame, name: str) -> Floats:
    counts: Floats = np.nan_to_num(sums[name].to_numpy(dtype=float, na_value=np.nan))
    return counts


def unavailable(keys: list[str]) -> pd.DataFrame:
    """Return the one-row answer to a question that this data or this reading has no answer to."""
    row: dict[str, object] = {key: pd.NaT if key == "period" else None for key in keys}
    row |= dict.fromkeys(MEASURES, np.nan) | {"n": 0, "status": "not_available"}
    return pd.DataFrame([row])


def _value(sums: pd.DataFrame, metric: Metric, numerator: Floats, denominator: Floats, reading: Reading) -> Floats:
    if metric.kind == "quantile":
        return sums["quantile"].to_numpy().astype(np.float64) / reading.numerator_unit
    if metric.kind == "total":
        return numerator
    value: Floats = np.divide(numerator, denominator, out=np.full(len(numerator), np.nan), where=denominator > 0)
    return value


def _bounds(
    sums: pd.DataFrame,
    metric: Metric,
    reading: Reading,
    covered: Floats,
    numerator: Floats,
    denominator: Floats,
) -> tuple[Floats, Floats]:
    if metric.interval == "wilson" and reading.fact != "activity":
        return wilson(numerator, denominator)
    if metric.interval == "delta" and reading.numerator_sq:
        return delta(
            covered,
            numerator,
            denominator,
            sums["numerator_sq"].to_numpy(dtype=float) / reading.numerator_unit**2,
            sums["denominator_sq"].to_numpy(dtype=float) / reading.denominator_unit**2,
            sums["product"].to_numpy(dtype=float) / (reading.numerator_unit * reading.denominator_unit),
        )
    nothing = np.full(len(numerator), np.nan)
    return nothing, nothing
