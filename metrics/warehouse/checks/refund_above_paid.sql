-- warn: store.check_refund_above_paid
-- Per order, because a ticket may refund several lines; an order with a line of unknown amount cannot be judged.
WITH refunds AS (
    SELECT shop, order_id, SUM(refund_amount) AS refunded
    FROM tickets
    WHERE refund_amount > 0 AND outcome NOT IN ('rejected', 'withdrawn')
    GROUP BY shop, order_id
)

SELECT r.shop, r.order_id, r.refunded, SUM(l.amount) AS paid
FROM refunds AS r
INNER JOIN order_lines AS l ON l.shop = r.shop AND l.order_id = r.order_id
GROUP BY r.shop, r.order_id, r.refunded
HAVING COUNT(*) = COUNT(l.amount) AND r.refunded > SUM(l.amount)
