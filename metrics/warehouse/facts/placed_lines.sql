-- fact: one row per order line, paid or not, on the day it was ordered.
-- incremental: order
-- reads: described_lines, described_tickets
-- rollup segment: day, shop, category, province, channel, tier, insured, undated
-- rollup sku: day, shop, category, sku_id, batch_id, undated
-- measures: placed, paid, cancellations_of, cancelled, returns_of, refunded_ever
WITH refunded AS (
    SELECT shop, order_id, line_id, MAX(refunds) AS refunded
    FROM described_tickets
    WHERE line_id IS NOT NULL
    GROUP BY shop, order_id, line_id
)

SELECT
    CAST(l.ordered_at AS DATE) AS day,
    l.shop,
    l.order_id,
    l.line_id,
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
    CASE WHEN l.recorded * l.linked = 1 AND l.dated = 0 THEN 1 ELSE 0 END AS undated,
    1 AS placed,
    CASE WHEN l.paid_at IS NOT NULL THEN 1 ELSE 0 END AS paid,
    CASE WHEN l.cancelled IS NOT NULL THEN 1 ELSE 0 END AS cancellations_of,
    CASE WHEN l.cancelled THEN 1 ELSE 0 END AS cancelled,
    l.recorded * l.linked AS returns_of,
    CASE WHEN l.recorded * l.linked = 1 AND r.refunded = 1 THEN 1 ELSE 0 END AS refunded_ever
FROM described_lines AS l
LEFT JOIN refunded AS r ON r.shop = l.shop AND r.order_id = l.order_id AND r.line_id = l.line_id
