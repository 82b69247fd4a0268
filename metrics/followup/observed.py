"""Offers and talking first: what they are followed by, like compared with like, and observed all the same.

Nobody drew lots here. A handler talks to the customer whom he hopes to win, so that whoever was talked to differs from
whoever was not. Comparing only tickets of the same reason, amount band and tier takes out what is known of that, and
not what the handler saw. The words of these numbers say so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd

from metrics.compare import compare, weighted
from metrics.frame import MIN_EVENTS
from metrics.question import Question

Step = Literal["contacted", "offered", "accepted"]
STEPS: tuple[Step, ...] = ("contacted", "offered", "accepted")
LIKE = ("reason", "amount_band", "tier")
"""What has to be the same, exactly, for two tickets to be compared; what is unknown of both is the same too."""

COLUMNS = (
    "step",
    "n",
    "unmatched",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "matched",
    "matched_low",
    "matched_high",
    "change",
    "change_low",
    "change_high",
    "verdict",
    "status",
)


class Source(Protocol):
    """What an opened shop has to tell."""

    def query(self, metric: str | Question) -> pd.DataFrame:
        """Return the frame of a question."""


def offers_effect(shop: Source, where: Mapping[str, Any] | None, start: date | None, stop: date | None) -> pd.DataFrame:
    """Return what each step was followed by; `Shop.offers_effect` says how it is asked."""
    rows = []
    for step in STEPS:
        asked = Question("withdrawal_rate", by=(step, *LIKE), where=where or {}, start=start, stop=stop)
        rows.append({"step": step, **matched(shop.query(asked), step)})
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame.attrs["metric"] = "withdrawal_rate"
    return frame


def matched(cells: pd.DataFrame, step: str) -> dict[str, Any]:
    """Compare the tickets with a step to those without it in the same cells, weighted by the tickets with it.

    `cells` is a frame of `query` by the step and by `LIKE`. `value` is the share of the tickets with the step that
    found their like, `matched` that of their likes, brought to the same mix; `unmatched` found none.
    """
    known = cells[cells[step].notna() & (cells["denominator"] > 0)] if step in cells else cells.iloc[:0]
    if known.empty:
        return {"n": 0, "status": "not_available"}
    with_step = known[step].astype(bool)
    both = known[with_step].merge(known[~with_step], on=list(LIKE), suffixes=("", "_other"))
    n, total = int(both["denominator"].sum()), int(known.loc[with_step, "denominator"].sum())
    counts = {"n": n, "unmatched": total - n, "numerator": float(both["numerator"].sum()), "denominator": float(n)}
    others = int(both["denominator_other"].sum())
    if min(n, others) < MIN_EVENTS:
        return {**counts, "status": "insufficient"}
    weights = both["denominator"].to_numpy(dtype=float)
    # Those with the step are in their own mix, so that they are one share.
    here = weighted(np.array([counts["numerator"]]), np.array([counts["denominator"]]), np.ones(1))
    withdrawn, ended = (both[f"{part}_other"].to_numpy(dtype=float) for part in ("numerator", "denominator"))
    like = weighted(withdrawn, ended, weights)
    change = compare(here, like, "up")
    return {
        **counts,
        "value": here.value,
        "low": here.low,
        "high": here.high,
        "matched": like.value,
        "matched_low": like.low,
        "matched_high": like.high,
        "change": change.diff,
        "change_low": change.low,
        "change_high": change.high,
        "verdict": "unclear" if math.isnan(change.low) else change.verdict,
        "status": "ok",
    }
