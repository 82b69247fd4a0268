-- warn: store.check_unattributed_tickets
SELECT t.shop, t.ticket_id, t.order_id
FROM ticket_lines AS t
WHERE t.line_id IS NULL
    AND EXISTS (SELECT 1 FROM order_lines AS l WHERE l.shop = t.shop AND l.order_id = t.order_id)
