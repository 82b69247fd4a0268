"""Shops of the simulator, a few weeks long, as a store and as the raw rows that were imported into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd

import metrics
from metrics.ingest import import_files
from metrics.meeting import Meeting
from metrics.simulate import SAMPLE, simulate
from metrics.simulate.scenario import Scenario
from metrics.warehouse.store import Store

AS_OF = datetime(2026, 11, 16, 9)
CALM = replace(
    SAMPLE,
    as_of=AS_OF,
    weeks=14,
    hot={},
    window_change=None,
    bad_batches=(),
    courier_troubles=(),
    mix_shift=None,
    decisions=(),
    short_staffed={},
)
"""Three categories, and nothing planted."""


@dataclass(frozen=True)
class Made:
    """A shop, opened, and the files that it was imported from."""

    shop: metrics.Shop
    raw: Path

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.raw / f"{name}.parquet")


def made(folder: Path, scenario: Scenario, lines: int, seed: int = 3) -> Made:
    """Draw a shop and import it, with the rules of its scenario typed in."""
    simulate(lines, folder / "raw", seed=seed, scenario=scenario)
    store = Store(folder / "store")
    if scenario.window_change is not None:
        since = datetime.combine(scenario.window_change, datetime.min.time())
        meeting = Meeting(folder / "store" / "meeting.sqlite")
        meeting.add_policy("return_window_days", since, scenario.wider_window_days, author="test")
    files = sorted((folder / "raw").glob("*.parquet"))
    import_files(files, store=store, profile="generic", shop="甲店", as_of=scenario.as_of)
    return Made(metrics.open_shop(store.root), folder / "raw")


def week(monday: date) -> tuple[date, date]:
    """Return the first day of a week, and the day after its last."""
    return monday, date.fromordinal(monday.toordinal() + 7)
