-- view: every order line with its dimensions as now known, and what its source tells of its after-sales.
-- The one place where a line meets its product, batch, customer and source.
-- reads: order_lines, products, batches, customers, line_sources
SELECT
    l.shop,
    l.order_id,
    l.line_id,
    l.sku_id,
    p.product_name,
    p.category,
    l.batch_id,
    l.batch_source,
    b.supplier,
    l.customer_id,
    c.tier,
    l.province,
    l.channel,
    l.fulfilment,
    l.warehouse,
    l.courier,
    l.freight_insured AS insured,
    l.source,
    l.quantity,
    l.amount,
    l.ordered_at,
    l.paid_at,
    l.delivered_at,
    l.cancelled,
    CASE WHEN l.paid_at IS NOT NULL AND NOT COALESCE(l.cancelled, FALSE) THEN 1 ELSE 0 END AS sold,
    CASE WHEN COALESCE(l.returns_recorded, s.recorded = 1, FALSE) THEN 1 ELSE 0 END AS recorded,
    COALESCE(s.dated, 0) AS dated,
    COALESCE(s.linked, 0) AS linked,
    COALESCE(s.typed, 0) AS typed,
    COALESCE(s.reasoned, 0) AS reasoned,
    COALESCE(s.priced, 0) AS priced,
    COALESCE(s.disputes_recorded, 0) AS disputes_recorded
FROM order_lines AS l
LEFT JOIN products AS p ON p.shop = l.shop AND p.sku_id = l.sku_id
LEFT JOIN batches AS b ON b.shop = l.shop AND b.sku_id = l.sku_id AND b.batch_id = l.batch_id
LEFT JOIN customers AS c ON c.shop = l.shop AND c.customer_id = l.customer_id
LEFT JOIN line_sources AS s ON s.shop = l.shop AND s.source = l.source
