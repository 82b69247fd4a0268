-- warn: store.check_orders_without_payment
SELECT shop, source, COUNT(*) AS lines
FROM order_lines
GROUP BY shop, source
HAVING COUNT(paid_at) = 0
