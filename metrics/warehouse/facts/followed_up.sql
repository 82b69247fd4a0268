-- fact: one row per follow-up assignment, on the day it was assigned, by intention to treat: whoever was
-- assigned counts in his arm, reached or not. A repurchase is another paid order of the customer within 30 or 60 days.
-- incremental: no
-- reads: followups, order_lines, customers
-- measures: assignments, repurchased_30, repurchased_60
WITH assigned_customers AS (
    SELECT l.shop, l.customer_id, l.paid_at
    FROM order_lines AS l
    WHERE l.paid_at IS NOT NULL AND NOT COALESCE(l.cancelled, FALSE)
        AND EXISTS (SELECT 1 FROM followups AS f WHERE f.shop = l.shop AND f.customer_id = l.customer_id)
),

next_purchase AS (
    SELECT
        f.shop,
        f.ticket_id,
        MIN(CAST(CAST(l.paid_at AS DATE) - CAST(f.assigned_at AS DATE) AS INT)) AS after_days
    FROM followups AS f
    INNER JOIN assigned_customers AS l
        ON l.shop = f.shop AND l.customer_id = f.customer_id AND l.paid_at > f.assigned_at
    GROUP BY f.shop, f.ticket_id
)

SELECT
    CAST(f.assigned_at AS DATE) AS day,
    f.shop,
    f.ticket_id,
    f.customer_id,
    f.arm,
    c.tier,
    1 AS assignments,
    CASE WHEN n.after_days <= 30 THEN 1 ELSE 0 END AS repurchased_30,
    CASE WHEN n.after_days <= 60 THEN 1 ELSE 0 END AS repurchased_60
FROM followups AS f
LEFT JOIN next_purchase AS n ON n.shop = f.shop AND n.ticket_id = f.ticket_id
LEFT JOIN customers AS c ON c.shop = f.shop AND c.customer_id = f.customer_id
