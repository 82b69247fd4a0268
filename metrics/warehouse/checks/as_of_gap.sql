-- warn: store.check_as_of_gap
WITH known_until AS (
    SELECT shop, table_name, MIN(covered_until) AS covered_until
    FROM coverage
    WHERE table_name IN ('order_lines', 'tickets')
    GROUP BY shop, table_name
)

SELECT o.shop, o.covered_until AS orders_until, t.covered_until AS tickets_until
FROM known_until AS o
INNER JOIN known_until AS t ON t.shop = o.shop AND t.table_name = 'tickets'
WHERE o.table_name = 'order_lines'
    AND (o.covered_until > t.covered_until + INTERVAL 1 DAY OR t.covered_until > o.covered_until + INTERVAL 1 DAY)
