"""What the days of a promotion come to: the busiest that is still to come, and how well the eve foretold the rest."""

from __future__ import annotations

import math
from typing import Any, Literal

import pandas as pd

from metrics.response.calendar import event
from metrics.words import Finding


def busiest(days: pd.DataFrame) -> Finding:
    """Return the finding of a frame of `Shop.promotion`: the busiest day, how many tickets, and how many times usual.

    Of a promotion that is over, the day on which most came. Where even the busiest may well be no busier than an
    ordinary day, it says so, since the greatest of fifteen guesses always stands out a little.

    >>> busiest(shop.promotion(date(2026, 11, 11)))  # doctest: +SKIP
    """
    which = event(days["day"].iloc[0])
    told = days[days["status"] == "ok"]
    if told.empty:
        then = f"{days['day_then'].iloc[0]:%Y-%m-%d}"
        status = "not_available" if (days["status"] == "not_available").all() else "insufficient"
        return Finding(f"response.promotion_{status}", {"event": which, "then": then})
    ahead = told[told["tickets_now"].isna()]
    if ahead.empty:
        most = told.iloc[int(told["tickets_now"].argmax())]
        times = _times(most["tickets_now"], most["usual"])
        came = f"{most['tickets_now']:,.0f}"
        return Finding("response.promotion_over", {"on": _on(most, which), "came": came, "times": times})
    most = ahead.iloc[int(ahead["expected"].argmax())]
    values: dict[str, Any] = {
        "expected": f"{most['expected']:,.0f}",
        "low": f"{math.floor(most['low']):,}",
        "high": f"{math.ceil(most['high']):,}",
    }
    begun = bool(days["tickets_now"].notna().any())
    if not most["low"] > most["usual"]:
        code = "response.promotion_ordinary_still" if begun else "response.promotion_ordinary"
        return Finding(code, {"event": which, "usual": f"{most['usual']:,.0f}", **values})
    values["times"] = _times(most["expected"], most["usual"])
    if begun:
        return Finding("response.promotion_still", {"on": _on(most, which, "date"), **values})
    return Finding("response.promotion_ahead", {"on": _on(most, which), **values})


def held(days: pd.DataFrame) -> Finding | None:
    """Return how many of the days that are over came within what the eve foretold; None before the first is over."""
    over = days[days["tickets_now"].notna() & days["low"].notna()]
    if over.empty:
        return None
    inside = int(over["tickets_now"].between(over["low"], over["high"]).sum())
    return Finding("response.promotion_held", {"days": len(over), "inside": inside})


def _on(row: pd.Series, which: Finding, first: Literal["day", "date"] = "day") -> Finding:
    """Return which day it is; of the days still to come the date stands first, which is what a plan is made by."""
    values = {"event": which, "offset": int(row["offset"]), "day": f"{row['day']:%m-%d}"}
    return Finding(f"response.promotion_{first}" if row["offset"] else "response.promotion_itself", values)


def _times(count: float, usual: float) -> Finding:
    """Return how many times an ordinary day's tickets these are; where an ordinary day has none, that."""
    if not usual > 0:
        return Finding("response.promotion_rare")
    return Finding("response.promotion_times", {"times": f"{count / usual:.1f}"})
