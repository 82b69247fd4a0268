-- view: one row per order line, paid or not, on the day it was ordered.
-- reads: line_outcomes
-- rollup segment: day, shop, category, province, channel, tier, insured, undated
-- rollup province: day, shop, category, province, undated
-- rollup category: day, shop, category, undated
-- rollup sku: day, shop, category, sku_id, batch_id, undated
-- measures: placed, paid, cancellations_of, cancelled, returns_of, refunded_ever
SELECT
    ordered_on AS day,
    shop,
    order_id,
    line_id,
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
    undated,
    1 AS placed,
    CASE WHEN paid_on IS NULL THEN 0 ELSE 1 END AS paid,
    CASE WHEN cancelled IS NULL THEN 0 ELSE 1 END AS cancellations_of,
    CASE WHEN cancelled THEN 1 ELSE 0 END AS cancelled,
    returns_of,
    refunded AS refunded_ever
FROM line_outcomes
