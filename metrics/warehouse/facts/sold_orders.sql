-- fact: one row per order with a paid line that was not cancelled, on the day it was first paid, with dimensions of the
-- order only. Tickets that could not be given to one line count here all the same.
-- incremental: order
-- reads: line_outcomes, described_tickets
-- rollup segment: day, shop, province, channel, tier, undated
-- measures: orders, returns_of, costs_of, refunded_7, refunded_15, refunded_30, refunded_ever, cost_7,
--   cost_7_sq, cost_15, cost_15_sq, cost_30, cost_30_sq, cost_ever, cost_ever_sq
WITH paid_orders AS (
    SELECT
        shop,
        order_id,
        MIN(paid_on) AS day,
        MIN(customer_id) AS customer_id,
        MIN(tier) AS tier,
        MIN(province) AS province,
        MIN(channel) AS channel,
        MIN(source) AS source,
        MAX(undated) AS undated,
        MIN(returns_of) AS returns_of,
        MIN(costs_of) AS costs_of
    FROM line_outcomes
    WHERE sold = 1
    GROUP BY shop, order_id
),

aged_tickets AS (
    SELECT
        t.shop,
        t.order_id,
        t.refunds,
        CAST(CAST(t.requested_at AS DATE) - o.day AS INT) AS age,
        t.refund_cost + t.freight_cost + t.compensation_cost - t.recovered AS cost
    FROM described_tickets AS t
    INNER JOIN paid_orders AS o ON o.shop = t.shop AND o.order_id = t.order_id
),

ticketed AS (
    SELECT
        shop,
        order_id,
        MAX(refunds) AS refunded,
        MIN(CASE WHEN refunds = 1 THEN age END) AS refunded_age,
        CAST(SUM(CASE WHEN age <= 7 THEN cost ELSE 0 END) AS DECIMAL(14, 4)) AS cost_7,
        CAST(SUM(CASE WHEN age <= 15 THEN cost ELSE 0 END) AS DECIMAL(14, 4)) AS cost_15,
        CAST(SUM(CASE WHEN age <= 30 THEN cost ELSE 0 END) AS DECIMAL(14, 4)) AS cost_30,
        CAST(SUM(cost) AS DECIMAL(14, 4)) AS cost_ever
    FROM aged_tickets
    GROUP BY shop, order_id
),

counted AS (
    SELECT
        o.*,
        CASE WHEN o.returns_of = 1 THEN COALESCE(t.refunded, 0) ELSE 0 END AS refunded,
        CASE WHEN o.returns_of = 1 THEN t.refunded_age END AS refunded_age,
        CAST(CASE WHEN o.costs_of = 1 THEN COALESCE(t.cost_7, 0) ELSE 0 END AS DECIMAL(14, 4)) AS cost_7,
        CAST(CASE WHEN o.costs_of = 1 THEN COALESCE(t.cost_15, 0) ELSE 0 END AS DECIMAL(14, 4)) AS cost_15,
        CAST(CASE WHEN o.costs_of = 1 THEN COALESCE(t.cost_30, 0) ELSE 0 END AS DECIMAL(14, 4)) AS cost_30,
        CAST(CASE WHEN o.costs_of = 1 THEN COALESCE(t.cost_ever, 0) ELSE 0 END AS DECIMAL(14, 4)) AS cost_ever
    FROM paid_orders AS o
    LEFT JOIN ticketed AS t ON t.shop = o.shop AND t.order_id = o.order_id
)

SELECT
    day,
    shop,
    order_id,
    customer_id,
    tier,
    province,
    channel,
    source,
    undated,
    1 AS orders,
    returns_of,
    costs_of,
    CASE WHEN refunded_age <= 7 THEN 1 ELSE 0 END AS refunded_7,
    CASE WHEN refunded_age <= 15 THEN 1 ELSE 0 END AS refunded_15,
    CASE WHEN refunded_age <= 30 THEN 1 ELSE 0 END AS refunded_30,
    refunded AS refunded_ever,
    cost_7,
    CAST(cost_7 * cost_7 AS DECIMAL(38, 8)) AS cost_7_sq,
    cost_15,
    CAST(cost_15 * cost_15 AS DECIMAL(38, 8)) AS cost_15_sq,
    cost_30,
    CAST(cost_30 * cost_30 AS DECIMAL(38, 8)) AS cost_30_sq,
    cost_ever,
    CAST(cost_ever * cost_ever AS DECIMAL(38, 8)) AS cost_ever_sq
FROM counted
