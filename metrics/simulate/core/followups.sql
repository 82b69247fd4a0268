-- The follow-up experiment: a customer's first closed ticket, an arm by lot.
CREATE TABLE assignments AS
WITH eligible AS (
    SELECT
        ticket_no, order_no, customer_no,
        closed_s + 86400 + CAST(draw(ticket_no, 'assigned') * 86400 AS BIGINT) AS assigned_s
    FROM cases
    WHERE type <> 'refund_before_shipping' AND draw(ticket_no, 'enrolled') < 0.3
    QUALIFY row_number() OVER (PARTITION BY customer_no ORDER BY closed_s, ticket_no) = 1
)
SELECT e.*, a.arm, a.uplift, CASE WHEN a.arm = 'coupon' THEN 1000 END AS coupon_cents
FROM eligible AS e
JOIN arms AS a ON a.slot = pick(e.customer_no, 'arm', (SELECT count(*) FROM arms))
WHERE assigned_s <= getvariable('as_of_s')
ORDER BY ticket_no;

-- The uplift made true: these customers get one more order within 30 days, out of the orders placed on that day.
CREATE TABLE repeat_orders AS
WITH wanted AS (
    SELECT
        a.customer_no, a.ticket_no,
        c.first_order + pick(a.ticket_no, 'which order', c.orders) AS order_no
    FROM assignments AS a
    JOIN calendar AS c
        ON c.day_s = (a.assigned_s // 86400 + 1 + pick(a.ticket_no, 'comes back', 27)) * 86400
    WHERE draw(a.ticket_no, 'returns to buy') < a.uplift AND c.orders > 0
)
SELECT order_no, min(customer_no) AS customer_no
FROM wanted
WHERE order_no NOT IN (SELECT order_no FROM assignments)
GROUP BY order_no
ORDER BY order_no;
