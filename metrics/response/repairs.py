"""How long repairs really take beside what was promised, and which day a customer can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.interval import wilson
from metrics.response.seen import Seen
from metrics.words import Refused

Floats = NDArray[np.float64]

By = Literal["repair_vendor", "supplier"]

KEPT = 0.8
"""Share of the repairs that are to be done by the day that a customer is told."""

SETTLED_DAYS = 45
"""Age from which on a repair that is not done counts as one that never was."""

SHOP_REPAIRS = 30.0
"""Repairs that those of the whole shop weigh beside a vendor's own."""

FEWEST = 30
"""Repairs below which a shop can tell no day."""

TRIED_MONTHS = 12
MONTH = 30

COLUMNS = [
    *("repairs", "promised_days", "actual_days", "late", "late_share", "returned", "returned_share", "low", "high"),
    *("realistic_days", "kept", "tried", "coverage", "coverage_low", "coverage_high", "status"),
]

# A repair that became a return was never done, however early its ticket was closed.
_REPAIRS = """
escalated AS (
    SELECT shop, parent_ticket_id AS ticket_id, MIN(requested_at) AS returned_at
    FROM tickets
    WHERE parent_ticket_id IS NOT NULL AND type = 'return'
    GROUP BY shop, parent_ticket_id
)

SELECT
    t.shop, t.ticket_id, t.order_id, t.sku_id, t.product_name, t.category, t.repair_vendor, t.supplier, t.requested_at,
    w.promised_on,
    CASE WHEN w.closed_at <= m.now THEN w.closed_at END AS closed_at,
    COALESCE(e.returned_at <= m.now, FALSE) AS returned,
    t.answers_of = 0 OR t.answered = 1 OR t.open = 0 AS taken_on,
    m.now
FROM limited AS t
INNER JOIN moments AS m ON m.shop = t.shop
INNER JOIN tickets AS w ON w.shop = t.shop AND w.ticket_id = t.ticket_id
LEFT JOIN escalated AS e ON e.shop = t.shop AND e.ticket_id = t.ticket_id
WHERE t.repairs = 1 AND t.closings_of = 1 AND t.outcome NOT IN ('rejected', 'withdrawn') AND t.requested_at <= m.now
ORDER BY t.requested_at, t.shop, t.ticket_id
"""


def repairs(seen: Seen) -> pd.DataFrame:
    """Return every repair that was asked for and not turned down.

    With `promised_days`, `actual_days` and `age_days` from its request. `actual_days` is NaN while it is under way, and
    infinite where it became a return instead.
    """
    found = seen.sql(_REPAIRS)
    asked_on = found["requested_at"].dt.normalize()
    found["promised_days"] = (found["promised_on"] - asked_on).dt.days.astype("float64")
    days = (found["closed_at"].dt.normalize() - asked_on).dt.days.astype("float64")
    found["actual_days"] = days.where(~found["returned"], np.inf)
    found["age_days"] = (found["now"].dt.normalize() - asked_on).dt.days.astype("float64")
    return found


def repair_times(seen: Seen, by: By = "repair_vendor") -> pd.DataFrame:
    """Return one row per vendor or supplier, the most repairs first, and one over all with a NULL name at the end."""
    if by not in get_args(By):
        raise Refused("query.unknown", what="dimension", name=by, known=", ".join(get_args(By)))
    every, asked = repairs(seen.of_all()), repairs(seen)
    if asked.empty:
        return pd.DataFrame(columns=[by, *COLUMNS])
    last = _today(every)
    whole = Durations.of(every)
    known = {name: Durations.of(own) for name, own in every.groupby(by)}
    rows = [_row(own, known[name], whole, last, name) for name, own in asked.dropna(subset=by).groupby(by)]
    rows.sort(key=lambda row: (-int(str(row["repairs"])), str(row["name"])))
    rows.append(_row(asked, whole, whole, last, None))
    return pd.DataFrame(rows).rename(columns={"name": by})


def under_way(seen: Seen) -> pd.DataFrame:
    """Return the repairs that were taken on and are not done, the promise that runs out first on top.

    Each with a realistic day, told from what became of repairs that were not done at this age either. `late_chance`:
    the share of those that were not done by the day that is promised here; `slipping` where that is more likely than
    not, or the day has passed.
    """
    every, asked = repairs(seen.of_all()), repairs(seen)
    last = _today(every)
    done = asked["closed_at"].notna() | asked["returned"]
    waiting = asked[asked["taken_on"] & ~done & (asked["age_days"] < SETTLED_DAYS)]
    waiting = waiting.sort_values(["promised_on", "requested_at", "ticket_id"]).reset_index(drop=True)
    whole = Durations.of(every)
    by_vendor = {name: Durations.of(own) for name, own in every.groupby("repair_vendor")}
    told = [
        _told(by_vendor.get(vendor, Durations.none()).settled(last), whole.settled(last), age, promised)
        for vendor, age, promised in waiting[["repair_vendor", "age_days", "promised_days"]].itertuples(index=False)
    ]
    days = pd.DataFrame(told, columns=["realistic_days", "late_chance"], index=waiting.index, dtype="float64")
    waiting["realistic_on"] = waiting["requested_at"].dt.normalize() + pd.to_timedelta(days["realistic_days"], unit="D")
    waiting["late_chance"] = days["late_chance"]
    waiting["slipping"] = (waiting["promised_on"] < waiting["now"].dt.normalize()) | (waiting["late_chance"] > 0.5)
    columns = [
        *("shop", "ticket_id", "order_id", "sku_id", "product_name", "repair_vendor", "supplier", "requested_at"),
        *("promised_on", "realistic_on", "late_chance", "slipping"),
    ]
    return waiting[columns]


def _today(every: pd.DataFrame) -> int:
    """Return the day of the moment at which repairs are seen, as a number of days; the latest of several shops."""
    return int(every["now"].to_numpy().astype("datetime64[D]").astype(np.int64).max(initial=0))


def _told(own: Floats, every: Floats, age: float, promised: float) -> tuple[float, float]:
    """Return the realistic days of a repair that is not done at an age, and its chance of missing the promise."""
    own, every = own[own > age], every[every > age]
    days = pooled_days(own, every)
    weight = SHOP_REPAIRS / len(every) if len(every) else 0.0
    missed = (own > promised).sum() + weight * (every > promised).sum()
    known = not np.isnan(promised) and len(every) > 0
    return days, float(missed / (len(own) + SHOP_REPAIRS)) if known else float("nan")


@dataclass(frozen=True)
class Durations:
    """Repairs as the day of their request and the days until they were done: infinite where they never were."""

    asked_on: NDArray[np.int64]
    days: Floats

    @staticmethod
    def of(known: pd.DataFrame) -> Durations:
        """Return the repairs of a frame; one that was done later than all is settled counts as one that never was.

        So a back-test uses nothing that nobody could have known at the time.
        """
        asked_on = known["requested_at"].to_numpy().astype("datetime64[D]").astype(np.int64)
        days = known["actual_days"].fillna(np.inf).to_numpy(float)
        return Durations(asked_on, np.where(days <= SETTLED_DAYS, days, np.inf))

    @staticmethod
    def none() -> Durations:
        """Return no repairs: of a vendor that nothing is known of."""
        return Durations(np.zeros(0, dtype=np.int64), np.zeros(0))

    def settled(self, day: int) -> Floats:
        """Return the days of those that were old enough on a day for all to be known of them."""
        return self.days[self.asked_on <= day - SETTLED_DAYS]

    def between(self, since: int, until: int) -> Floats:
        """Return the days of those requested from one day to before another."""
        return self.days[(self.asked_on >= since) & (self.asked_on < until)]


def pooled_days(own: Floats, every: Floats) -> float:
    """Return the days within which four in five repairs were done, a vendor's few drawn towards the shop's.

    The vendor's repairs weigh one each, the whole shop's `SHOP_REPAIRS` together. Only settled ones are given, so that
    those still under way do not fall out and make it too short. NaN where the shop has too few, or where more than one
    in five never was done.
    """
    if len(every) < FEWEST:
        return float("nan")
    days = np.concatenate([own, every])
    weights = np.concatenate([np.ones(len(own)), np.full(len(every), SHOP_REPAIRS / len(every))])
    order = np.argsort(days, kind="stable")
    share = np.cumsum(weights[order]) / weights.sum()
    found = float(days[order][np.searchsorted(share, KEPT - 1e-12)])
    return found if np.isfinite(found) else float("nan")


def tried(own: Durations, every: Durations, last: int) -> tuple[int, int]:
    """Return how many repairs were done by the day that would have been told at the time, and how many were tried.

    Month by month back from the newest repairs of which all is known: told from those that were settled when the month
    began, as they stood then.
    """
    kept = of = 0
    for month in range(TRIED_MONTHS):
        until = last - SETTLED_DAYS - month * MONTH
        since = until - MONTH
        days = pooled_days(own.settled(since), every.settled(since))
        if not np.isnan(days):
            later = own.between(since, until)
            of += len(later)
            kept += int((later <= days).sum())
    return kept, of


def _row(own: pd.DataFrame, known: Durations, every: Durations, last: int, name: object) -> dict[str, object]:
    done = own[own["closed_at"].notna() | own["returned"]]
    promised = done.dropna(subset="promised_days")
    late, returned = int((promised["actual_days"] > promised["promised_days"]).sum()), int(done["returned"].sum())
    kept, of = tried(known, every, last)
    low, high = wilson(np.array([returned, kept], dtype=float), np.array([len(done), of], dtype=float))
    days = pooled_days(known.settled(last) if name is not None else np.zeros(0), every.settled(last))
    return {
        "name": name,
        "repairs": len(done),
        "promised_days": promised["promised_days"].mean(),
        "actual_days": done.loc[np.isfinite(done["actual_days"]), "actual_days"].mean(),
        "late": late,
        "late_share": late / len(promised) if len(promised) else float("nan"),
        "returned": returned,
        "returned_share": returned / len(done) if len(done) else float("nan"),
        "low": low[0],
        "high": high[0],
        "realistic_days": days,
        "kept": kept,
        "tried": of,
        "coverage": kept / of if of else float("nan"),
        "coverage_low": low[1],
        "coverage_high": high[1],
        "status": "insufficient" if np.isnan(days) else "ok",
    }
