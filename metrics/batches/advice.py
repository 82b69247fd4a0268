"""What to do about a batch, and why: a row of the report becomes one of four actions with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from metrics.words import Finding

Action = Literal["delist", "inspect", "wait", "none"]

UNREMARKABLE = 1.25
"""The relative rate below which a batch as a whole is nothing unusual: what made it red or amber was sold lately."""


@dataclass(frozen=True)
class Advice:
    """An action, its reason, and how many more units have to be sold where the action is to wait."""

    action: Action
    reason: Finding
    wait_units: int | None = None


def advise(row: Mapping[Any, Any]) -> Advice:
    """Return what to do about the batch of one row of `SpikeReport.batches`.

    A red batch is delisted only while there is stock to be spared, and only if the excess is its own: where one
    courier, warehouse or province brings the same excess to other batches too, taking the batch off sale helps
    nobody.

    >>> row = {"level": "red", "units_in_stock": 320, "relative_rate": 2.4, "low": 1.8, "high": 3.1}
    >>> advise(row).action
    'delist'
    """
    level = row["level"]
    if level == "young":
        return _wait(row)
    if level == "calm":
        return Advice("none", Finding("spikes.none"))
    if row.get("data_error"):
        return Advice("inspect", Finding("spikes.inspect_data"))
    if row["relative_rate"] < UNREMARKABLE:
        return _lately(row)
    times = {name: f"{row[name]:.1f}" for name in ("relative_rate", "low", "high")}
    if _known(row.get("suspect")):
        dimension = row["suspect_dimension"]
        return Advice("inspect", Finding(f"spikes.inspect_{dimension}", {**times, "value": row["suspect"]}))
    if level == "amber":
        return Advice("inspect", Finding("spikes.inspect_amber", times))
    if row.get("provisional"):
        return Advice("inspect", Finding("spikes.inspect_provisional", times))
    stock = row["units_in_stock"]
    if not _known(stock):
        return Advice("inspect", Finding("spikes.inspect_unknown_stock", times))
    if stock <= 0:
        return Advice("inspect", Finding("spikes.inspect_sold_out", times))
    return Advice("delist", Finding("spikes.delist", {**times, "stock": f"{stock:,.0f}"}))


def _lately(row: Mapping[Any, Any]) -> Advice:
    stock = row["units_in_stock"]
    if row["level"] == "red" and _known(stock) and stock > 0 and not row.get("provisional"):
        return Advice("delist", Finding("spikes.delist_lately", {"stock": f"{stock:,.0f}"}))
    return Advice("inspect", Finding("spikes.inspect_lately"))


def _wait(row: Mapping[Any, Any]) -> Advice:
    needed = row["detectable_from_units"]
    if not _known(needed):
        return Advice("wait", Finding("spikes.wait_unknown"))
    missing = max(0, int(needed) - int(row["units"]))
    if missing == 0:
        return Advice("wait", Finding("spikes.wait_days"), wait_units=0)
    return Advice("wait", Finding("spikes.wait_units", {"units": f"{missing:,}"}), wait_units=missing)


def _known(value: object) -> bool:
    # pd.isna takes whatever a column may hold; its stubs list less than that.
    return value is not None and not pd.isna(value)  # type: ignore[call-overload]
