"""Tickets with what was known when they were requested, and beside it what became of them.

A rule reads the first and never the second. The line, its payment and its insurance stand before the request; of the
customer's history only what happened earlier counts. The customer's tier is the one of today: no export keeps earlier
ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd

from metrics.query import Columns, within
from metrics.question import Value
from metrics.warehouse.engine import Reader
from metrics.words import Refused

MANY_RETURNS = 3
"""From how many lines on that a customer sent back, if they are half of all he bought, a ticket counts as abusive."""

SETTLED_DAYS = 15
"""How old a ticket has to be for what became of it to count: until then a dispute may still be opened."""

_HISTORY = """
WITH scope AS (
    SELECT * FROM handled_tickets WHERE {scope}{limits}
),

shop_moments AS (
    SELECT UNNEST(CAST($shops AS VARCHAR[])) AS shop, UNNEST(CAST($moments AS TIMESTAMP[])) AS moment
),

customers_asking AS (
    SELECT DISTINCT o.shop, o.customer_id
    FROM scope AS s
    INNER JOIN order_lines AS o ON o.shop = s.shop AND o.order_id = s.order_id
    WHERE o.customer_id IS NOT NULL
),

bought AS (
    SELECT o.shop, o.order_id, o.line_id, o.customer_id, o.paid_at
    FROM order_lines AS o
    INNER JOIN customers_asking AS c ON c.shop = o.shop AND c.customer_id = o.customer_id
),

buyers AS (
    SELECT shop, order_id, MIN(customer_id) AS customer_id FROM bought GROUP BY shop, order_id
),

-- Of the orders of these customers alone: each is whole, so that the first refund of a line is the first of all.
asked AS (
    SELECT
        t.shop, b.customer_id, t.ticket_id, t.order_id, t.type, t.requested_at, t.outcome, tl.line_id,
        CASE
            WHEN t.type IN ('return', 'refund_only') AND tl.line_id IS NOT NULL
                AND ROW_NUMBER() OVER (
                    PARTITION BY t.shop, t.order_id, tl.line_id, t.type IN ('return', 'refund_only')
                    ORDER BY t.requested_at, t.ticket_id
                ) = 1 THEN 1
            ELSE 0
        END AS first_refund
    FROM tickets AS t
    INNER JOIN buyers AS b ON b.shop = t.shop AND b.order_id = t.order_id
    LEFT JOIN ticket_lines AS tl ON tl.shop = t.shop AND tl.ticket_id = t.ticket_id
    WHERE t.requested_at IS NOT NULL
),

events AS (
    SELECT shop, customer_id, paid_at AS happened_at, 1 AS lines, 0 AS tickets, 0 AS refunds, NULL AS ticket_id
    FROM bought
    WHERE paid_at IS NOT NULL

    UNION ALL

    SELECT shop, customer_id, requested_at, 0, 1, first_refund, ticket_id
    FROM asked
),

known AS (
    SELECT
        shop,
        ticket_id,
        customer_id,
        SUM(tickets) OVER (
            PARTITION BY shop, customer_id ORDER BY happened_at
            RANGE BETWEEN INTERVAL 90 DAYS PRECEDING AND INTERVAL 1 MICROSECOND PRECEDING
        ) AS tickets_in_90_days,
        SUM(refunds) OVER (
            PARTITION BY shop, customer_id ORDER BY happened_at
            RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 MICROSECOND PRECEDING
        ) AS refunds_before,
        SUM(lines) OVER (
            PARTITION BY shop, customer_id ORDER BY happened_at
            RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS lines_before
    FROM events
),

sent_back AS (
    SELECT shop, customer_id, COUNT(DISTINCT (order_id, line_id)) AS lines
    FROM asked
    WHERE type IN ('return', 'refund_only') AND outcome NOT IN ('rejected', 'withdrawn') AND line_id IS NOT NULL
    GROUP BY shop, customer_id
),

kept AS (
    SELECT shop, customer_id, COUNT(*) AS lines FROM bought WHERE paid_at IS NOT NULL GROUP BY shop, customer_id
),

ruled AS (
    SELECT shop, ticket_id, MAX(CASE WHEN liable = 'buyer' THEN 1 ELSE 0 END) AS won
    FROM disputes
    WHERE ticket_id IS NOT NULL
    GROUP BY shop, ticket_id
)

SELECT
    s.shop, s.ticket_id, s.order_id, s.sku_id, s.product_name, s.category, s.province, s.type, s.reason, s.tier,
    s.insured,
    CAST(s.amount AS DOUBLE) AS amount,
    s.requested_at,
    k.customer_id,
    EPOCH(s.requested_at - o.paid_at) / 86400.0 AS order_days,
    {waiting} AS waiting_hours,
    CASE WHEN k.ticket_id IS NOT NULL THEN CAST(COALESCE(k.tickets_in_90_days, 0) AS BIGINT) END AS tickets_in_90_days,
    CASE WHEN k.ticket_id IS NOT NULL THEN CAST(COALESCE(k.refunds_before, 0) AS BIGINT) END AS refunds_before,
    CASE WHEN k.ticket_id IS NOT NULL THEN CAST(COALESCE(k.lines_before, 0) AS BIGINT) END AS lines_before,
    s.outcome,
    s.auto_approved,
    s.answers_of = 1 AND s.answered = 1 AS answered,
    CASE WHEN s.answers_of = 1 AND s.answered = 1 THEN s.response_seconds / 3600.0 END AS response_hours,
    s.due = 1 AND s.answered_in_time = 0 AS breached,
    s.outcome IN ('approved', 'rejected', 'withdrawn')
        AND CAST(s.requested_at AS DATE) + {settled} <= CAST(m.moment AS DATE) AS settled,
    s.outcome = 'rejected' AS rejected,
    CASE WHEN s.disputes_of = 1 THEN s.disputed = 1 END AS disputed,
    COALESCE(r.won = 1, FALSE)
        OR COALESCE(b.lines >= {many} AND 2 * b.lines >= h.lines, FALSE) AS abusive
FROM scope AS s
INNER JOIN shop_moments AS m ON m.shop = s.shop
LEFT JOIN order_lines AS o ON o.shop = s.shop AND o.order_id = s.order_id AND o.line_id = s.line_id
LEFT JOIN known AS k ON k.shop = s.shop AND k.ticket_id = s.ticket_id
LEFT JOIN sent_back AS b ON b.shop = k.shop AND b.customer_id = k.customer_id
LEFT JOIN kept AS h ON h.shop = k.shop AND h.customer_id = k.customer_id
LEFT JOIN ruled AS r ON r.shop = s.shop AND r.ticket_id = s.ticket_id
ORDER BY s.requested_at, s.shop, s.ticket_id
"""

NEEDED = frozenset({"requested_at", "policy_hours", "insured", "amount", "disputed"})


def past_tickets(
    reader: Reader,
    columns: Columns,
    at: Mapping[str, datetime],
    where: Mapping[str, Sequence[Value]],
    start: date,
    stop: date,
) -> pd.DataFrame:
    """Return the tickets requested from `start` until before `stop`; the rule looks at each the moment it comes."""
    bound: dict[str, Any] = {"start": start, "stop": stop}
    return _tickets(reader, columns, at, where, bound, "day >= $start AND day < $stop", "0.0")


def open_tickets(
    reader: Reader, columns: Columns, at: Mapping[str, datetime], where: Mapping[str, Sequence[Value]]
) -> pd.DataFrame:
    """Return the tickets that nobody has answered yet; the rule looks at them at the moment `at` of their shop."""
    waiting = "EPOCH(m.moment - s.requested_at) / 3600.0"
    found = _tickets(reader, columns, at, where, {}, "open = 1 AND answered = 0 AND answers_of = 1", waiting)
    return found[found["waiting_hours"] >= 0].reset_index(drop=True)


TOLD = frozenset({"shop", "category", "province", "type", "reason", "tier"})
"""What a list of tickets says itself, so that it can be limited without being asked for again."""


def narrowed(tickets: pd.DataFrame, where: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """Return those of the tickets that lie within limits, each of them one of `TOLD`; a None among them is unknown.

    What is known of a customer does not change with a limit: it is of all that he bought and asked for.
    """
    wanted = pd.Series(True, index=tickets.index)
    for name, allowed in where.items():
        known = {str(value) for value in allowed if value is not None}
        wanted &= tickets[name].isin(known) | (tickets[name].isna() & (None in allowed))
    return tickets[wanted].reset_index(drop=True)


def _tickets(
    reader: Reader,
    columns: Columns,
    at: Mapping[str, datetime],
    where: Mapping[str, Sequence[Value]],
    bound: dict[str, Any],
    scope: str,
    waiting: str,
) -> pd.DataFrame:
    if not set(columns) >= NEEDED:
        raise Refused("policy.older_store")
    if not set(where) <= set(columns):
        raise Refused("policy.no_such_limit", names=", ".join(sorted(set(where) - set(columns))))
    limits = "".join(
        f" AND {within(columns, name, allowed, bound, f'where_{i}')}" for i, (name, allowed) in enumerate(where.items())
    )
    bound |= {"shops": list(at), "moments": list(at.values())}
    text = _HISTORY.format(scope=scope, limits=limits, waiting=waiting, settled=SETTLED_DAYS, many=MANY_RETURNS)
    return reader.sql(text, bound)
