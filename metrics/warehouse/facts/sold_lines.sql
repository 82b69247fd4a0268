-- view: one row per order line that was paid and not cancelled, on the day it was paid.
-- Each numerator is cut at 7, 15 and 30 days from payment to the first request, so that a cohort can be compared
-- with another at the same age; `_ever` is all that is known, whatever its age. Squares and products feed the delta
-- interval.
-- reads: line_outcomes
-- rollup segment: day, shop, category, province, channel, tier, insured, undated
-- rollup province: day, shop, category, province, undated
-- rollup category: day, shop, category, undated
-- rollup sku: day, shop, category, sku_id, batch_id, batch_source, undated
-- measures: lines, units, typed_units, reasoned_units, amount, insurance_of, insured_lines, returns_of,
--   typed_returns_of, reasoned_returns_of, disputes_of, refunded_7, refunded_15, refunded_30, refunded_ever,
--   returned_7, returned_15, returned_30, returned_ever, quality_7, quality_15, quality_30, quality_ever,
--   serviced_7, serviced_15, serviced_30, serviced_ever, disputed_7, disputed_15, disputed_30, disputed_ever,
--   disputes_lost_7, disputes_lost_15, disputes_lost_30, disputes_lost_ever, priced_lines, refundable_amount,
--   refundable_amount_sq, refund_amount_7, refund_amount_7_sq, refund_amount_7_by_amount, refund_amount_15,
--   refund_amount_15_sq, refund_amount_15_by_amount, refund_amount_30, refund_amount_30_sq,
--   refund_amount_30_by_amount, refund_amount_ever, refund_amount_ever_sq, refund_amount_ever_by_amount
WITH sold AS (
    SELECT
        *,
        CAST(CASE WHEN priced_lines = 1 THEN amount ELSE 0 END AS DECIMAL(14, 4)) AS refundable_amount
    FROM line_outcomes
    WHERE sold = 1
)

SELECT
    paid_on AS day,
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
    delivered_on,
    1 AS lines,
    units,
    CASE WHEN undated = 0 THEN units * typed_returns_of ELSE 0 END AS typed_units,
    CASE WHEN undated = 0 THEN units * reasoned_returns_of ELSE 0 END AS reasoned_units,
    COALESCE(amount, 0) AS amount,
    CASE WHEN insured IS NULL THEN 0 ELSE 1 END AS insurance_of,
    CASE WHEN insured THEN 1 ELSE 0 END AS insured_lines,
    returns_of,
    typed_returns_of,
    reasoned_returns_of,
    disputes_of,
    CASE WHEN refunded_age <= 7 THEN 1 ELSE 0 END AS refunded_7,
    CASE WHEN refunded_age <= 15 THEN 1 ELSE 0 END AS refunded_15,
    CASE WHEN refunded_age <= 30 THEN 1 ELSE 0 END AS refunded_30,
    refunded AS refunded_ever,
    refunded_age,
    CASE WHEN returned_age <= 7 THEN 1 ELSE 0 END AS returned_7,
    CASE WHEN returned_age <= 15 THEN 1 ELSE 0 END AS returned_15,
    CASE WHEN returned_age <= 30 THEN 1 ELSE 0 END AS returned_30,
    returned AS returned_ever,
    returned_age,
    CASE WHEN quality_age <= 7 THEN 1 ELSE 0 END AS quality_7,
    CASE WHEN quality_age <= 15 THEN 1 ELSE 0 END AS quality_15,
    CASE WHEN quality_age <= 30 THEN 1 ELSE 0 END AS quality_30,
    quality AS quality_ever,
    quality_age,
    CASE WHEN serviced_age <= 7 THEN 1 ELSE 0 END AS serviced_7,
    CASE WHEN serviced_age <= 15 THEN 1 ELSE 0 END AS serviced_15,
    CASE WHEN serviced_age <= 30 THEN 1 ELSE 0 END AS serviced_30,
    serviced AS serviced_ever,
    serviced_age,
    CASE WHEN disputed_age <= 7 THEN 1 ELSE 0 END AS disputed_7,
    CASE WHEN disputed_age <= 15 THEN 1 ELSE 0 END AS disputed_15,
    CASE WHEN disputed_age <= 30 THEN 1 ELSE 0 END AS disputed_30,
    disputed AS disputed_ever,
    disputed_age,
    CASE WHEN disputes_lost_age <= 7 THEN 1 ELSE 0 END AS disputes_lost_7,
    CASE WHEN disputes_lost_age <= 15 THEN 1 ELSE 0 END AS disputes_lost_15,
    CASE WHEN disputes_lost_age <= 30 THEN 1 ELSE 0 END AS disputes_lost_30,
    disputes_lost AS disputes_lost_ever,
    disputes_lost_age,
    priced_lines,
    refundable_amount,
    CAST(refundable_amount * refundable_amount AS DECIMAL(38, 8)) AS refundable_amount_sq,
    refund_amount_7,
    CAST(refund_amount_7 * refund_amount_7 AS DECIMAL(38, 8)) AS refund_amount_7_sq,
    CAST(refund_amount_7 * refundable_amount AS DECIMAL(38, 8)) AS refund_amount_7_by_amount,
    refund_amount_15,
    CAST(refund_amount_15 * refund_amount_15 AS DECIMAL(38, 8)) AS refund_amount_15_sq,
    CAST(refund_amount_15 * refundable_amount AS DECIMAL(38, 8)) AS refund_amount_15_by_amount,
    refund_amount_30,
    CAST(refund_amount_30 * refund_amount_30 AS DECIMAL(38, 8)) AS refund_amount_30_sq,
    CAST(refund_amount_30 * refundable_amount AS DECIMAL(38, 8)) AS refund_amount_30_by_amount,
    refund_amount_ever,
    CAST(refund_amount_ever * refund_amount_ever AS DECIMAL(38, 8)) AS refund_amount_ever_sq,
    CAST(refund_amount_ever * refundable_amount AS DECIMAL(38, 8)) AS refund_amount_ever_by_amount
FROM sold
