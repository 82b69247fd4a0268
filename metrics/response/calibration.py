"""Whether the risks of disputes come true: told from earlier tickets, and set beside what came of later ones."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from metrics.interval import wilson
from metrics.response.history import CLOSED, WAITED, history
from metrics.response.seen import Seen
from metrics.response.smoothing import probabilities

EARLIER = 2 / 3
"""Share of the time between the first request and the last that the risks are told from."""

GROUPS = 10
COLUMNS = ["decile", "tickets", "predicted", "disputes", "observed", "low", "high"]

_SPAN = """
SELECT shop, MIN(requested_at) AS first, MAX(requested_at) AS last FROM closed WHERE dispute_of = 1 GROUP BY shop
"""

# A ticket is looked at once, and not at an hour chosen by how long it waited in the end: by its number in turn.
_LATER = f"""
, splits AS (
    SELECT UNNEST(CAST($split_shops AS VARCHAR[])) AS shop, UNNEST(CAST($splits AS TIMESTAMP[])) AS split
),

later AS (
    SELECT
        c.*,
        (ROW_NUMBER() OVER (PARTITION BY c.shop ORDER BY c.requested_at, c.ticket_id) - 1) % {len(WAITED)} AS waited
    FROM closed AS c
    INNER JOIN splits AS s ON s.shop = c.shop AND c.requested_at >= s.split
    WHERE c.dispute_of = 1
)

SELECT
    shop, reason, type, waited,
    COUNT(*) AS tickets,
    CAST(SUM(dispute) AS BIGINT) AS disputes
FROM later
WHERE wait_seconds >= 3600 * CAST(({list(WAITED)})[CAST(waited AS INT) + 1] AS BIGINT)
GROUP BY ALL
ORDER BY ALL
"""


def calibration(seen: Seen) -> pd.DataFrame:
    """Return predicted and observed disputes of later tickets, in ten groups of about as many, the least risky first.

    `decile, tickets, predicted, disputes, observed, low, high`, the last two the Wilson interval of `observed`. The
    risks are told at a moment two thirds through the history, from what was closed by then; each ticket that was
    requested later is looked at once, after 0, 4, 8, 16 or 24 hours of waiting in turn, if it still waited then.
    Cases of one risk stay together, so that there may be fewer groups. Empty where nothing can be told.
    """
    seen = seen.of_all()
    splits = _splits(seen)
    if not splits:
        return pd.DataFrame(columns=COLUMNS)
    later = seen.sql(CLOSED + _LATER, split_shops=list(splits), splits=list(splits.values()))
    risk = probabilities(history(seen.back_to(splits)), later, "dispute", "dispute_of")
    return grouped(later.assign(risk=risk).dropna(subset="risk"))


def _splits(seen: Seen) -> dict[str, datetime]:
    spans = seen.sql(CLOSED + _SPAN).dropna()
    return {
        str(shop): (first + EARLIER * (last - first)).floor("s").to_pydatetime()
        for shop, first, last in spans.itertuples(index=False)
    }


def grouped(cases: pd.DataFrame) -> pd.DataFrame:
    """Return cases of `risk, tickets, disputes` in ten groups of about as many tickets, the least risky first."""
    cases = cases.groupby("risk", as_index=False)[["tickets", "disputes"]].sum()
    if cases.empty:
        return pd.DataFrame(columns=COLUMNS)
    tickets = cases["tickets"].to_numpy(float)
    middle = (np.cumsum(tickets) - tickets / 2) / tickets.sum()
    cases = cases.assign(decile=np.floor(GROUPS * middle), expected=cases["risk"] * tickets)
    groups = cases.groupby("decile", as_index=False)[["tickets", "disputes", "expected"]].sum()
    of = groups["tickets"].to_numpy(float)
    low, high = wilson(groups["disputes"].to_numpy(float), of)
    return groups.assign(
        decile=np.arange(1, len(groups) + 1),
        predicted=groups["expected"] / of,
        observed=groups["disputes"] / of,
        low=low,
        high=high,
    )[COLUMNS]
