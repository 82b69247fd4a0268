"""Which batch a line was shipped from, where no export says it: by receipts, first in first out, else by week.

JD sends no batch field. From the receipts of a SKU and the times of shipping the batch can be inferred; without
receipts the week of shipping stands for it. An inferred batch is written once, so that a later import moves no line
from one batch to another under a chart; a week is a stopgap, and gives way when receipts arrive.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from metrics.ingest.ask import ask

_WAITING = """
CREATE OR REPLACE TEMP TABLE waiting AS
SELECT order_id, line_id, sku_id, batch_id, shipped_at, quantity
FROM order_lines
WHERE shop = $1 AND sku_id IS NOT NULL AND shipped_at IS NOT NULL AND (
    batch_source IS NULL
    OR (batch_source = 'week' AND sku_id IN (SELECT sku_id FROM batches WHERE shop = $1 AND received_on IS NOT NULL))
)
"""

# `room` is what is left of a receipt after the lines that were given or inferred to it before.
_RECEIPTS = """
CREATE OR REPLACE TEMP TABLE receipts AS
WITH used AS (
    SELECT sku_id, batch_id, sum(quantity) AS units
    FROM order_lines
    WHERE shop = $1 AND batch_source IN ('given', 'inferred')
    GROUP BY sku_id, batch_id
),
rooms AS (
    SELECT b.sku_id, b.batch_id, b.received_on, greatest(b.units_received - coalesce(u.units, 0), 0) AS room
    FROM batches AS b
    LEFT JOIN used AS u ON u.sku_id = b.sku_id AND u.batch_id = b.batch_id
    WHERE b.shop = $1 AND b.received_on IS NOT NULL
)
SELECT
    *,
    CAST(sum(room) OVER (PARTITION BY sku_id ORDER BY received_on, batch_id) AS BIGINT) AS filled_to,
    CAST(min(received_on) OVER (PARTITION BY sku_id) AS TIMESTAMP) AS first_receipt
FROM rooms
"""

# A line takes the receipt in which its first unit falls. Where counting and dates disagree (the receipt came after the
# line had left, or everything received is used up), the latest receipt before the shipping is the better guess.
_ASSIGNED = """
CREATE OR REPLACE TEMP TABLE assigned AS
WITH queued AS (
    SELECT
        w.*,
        CAST(sum(w.quantity) OVER (PARTITION BY w.sku_id ORDER BY w.shipped_at, w.order_id, w.line_id) AS BIGINT)
            - w.quantity AS units_before
    FROM waiting AS w
    WHERE w.shipped_at >= (SELECT min(r.first_receipt) FROM receipts AS r WHERE r.sku_id = w.sku_id)
),
counted AS (
    SELECT q.order_id, q.line_id, r.batch_id
    FROM queued AS q
    ASOF INNER JOIN (SELECT * FROM receipts WHERE room > 0) AS r
        ON r.sku_id = q.sku_id AND q.units_before >= r.filled_to - r.room
    WHERE q.units_before < r.filled_to AND r.received_on <= q.shipped_at
),
dated AS (
    SELECT q.order_id, q.line_id, r.batch_id
    FROM queued AS q
    ASOF INNER JOIN receipts AS r ON r.sku_id = q.sku_id AND q.shipped_at >= r.received_on
)
SELECT
    w.order_id,
    w.line_id,
    coalesce(c.batch_id, d.batch_id, strftime(w.shipped_at, '%G-W%V')) AS batch_id,
    CASE WHEN coalesce(c.batch_id, d.batch_id) IS NULL THEN 'week' ELSE 'inferred' END AS batch_source
FROM waiting AS w
LEFT JOIN counted AS c USING (order_id, line_id)
LEFT JOIN dated AS d USING (order_id, line_id)
WHERE coalesce(c.batch_id, d.batch_id, strftime(w.shipped_at, '%G-W%V')) IS DISTINCT FROM w.batch_id
"""


def assign_batches(con: duckdb.DuckDBPyConnection, shop: str, touch: Callable[[str], None]) -> int:
    """Give every shipped line of the shop that has none a batch; return how many were given one."""
    con.execute(_WAITING, [shop])
    con.execute(_RECEIPTS, [shop])
    con.execute(_ASSIGNED)
    name = "'" + shop.replace("'", "''") + "'"
    touch(f"SELECT DISTINCT {name} AS shop, order_id FROM assigned")
    row = ask(
        con,
        "UPDATE order_lines SET batch_id = a.batch_id, batch_source = a.batch_source FROM assigned AS a "
        "WHERE order_lines.shop = $1 AND order_lines.order_id = a.order_id AND order_lines.line_id = a.line_id",
        [shop],
    )
    return int(row[0]) if row else 0
