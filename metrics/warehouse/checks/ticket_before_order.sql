-- warn: store.check_ticket_before_order
-- Days, not times: one of the two exports may carry days only.
SELECT t.shop, t.ticket_id, t.order_id, t.requested_at, MIN(l.ordered_at) AS ordered_at
FROM tickets AS t
INNER JOIN order_lines AS l ON l.shop = t.shop AND l.order_id = t.order_id
GROUP BY t.shop, t.ticket_id, t.order_id, t.requested_at
HAVING CAST(t.requested_at AS DATE) < CAST(MIN(l.ordered_at) AS DATE)
