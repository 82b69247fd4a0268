-- warn: store.check_returned_above_sold
-- Returns only: the same unit may be exchanged or repaired more than once.
WITH returns AS (
    SELECT tl.shop, tl.order_id, tl.line_id, SUM(COALESCE(t.quantity, 1)) AS returned
    FROM tickets AS t
    INNER JOIN ticket_lines AS tl ON tl.shop = t.shop AND tl.ticket_id = t.ticket_id
    WHERE t.type = 'return' AND t.outcome NOT IN ('rejected', 'withdrawn') AND tl.line_id IS NOT NULL
    GROUP BY tl.shop, tl.order_id, tl.line_id
)

SELECT r.shop, r.order_id, r.line_id, r.returned, l.quantity AS sold
FROM returns AS r
INNER JOIN order_lines AS l ON l.shop = r.shop AND l.order_id = r.order_id AND l.line_id = r.line_id
WHERE r.returned > l.quantity
