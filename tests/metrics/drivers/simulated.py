"""Shops of the simulator, a few weeks long, as a store and as the raw rows that were imported into it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import NormalDist

import pandas as pd

import metrics
from metrics.ingest import import_files
from metrics.meeting import Meeting
from metrics.simulate import SAMPLE, simulate
from metrics.simulate.scenario import MixShift, Scenario, Wave
from metrics.warehouse.store import Store
from tests.conftest import MadeOnce

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


# --- twenty weeks, in which nothing happens and in which something does --------------------------------------------

MONDAYS = [date(2026, 6, 22) + timedelta(weeks=number) for number in range(20)]


def twenty_weeks(made_once: MadeOnce) -> tuple[Made, Weeks]:
    """Return a shop in which some weeks differ and most do not, and its weeks, counted from the raw rows."""
    folder = made_once("twenty-weeks", _make_twenty_weeks)
    planted = Made(metrics.open_shop(folder / "store"), folder / "raw")
    return planted, Weeks(planted)


def _make_twenty_weeks(folder: Path) -> None:
    scenario = replace(
        CALM,
        weeks=26,
        mix_shift=MixShift("服饰", 2.5, date(2026, 9, 21)),
        waves=(Wave("家居", date(2026, 7, 20), date(2026, 8, 3), 3.0),),
    )
    made(folder, scenario, 70_000, seed=11)


def newcombe(now: tuple[int, int], before: tuple[int, int]) -> tuple[float, float]:
    """The 95 % interval of a difference of two shares, from two Wilson intervals (Newcombe 1998, method 10)."""
    z = NormalDist().inv_cdf(0.975)

    def wilson(hits: int, of: int) -> tuple[float, float, float]:
        p = hits / of
        root = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
        scale = 1 + z * z / of
        return p, (p + z * z / (2 * of) - root) / scale, (p + z * z / (2 * of) + root) / scale

    (p1, low1, high1), (p0, low0, high0) = wilson(*now), wilson(*before)
    diff = p1 - p0
    return diff - math.hypot(p1 - low1, high0 - p0), diff + math.hypot(high1 - p1, p0 - low0)


class Weeks:
    """Of every week, how many there were and how many of them hit, counted from the raw rows."""

    def __init__(self, planted: Made) -> None:
        lines = planted.table("order_lines")
        self.lines = lines[lines["paid_at"].notna() & ~lines["cancelled"].fillna(False).astype(bool)]
        tickets = planted.table("tickets")
        counts = ~tickets["outcome"].isin(["rejected", "withdrawn"])
        back = tickets["type"].isin(["return", "refund_only"])
        back |= (tickets["type"] != "refund_before_shipping") & (tickets["refund_amount"].fillna(0) > 0)
        self.refunds = tickets[counts & back]
        self.returns = tickets[counts & (tickets["type"] == "return")]
        self.surveys = planted.table("surveys")

    def count(self, metric: str, monday: date) -> tuple[int, int]:
        start, stop = (pd.Timestamp(day) for day in week(monday))
        if metric == "satisfaction":
            inside = self.surveys[(self.surveys["answered_at"] >= start) & (self.surveys["answered_at"] < stop)]
            return int((inside["score"] >= 4).sum()), len(inside)
        paid = self.lines[(self.lines["paid_at"] >= start) & (self.lines["paid_at"] < stop)]
        tickets = self.refunds if metric == "refund_rate" else self.returns
        both = tickets.merge(paid[["order_id", "line_id", "paid_at"]], on=["order_id", "line_id"])
        days = (both["requested_at"].dt.normalize() - both["paid_at"].dt.normalize()).dt.days
        return len(both[days <= 7].drop_duplicates(["order_id", "line_id"])), len(paid)
