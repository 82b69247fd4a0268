-- view: one row per paid line, request, refund and dispute, each on its own day: what the back office shows.
-- reads: line_outcomes, aftersales_events
-- rollup segment: day, shop, category, province, channel, tier, insured
-- rollup province: day, shop, category, province
-- rollup category: day, shop, category
-- rollup sku: day, shop, category, sku_id, batch_id
-- measures: paid_lines, arrivals_of, typed_arrivals_of, reasoned_arrivals_of, priced_arrivals_of, disputes_of,
--   paid_amount, requests, returns, services, refunds, quality, refund_amount, disputes, disputes_lost
SELECT
    paid_on AS day,
    shop,
    order_id,
    line_id,
    NULL AS ticket_id,
    customer_id,
    sku_id,
    product_name,
    category,
    batch_id,
    batch_source,
    supplier,
    tier,
    province,
    channel,
    fulfilment,
    warehouse,
    courier,
    insured,
    source,
    1 AS paid_lines,
    arrivals_of,
    typed_arrivals_of,
    reasoned_arrivals_of,
    priced_arrivals_of,
    disputes_of,
    CASE WHEN priced_arrivals_of = 1 THEN amount ELSE CAST(0 AS DECIMAL(18, 4)) END AS paid_amount,
    0 AS requests,
    0 AS returns,
    0 AS services,
    0 AS refunds,
    0 AS quality,
    CAST(0 AS DECIMAL(18, 4)) AS refund_amount,
    0 AS disputes,
    0 AS disputes_lost
FROM line_outcomes
WHERE sold = 1

UNION ALL

SELECT
    day,
    shop,
    order_id,
    line_id,
    ticket_id,
    customer_id,
    sku_id,
    product_name,
    category,
    batch_id,
    batch_source,
    supplier,
    tier,
    province,
    channel,
    fulfilment,
    warehouse,
    courier,
    insured,
    source,
    0 AS paid_lines,
    0 AS arrivals_of,
    0 AS typed_arrivals_of,
    0 AS reasoned_arrivals_of,
    0 AS priced_arrivals_of,
    0 AS disputes_of,
    CAST(0 AS DECIMAL(18, 4)) AS paid_amount,
    requests,
    returns,
    services,
    refunds,
    quality,
    refund_amount,
    disputes,
    disputes_lost
FROM aftersales_events
