-- warn: store.check_disputes_without_order
SELECT d.shop, d.dispute_id, d.order_id
FROM disputes AS d
WHERE NOT EXISTS (SELECT 1 FROM order_lines AS l WHERE l.shop = d.shop AND l.order_id = d.order_id)
