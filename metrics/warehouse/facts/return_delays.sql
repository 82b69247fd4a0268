-- fact: one row per line that came back, per family of events, with its age in days at the first request.
-- It feeds the delay curves (maturity.py) and is no metric's fact.
-- incremental: order
-- reads: sold_lines
-- rollup curve: day, shop, category, family, age_days
-- measures: lines, units
SELECT
    day,
    shop,
    order_id,
    line_id,
    category,
    sku_id,
    batch_id,
    'refunded' AS family,
    CASE WHEN refunded_age < 0 THEN 0 ELSE refunded_age END AS age_days,
    lines,
    units
FROM sold_lines
WHERE refunded_age IS NOT NULL

UNION ALL

SELECT
    day,
    shop,
    order_id,
    line_id,
    category,
    sku_id,
    batch_id,
    'returned' AS family,
    CASE WHEN returned_age < 0 THEN 0 ELSE returned_age END AS age_days,
    lines,
    units
FROM sold_lines
WHERE returned_age IS NOT NULL

UNION ALL

SELECT
    day,
    shop,
    order_id,
    line_id,
    category,
    sku_id,
    batch_id,
    'quality' AS family,
    CASE WHEN quality_age < 0 THEN 0 ELSE quality_age END AS age_days,
    lines,
    units
FROM sold_lines
WHERE quality_age IS NOT NULL

UNION ALL

SELECT
    day,
    shop,
    order_id,
    line_id,
    category,
    sku_id,
    batch_id,
    'serviced' AS family,
    CASE WHEN serviced_age < 0 THEN 0 ELSE serviced_age END AS age_days,
    lines,
    units
FROM sold_lines
WHERE serviced_age IS NOT NULL

UNION ALL

SELECT
    day,
    shop,
    order_id,
    line_id,
    category,
    sku_id,
    batch_id,
    'disputed' AS family,
    CASE WHEN disputed_age < 0 THEN 0 ELSE disputed_age END AS age_days,
    lines,
    units
FROM sold_lines
WHERE disputed_age IS NOT NULL
