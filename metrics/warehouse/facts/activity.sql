-- fact: one row per paid line, request, refund and dispute, each on its own day: what the back office shows.
-- A refund's own day is the day of the money; where a source dates no refund, the day of the request stands for it.
-- incremental: order
-- reads: described_lines, described_tickets, disputes, dispute_lines
-- rollup segment: day, shop, category, province, channel, tier, insured
-- rollup sku: day, shop, category, sku_id, batch_id
-- measures: paid_lines, arrivals_of, typed_arrivals_of, reasoned_arrivals_of, disputes_of, paid_amount,
--   priced_arrivals_of, requests, returns, services, refunds, quality, refund_amount, disputes, disputes_lost
SELECT
    CAST(l.paid_at AS DATE) AS day,
    l.shop,
    l.order_id,
    l.line_id,
    CAST(NULL AS VARCHAR) AS ticket_id,
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
    1 AS paid_lines,
    l.recorded * l.dated AS arrivals_of,
    l.recorded * l.dated * l.typed AS typed_arrivals_of,
    l.recorded * l.dated * l.reasoned AS reasoned_arrivals_of,
    l.disputes_recorded AS disputes_of,
    CASE WHEN l.recorded * l.dated * l.priced = 1 THEN COALESCE(l.amount, 0) ELSE CAST(0 AS DECIMAL(18, 2)) END AS paid_amount,
    CASE WHEN l.amount IS NOT NULL THEN l.recorded * l.dated * l.priced ELSE 0 END AS priced_arrivals_of,
    0 AS requests,
    0 AS returns,
    0 AS services,
    0 AS refunds,
    0 AS quality,
    CAST(0 AS DECIMAL(18, 2)) AS refund_amount,
    0 AS disputes,
    0 AS disputes_lost
FROM described_lines AS l
WHERE l.sold = 1

UNION ALL

SELECT
    CAST(t.requested_at AS DATE) AS day,
    t.shop,
    t.order_id,
    l.line_id,
    t.ticket_id AS ticket_id,
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
    t.source,
    0 AS paid_lines,
    0 AS arrivals_of,
    0 AS typed_arrivals_of,
    0 AS reasoned_arrivals_of,
    0 AS disputes_of,
    CAST(0 AS DECIMAL(18, 2)) AS paid_amount,
    0 AS priced_arrivals_of,
    1 AS requests,
    t.returns AS returns,
    t.services AS services,
    0 AS refunds,
    t.refunds * t.merchant_liable AS quality,
    CAST(0 AS DECIMAL(18, 2)) AS refund_amount,
    0 AS disputes,
    0 AS disputes_lost
FROM described_tickets AS t
LEFT JOIN described_lines AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
WHERE t.requested_at IS NOT NULL AND t.type <> 'refund_before_shipping'

UNION ALL

SELECT
    CAST(CASE WHEN t.refund_dated = 1 THEN t.refunded_at ELSE t.requested_at END AS DATE) AS day,
    t.shop,
    t.order_id,
    l.line_id,
    t.ticket_id AS ticket_id,
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
    t.source,
    0 AS paid_lines,
    0 AS arrivals_of,
    0 AS typed_arrivals_of,
    0 AS reasoned_arrivals_of,
    0 AS disputes_of,
    CAST(0 AS DECIMAL(18, 2)) AS paid_amount,
    0 AS priced_arrivals_of,
    0 AS requests,
    0 AS returns,
    0 AS services,
    1 AS refunds,
    0 AS quality,
    COALESCE(t.refund_amount, 0) AS refund_amount,
    0 AS disputes,
    0 AS disputes_lost
FROM described_tickets AS t
LEFT JOIN described_lines AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
WHERE t.refunds = 1 AND CASE WHEN t.refund_dated = 1 THEN t.refunded_at ELSE t.requested_at END IS NOT NULL

UNION ALL

SELECT
    CAST(t.opened_at AS DATE) AS day,
    t.shop,
    t.order_id,
    l.line_id,
    t.ticket_id AS ticket_id,
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
    0 AS paid_lines,
    0 AS arrivals_of,
    0 AS typed_arrivals_of,
    0 AS reasoned_arrivals_of,
    0 AS disputes_of,
    CAST(0 AS DECIMAL(18, 2)) AS paid_amount,
    0 AS priced_arrivals_of,
    0 AS requests,
    0 AS returns,
    0 AS services,
    0 AS refunds,
    0 AS quality,
    CAST(0 AS DECIMAL(18, 2)) AS refund_amount,
    1 AS disputes,
    CASE WHEN t.liable IN ('merchant', 'both') THEN 1 ELSE 0 END AS disputes_lost
FROM disputes AS t
LEFT JOIN dispute_lines AS dl ON dl.shop = t.shop AND dl.dispute_id = t.dispute_id
LEFT JOIN described_lines AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = dl.line_id
