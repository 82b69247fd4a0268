-- warn: store.check_before_first_ticket
-- These orders count as not returned, which they may well have been.
WITH first_tickets AS (
    SELECT shop, MIN(requested_at) AS first_ticket FROM tickets WHERE requested_at IS NOT NULL GROUP BY shop
)

SELECT l.shop, MIN(l.ordered_at) AS first_order, f.first_ticket, COUNT(*) AS lines
FROM order_lines AS l
INNER JOIN first_tickets AS f ON f.shop = l.shop AND l.ordered_at < f.first_ticket - INTERVAL 31 DAY
GROUP BY l.shop, f.first_ticket
