"""What became of the tickets that were closed before a moment, by reason, type and how long they had waited."""

from __future__ import annotations

import pandas as pd

from metrics.response.seen import Seen

WAITED = (0, 4, 8, 16, 24)
"""Hours from which on a ticket counts as having waited so long."""

DISPUTE_DAYS, REVIEW_DAYS = 15, 30
"""Days after the request within which a dispute or a bad review is put down to a ticket: old and young ones alike."""

CELL = ["shop", "reason", "type", "waited"]
COUNTS = [
    *("dispute_of", "dispute", "review_of", "bad_review"),
    *("called_of", "called_kept", "uncalled_of", "uncalled_kept"),
]

# Only what was known at the moment: the days within which something is put down to a ticket have to be over by then.
CLOSED = f"""
bad_reviews AS (
    SELECT shop, ticket_id, MIN(answered_at) AS answered_at
    FROM surveys
    WHERE score <= 2 AND ticket_id IS NOT NULL
    GROUP BY shop, ticket_id
),

reviewed AS (
    SELECT DISTINCT shop FROM surveys WHERE ticket_id IS NOT NULL
),

closed AS (
    SELECT
        t.shop,
        COALESCE(t.reason, '') AS reason,
        t.type,
        t.ticket_id,
        t.requested_at,
        CASE WHEN t.answered = 1 THEN t.response_seconds ELSE t.resolution_seconds END AS wait_seconds,
        CASE
            WHEN CAST(t.requested_at AS DATE) + {DISPUTE_DAYS} < CAST(m.now AS DATE) THEN t.disputes_of ELSE 0
        END AS dispute_of,
        t.disputed AS dispute,
        CASE
            WHEN r.shop IS NOT NULL AND CAST(t.requested_at AS DATE) + {REVIEW_DAYS} < CAST(m.now AS DATE) THEN 1 ELSE 0
        END AS review_of,
        CASE
            WHEN CAST(b.answered_at AS DATE) - CAST(t.requested_at AS DATE) <= {REVIEW_DAYS} THEN 1 ELSE 0
        END AS bad_review,
        CASE WHEN t.type IN ('return', 'refund_only') THEN t.contacts_of ELSE 0 END AS kept_of,
        t.contacted_first AS called,
        CASE WHEN t.outcome = 'withdrawn' THEN 1 ELSE 0 END AS kept
    FROM limited AS t
    INNER JOIN moments AS m ON m.shop = t.shop
    LEFT JOIN bad_reviews AS b ON b.shop = t.shop AND b.ticket_id = t.ticket_id
    LEFT JOIN reviewed AS r ON r.shop = t.shop
    WHERE t.closed = 1 AND t.answers_of = 1
        AND t.requested_at + TO_SECONDS(CAST(t.resolution_seconds AS BIGINT)) < m.now
)
"""

WAITED_SO_FAR = (
    "CASE "
    + " ".join(
        f"WHEN wait_seconds >= {hours * 3600} THEN {level}" for level, hours in reversed(list(enumerate(WAITED)))
    )
    + " ELSE 0 END"
)

_COUNTED = f"""
SELECT
    shop, reason, type, {WAITED_SO_FAR} AS waited,
    CAST(SUM(dispute_of) AS BIGINT) AS dispute_of,
    CAST(SUM(dispute_of * dispute) AS BIGINT) AS dispute,
    CAST(SUM(review_of) AS BIGINT) AS review_of,
    CAST(SUM(review_of * bad_review) AS BIGINT) AS bad_review,
    CAST(SUM(kept_of * called) AS BIGINT) AS called_of,
    CAST(SUM(kept_of * called * kept) AS BIGINT) AS called_kept,
    CAST(SUM(kept_of * (1 - called)) AS BIGINT) AS uncalled_of,
    CAST(SUM(kept_of * (1 - called) * kept) AS BIGINT) AS uncalled_kept
FROM closed
GROUP BY ALL
ORDER BY ALL
"""


def history(seen: Seen) -> pd.DataFrame:
    """Return how many closed tickets had waited so long without an answer, and what became of them.

    One row per `shop, reason, type, waited` (a level of `WAITED`), with the columns of `COUNTS`. A ticket that waited
    ten hours counts at every level up to eight: an open one that has waited so long is one of those.
    """
    counted = seen.of_all().sql(CLOSED + _COUNTED)
    return at_risk(counted, COUNTS)


def at_risk(counted: pd.DataFrame, counts: list[str]) -> pd.DataFrame:
    """Return counts by the level that tickets came to as counts of those that reached each level."""
    cases = counted[["shop", "reason", "type"]].drop_duplicates()
    levels = cases.merge(pd.DataFrame({"waited": range(len(WAITED))}), how="cross")
    whole = levels.merge(counted, on=CELL, how="left").fillna(dict.fromkeys(counts, 0))
    whole = whole.sort_values(CELL, ascending=False)
    whole[counts] = whole.groupby(["shop", "reason", "type"])[counts].cumsum()
    return whole.sort_values(CELL, ignore_index=True)


def level(hours_waited: pd.Series[float]) -> pd.Series[int]:
    """Return the level of `WAITED` that an open ticket has reached."""
    reached = pd.cut(hours_waited, [*WAITED, float("inf")], right=False, labels=False)
    return reached.fillna(0).astype("int64")
