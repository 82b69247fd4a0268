-- warn: store.check_orphan_tickets
SELECT t.shop, t.ticket_id, t.order_id
FROM tickets AS t
WHERE NOT EXISTS (SELECT 1 FROM order_lines AS l WHERE l.shop = t.shop AND l.order_id = t.order_id)
