"""The open tickets that nobody has answered, each with its deadline and what else bears on its rank."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from metrics.response.past import Past
from metrics.response.rank import ranked
from metrics.response.seen import Seen
from metrics.response.stakes import Stakes
from metrics.response.value import priced
from metrics.response.why import whys

SLIPPING_DAYS = 2
"""Days before a promised day from which on a repair that has not begun is about to miss it."""

COLUMNS = (
    *("shop", "ticket_id", "order_id", "line_id", "sku_id", "product_name", "category", "batch_id", "type", "reason"),
    *("reason_text", "liable", "tier", "province", "channel", "amount", "requested_at", "policy_hours", "deadline"),
    *("hours_left", "late", "handler", "rank", "urgency", "expected_loss", "p_dispute", "p_bad_review", "p_avoidable"),
    *("customer_value", "units_in_stock", "exchangeable", "promised_on", "why"),
)

_WAITING = f"""
unanswered AS (
    SELECT * FROM limited WHERE open = 1 AND answered = 0 AND answers_of = 1
),

timed AS (
    SELECT u.*, m.now, u.requested_at + TO_MILLISECONDS(CAST(u.policy_hours * 3600000 AS BIGINT)) AS deadline
    FROM unanswered AS u
    INNER JOIN moments AS m ON m.shop = u.shop AND m.now >= u.requested_at
),

stock AS (
    SELECT shop, sku_id, SUM(units_in_stock) AS units, COUNT(*) = COUNT(units_in_stock) AS counted
    FROM batches
    GROUP BY shop, sku_id
)

SELECT
    t.shop, t.ticket_id, t.order_id, t.line_id, t.sku_id, t.product_name, t.category, t.batch_id, t.type, t.reason,
    t.reason_text, t.liable, t.tier, t.province, t.channel, CAST(t.amount AS DOUBLE) AS amount, t.requested_at,
    t.policy_hours, t.deadline,
    DATE_DIFF('second', t.now, t.deadline) / 3600.0 AS hours_left,
    COALESCE(t.deadline <= t.now, FALSE) AS late,
    t.handler,
    CASE WHEN t.type = 'exchange' AND k.counted THEN CAST(k.units AS DOUBLE) END AS units_in_stock,
    CASE
        WHEN t.type <> 'exchange' THEN NULL
        WHEN k.units >= COALESCE(w.quantity, 1) THEN TRUE
        WHEN k.counted THEN FALSE
    END AS exchangeable,
    w.promised_on,
    COALESCE(w.promised_on <= CAST(t.now AS DATE) + {SLIPPING_DAYS}, FALSE) AS slipping
FROM timed AS t
LEFT JOIN tickets AS w ON w.shop = t.shop AND w.ticket_id = t.ticket_id
LEFT JOIN stock AS k ON k.shop = t.shop AND k.sku_id = t.sku_id
ORDER BY hours_left NULLS LAST, t.deadline, t.shop, t.ticket_id
"""


def queue(seen: Seen, past: Past, due_within: timedelta | None, stakes: Stakes) -> pd.DataFrame:
    """Return the tickets that wait for an answer at the moment of their shop, in the order of `rank`.

    What is due within so long is cut out of the whole queue, so that a rank means the same in both.
    """
    waiting = seen.sql(_WAITING).merge(past.customers, on=["shop", "ticket_id"], how="left")
    waiting = ranked(priced(waiting, past.tickets, stakes))
    waiting = waiting.assign(why=pd.Series(whys(waiting), index=waiting.index, dtype=object))[list(COLUMNS)]
    if due_within is None:
        return waiting
    soon = waiting["hours_left"] <= due_within.total_seconds() / 3600
    return waiting[soon].reset_index(drop=True)
