-- fact: one row per request, refund and dispute, each on its own day.
-- A refund's own day is the day of the money; where a source dates no refund, the day of the request stands for it.
-- `requested_after`: the days from delivery to the request, by which the platform counts the window for returns.
-- incremental: order
-- reads: line_outcomes, described_tickets, disputes, dispute_lines
-- measures: requests, returns, services, refunds, quality, refund_amount, disputes, disputes_lost
SELECT
    CAST(t.requested_at AS DATE) AS day,
    t.shop,
    t.order_id,
    l.line_id,
    t.ticket_id,
    l.customer_id,
    l.sku_id,
    l.product_name,
    l.category,
    l.batch_id,
    l.batch_source,
    l.supplier,
    l.tier,
    l.province,
    l.channel,
    l.fulfilment,
    l.warehouse,
    l.courier,
    l.insured,
    COALESCE(l.source, t.source) AS source,
    l.paid_on,
    CAST(CAST(t.requested_at AS DATE) - l.delivered_on AS INT) AS requested_after,
    1 AS requests,
    t.returns AS returns,
    t.services AS services,
    0 AS refunds,
    t.refunds * t.merchant_liable AS quality,
    CAST(0 AS DECIMAL(18, 4)) AS refund_amount,
    0 AS disputes,
    0 AS disputes_lost
FROM described_tickets AS t
LEFT JOIN line_outcomes AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
WHERE t.requested_at IS NOT NULL AND t.type <> 'refund_before_shipping'

UNION ALL

SELECT
    CAST(CASE WHEN t.refund_dated = 1 THEN t.refunded_at ELSE t.requested_at END AS DATE) AS day,
    t.shop,
    t.order_id,
    l.line_id,
    t.ticket_id,
    l.customer_id,
    l.sku_id,
    l.product_name,
    l.category,
    l.batch_id,
    l.batch_source,
    l.supplier,
    l.tier,
    l.province,
    l.channel,
    l.fulfilment,
    l.warehouse,
    l.courier,
    l.insured,
    COALESCE(l.source, t.source) AS source,
    l.paid_on,
    CAST(CAST(t.requested_at AS DATE) - l.delivered_on AS INT) AS requested_after,
    0 AS requests,
    0 AS returns,
    0 AS services,
    1 AS refunds,
    0 AS quality,
    COALESCE(t.refund_amount, 0) AS refund_amount,
    0 AS disputes,
    0 AS disputes_lost
FROM described_tickets AS t
LEFT JOIN line_outcomes AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
WHERE t.refunds = 1 AND CASE WHEN t.refund_dated = 1 THEN t.refunded_at ELSE t.requested_at END IS NOT NULL

UNION ALL

SELECT
    CAST(t.opened_at AS DATE) AS day,
    t.shop,
    t.order_id,
    l.line_id,
    t.ticket_id,
    l.customer_id,
    l.sku_id,
    l.product_name,
    l.category,
    l.batch_id,
    l.batch_source,
    l.supplier,
    l.tier,
    l.province,
    l.channel,
    l.fulfilment,
    l.warehouse,
    l.courier,
    l.insured,
    l.source,
    l.paid_on,
    CAST(NULL AS INT) AS requested_after,
    0 AS requests,
    0 AS returns,
    0 AS services,
    0 AS refunds,
    0 AS quality,
    CAST(0 AS DECIMAL(18, 4)) AS refund_amount,
    1 AS disputes,
    CASE WHEN t.liable IN ('merchant', 'both') THEN 1 ELSE 0 END AS disputes_lost
FROM disputes AS t
LEFT JOIN dispute_lines AS dl ON dl.shop = t.shop AND dl.dispute_id = t.dispute_id
LEFT JOIN line_outcomes AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = dl.line_id
