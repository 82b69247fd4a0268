-- view: one row per sold line that came back, per family of events, with its age in days at the first request.
-- It feeds the delay curves (maturity.py) and is no metric's fact.
-- reads: line_outcomes
-- rollup curve: day, shop, category, family, age_days
-- measures: lines, units
SELECT
    paid_on AS day,
    shop,
    order_id,
    line_id,
    category,
    sku_id,
    batch_id,
    'refunded' AS family,
    CASE WHEN refunded_age < 0 THEN 0 ELSE refunded_age END AS age_days,
    1 AS lines,
    units
FROM line_outcomes
WHERE sold = 1 AND refunded_age IS NOT NULL

UNION ALL

SELECT
    paid_on AS day,
    shop,
    order_id,
    line_id,
    category,
    sku_id,
    batch_id,
    'returned' AS family,
    CASE WHEN returned_age < 0 THEN 0 ELSE returned_age END AS age_days,
    1 AS lines,
    units
FROM line_outcomes
WHERE sold = 1 AND returned_age IS NOT NULL

UNION ALL

SELECT
    paid_on AS day,
    shop,
    order_id,
    line_id,
    category,
    sku_id,
    batch_id,
    'quality' AS family,
    CASE WHEN quality_age < 0 THEN 0 ELSE quality_age END AS age_days,
    1 AS lines,
    units
FROM line_outcomes
WHERE sold = 1 AND quality_age IS NOT NULL

UNION ALL

SELECT
    paid_on AS day,
    shop,
    order_id,
    line_id,
    category,
    sku_id,
    batch_id,
    'serviced' AS family,
    CASE WHEN serviced_age < 0 THEN 0 ELSE serviced_age END AS age_days,
    1 AS lines,
    units
FROM line_outcomes
WHERE sold = 1 AND serviced_age IS NOT NULL

UNION ALL

SELECT
    paid_on AS day,
    shop,
    order_id,
    line_id,
    category,
    sku_id,
    batch_id,
    'disputed' AS family,
    CASE WHEN disputed_age < 0 THEN 0 ELSE disputed_age END AS age_days,
    1 AS lines,
    units
FROM line_outcomes
WHERE sold = 1 AND disputed_age IS NOT NULL
