WITH bought AS (
    SELECT coalesce(r.customer_no, l.customer_no) AS customer_no, min(l.ordered_s) AS first_s
    FROM lines AS l LEFT JOIN repeat_orders AS r USING (order_no)
    WHERE l.ordinal = 0
    GROUP BY 1
)
SELECT customer_id(customer_no) AS customer_id, tier(customer_no) AS tier, known(first_s) AS first_order_at
FROM bought
ORDER BY customer_no
