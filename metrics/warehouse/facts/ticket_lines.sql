-- fact: one row per ticket, with the order line that it is about.
-- In this order: the line it names; its order and SKU where they meet in one line; the only line of its order.
-- Else the line stays NULL: the ticket counts for its order and is never spread over lines. `lines_of_order` is 0 where
-- that order is not known at all.
-- incremental: order
-- reads: order_lines, tickets
WITH lines_with_tickets AS (
    SELECT l.shop, l.order_id, l.line_id, l.sku_id
    FROM order_lines AS l
    WHERE EXISTS (SELECT 1 FROM tickets AS t WHERE t.shop = l.shop AND t.order_id = l.order_id)
),

lines_of_order AS (
    SELECT shop, order_id, COUNT(*) AS lines, MIN(line_id) AS line_id
    FROM lines_with_tickets
    GROUP BY shop, order_id
),

lines_of_sku AS (
    SELECT shop, order_id, sku_id, COUNT(*) AS lines, MIN(line_id) AS line_id
    FROM lines_with_tickets
    WHERE sku_id IS NOT NULL
    GROUP BY shop, order_id, sku_id
)

SELECT
    t.shop,
    t.ticket_id,
    t.order_id,
    CASE
        WHEN named.line_id IS NOT NULL THEN named.line_id
        WHEN s.lines = 1 THEN s.line_id
        WHEN o.lines = 1 THEN o.line_id
    END AS line_id,
    COALESCE(o.lines, 0) AS lines_of_order
FROM tickets AS t
LEFT JOIN lines_with_tickets AS named
    ON named.shop = t.shop AND named.order_id = t.order_id AND named.line_id = t.line_id
LEFT JOIN lines_of_sku AS s ON s.shop = t.shop AND s.order_id = t.order_id AND s.sku_id = t.sku_id
LEFT JOIN lines_of_order AS o ON o.shop = t.shop AND o.order_id = t.order_id
