-- fact: one row per dispute, with the order line that it is about: its ticket's, else the only line of its order.
-- incremental: order
-- reads: disputes, ticket_lines, order_lines
WITH lines_of_order AS (
    SELECT l.shop, l.order_id, COUNT(*) AS lines, MIN(l.line_id) AS line_id
    FROM order_lines AS l
    WHERE EXISTS (SELECT 1 FROM disputes AS d WHERE d.shop = l.shop AND d.order_id = l.order_id)
    GROUP BY l.shop, l.order_id
)

SELECT
    d.shop,
    d.dispute_id,
    d.order_id,
    COALESCE(tl.line_id, CASE WHEN o.lines = 1 THEN o.line_id END) AS line_id
FROM disputes AS d
LEFT JOIN ticket_lines AS tl ON tl.shop = d.shop AND tl.ticket_id = d.ticket_id AND tl.order_id = d.order_id
LEFT JOIN lines_of_order AS o ON o.shop = d.shop AND o.order_id = d.order_id
