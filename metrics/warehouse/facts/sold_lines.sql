-- fact: one row per order line that was paid and not cancelled, on the day it was paid.
-- Each numerator is cut at 7, 15 and 30 days from payment to the first request, so that a cohort can be compared
-- with another at the same age; `_ever` is all that is known, whatever its age. Exposures (`…_of`) are 0 where the
-- source does not record that fact, and so is every numerator over them. `undated`: the source tells that a line came
-- back, but not when. A line counts once, however many tickets it has. Squares and products feed the delta interval.
-- incremental: order
-- reads: order_lines, described_lines, described_tickets, disputes, dispute_lines
-- rollup segment: day, shop, category, province, channel, tier, insured, undated
-- rollup sku: day, shop, category, sku_id, batch_id, undated
-- measures: lines, units, amount, insurance_of, insured_lines, returns_of, typed_returns_of, reasoned_returns_of,
--   disputes_of, refunded_7, refunded_15, refunded_30, refunded_ever, returned_7, returned_15, returned_30,
--   returned_ever, quality_7, quality_15, quality_30, quality_ever, serviced_7, serviced_15, serviced_30,
--   serviced_ever, disputed_7, disputed_15, disputed_30, disputed_ever, disputes_lost_7, disputes_lost_15,
--   disputes_lost_30, disputes_lost_ever, priced_lines, refundable_amount, refundable_amount_sq,
--   refund_amount_7, refund_amount_7_sq, refund_amount_7_by_amount, refund_amount_15, refund_amount_15_sq,
--   refund_amount_15_by_amount, refund_amount_30, refund_amount_30_sq, refund_amount_30_by_amount,
--   refund_amount_ever, refund_amount_ever_sq, refund_amount_ever_by_amount
WITH dated_tickets AS (
    SELECT
        t.*,
        CAST(CAST(t.requested_at AS DATE) - CAST(l.paid_at AS DATE) AS INT) AS age
    FROM described_tickets AS t
    INNER JOIN order_lines AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
),

ticketed AS (
    SELECT
        shop,
        order_id,
        line_id,
        MAX(refunds) AS refunded,
        MIN(CASE WHEN refunds = 1 THEN age END) AS refunded_age,
        MAX(returns) AS returned,
        MIN(CASE WHEN returns = 1 THEN age END) AS returned_age,
        MAX(refunds * merchant_liable) AS quality,
        MIN(CASE WHEN refunds * merchant_liable = 1 THEN age END) AS quality_age,
        MAX(services) AS serviced,
        MIN(CASE WHEN services = 1 THEN age END) AS serviced_age,
        CAST(SUM(CASE WHEN refunds = 1 AND age <= 7 THEN COALESCE(refund_amount, 0) ELSE 0 END) AS DECIMAL(18, 2))
            AS refund_amount_7,
        CAST(SUM(CASE WHEN refunds = 1 AND age <= 15 THEN COALESCE(refund_amount, 0) ELSE 0 END) AS DECIMAL(18, 2))
            AS refund_amount_15,
        CAST(SUM(CASE WHEN refunds = 1 AND age <= 30 THEN COALESCE(refund_amount, 0) ELSE 0 END) AS DECIMAL(18, 2))
            AS refund_amount_30,
        CAST(SUM(CASE WHEN refunds = 1 THEN COALESCE(refund_amount, 0) ELSE 0 END) AS DECIMAL(18, 2))
            AS refund_amount_ever
    FROM dated_tickets
    GROUP BY shop, order_id, line_id
),

disputed AS (
    SELECT
        d.shop,
        d.order_id,
        dl.line_id,
        1 AS disputed,
        MIN(CAST(CAST(d.opened_at AS DATE) - CAST(l.paid_at AS DATE) AS INT)) AS disputed_age,
        MAX(CASE WHEN d.liable IN ('merchant', 'both') THEN 1 ELSE 0 END) AS lost,
        MIN(
            CASE
                WHEN d.liable IN ('merchant', 'both') THEN CAST(CAST(d.opened_at AS DATE) - CAST(l.paid_at AS DATE) AS INT)
            END
        ) AS lost_age
    FROM disputes AS d
    INNER JOIN dispute_lines AS dl ON dl.shop = d.shop AND dl.dispute_id = d.dispute_id
    INNER JOIN order_lines AS l ON l.shop = d.shop AND l.order_id = d.order_id AND l.line_id = dl.line_id
    GROUP BY d.shop, d.order_id, dl.line_id
),

exposed AS (
    SELECT
        l.*,
        l.recorded * l.linked AS returns_of,
        l.recorded * l.linked * l.typed AS typed_returns_of,
        l.recorded * l.linked * l.reasoned AS reasoned_returns_of,
        CASE WHEN l.amount IS NOT NULL THEN l.recorded * l.linked * l.priced ELSE 0 END AS priced_lines,
        CASE
            WHEN l.amount IS NOT NULL AND l.recorded * l.linked * l.priced = 1 THEN CAST(l.amount AS DECIMAL(14, 2))
            ELSE CAST(0 AS DECIMAL(14, 2))
        END AS refundable_amount,
        CASE
            WHEN l.amount IS NOT NULL AND l.recorded * l.linked * l.priced = 1
                THEN CAST(COALESCE(t.refund_amount_7, 0) AS DECIMAL(14, 2))
            ELSE CAST(0 AS DECIMAL(14, 2))
        END AS refund_amount_7,
        CASE
            WHEN l.amount IS NOT NULL AND l.recorded * l.linked * l.priced = 1
                THEN CAST(COALESCE(t.refund_amount_15, 0) AS DECIMAL(14, 2))
            ELSE CAST(0 AS DECIMAL(14, 2))
        END AS refund_amount_15,
        CASE
            WHEN l.amount IS NOT NULL AND l.recorded * l.linked * l.priced = 1
                THEN CAST(COALESCE(t.refund_amount_30, 0) AS DECIMAL(14, 2))
            ELSE CAST(0 AS DECIMAL(14, 2))
        END AS refund_amount_30,
        CASE
            WHEN l.amount IS NOT NULL AND l.recorded * l.linked * l.priced = 1
                THEN CAST(COALESCE(t.refund_amount_ever, 0) AS DECIMAL(14, 2))
            ELSE CAST(0 AS DECIMAL(14, 2))
        END AS refund_amount_ever,
        t.refunded,
        t.refunded_age,
        t.returned,
        t.returned_age,
        t.quality,
        t.quality_age,
        t.serviced,
        t.serviced_age,
        d.disputed,
        d.disputed_age,
        d.lost,
        d.lost_age
    FROM described_lines AS l
    LEFT JOIN ticketed AS t ON t.shop = l.shop AND t.order_id = l.order_id AND t.line_id = l.line_id
    LEFT JOIN disputed AS d ON d.shop = l.shop AND d.order_id = l.order_id AND d.line_id = l.line_id
    WHERE l.sold = 1
)

SELECT
    CAST(l.paid_at AS DATE) AS day,
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
    CASE WHEN l.returns_of = 1 AND l.dated = 0 THEN 1 ELSE 0 END AS undated,
    1 AS lines,
    l.quantity AS units,
    COALESCE(l.amount, 0) AS amount,
    CASE WHEN l.insured IS NOT NULL THEN 1 ELSE 0 END AS insurance_of,
    CASE WHEN l.insured THEN 1 ELSE 0 END AS insured_lines,
    l.returns_of,
    l.typed_returns_of,
    l.reasoned_returns_of,
    l.disputes_recorded AS disputes_of,
    CASE WHEN l.returns_of = 1 AND l.dated = 1 AND l.refunded_age <= 7 THEN 1 ELSE 0 END AS refunded_7,
    CASE WHEN l.returns_of = 1 AND l.dated = 1 AND l.refunded_age <= 15 THEN 1 ELSE 0 END AS refunded_15,
    CASE WHEN l.returns_of = 1 AND l.dated = 1 AND l.refunded_age <= 30 THEN 1 ELSE 0 END AS refunded_30,
    CASE WHEN l.returns_of = 1 AND l.refunded = 1 THEN 1 ELSE 0 END AS refunded_ever,
    CASE WHEN l.returns_of = 1 THEN l.refunded_age END AS refunded_age,
    CASE WHEN l.typed_returns_of = 1 AND l.dated = 1 AND l.returned_age <= 7 THEN 1 ELSE 0 END AS returned_7,
    CASE WHEN l.typed_returns_of = 1 AND l.dated = 1 AND l.returned_age <= 15 THEN 1 ELSE 0 END AS returned_15,
    CASE WHEN l.typed_returns_of = 1 AND l.dated = 1 AND l.returned_age <= 30 THEN 1 ELSE 0 END AS returned_30,
    CASE WHEN l.typed_returns_of = 1 AND l.returned = 1 THEN 1 ELSE 0 END AS returned_ever,
    CASE WHEN l.typed_returns_of = 1 THEN l.returned_age END AS returned_age,
    CASE WHEN l.reasoned_returns_of = 1 AND l.dated = 1 AND l.quality_age <= 7 THEN 1 ELSE 0 END AS quality_7,
    CASE WHEN l.reasoned_returns_of = 1 AND l.dated = 1 AND l.quality_age <= 15 THEN 1 ELSE 0 END AS quality_15,
    CASE WHEN l.reasoned_returns_of = 1 AND l.dated = 1 AND l.quality_age <= 30 THEN 1 ELSE 0 END AS quality_30,
    CASE WHEN l.reasoned_returns_of = 1 AND l.quality = 1 THEN 1 ELSE 0 END AS quality_ever,
    CASE WHEN l.reasoned_returns_of = 1 THEN l.quality_age END AS quality_age,
    CASE WHEN l.typed_returns_of = 1 AND l.dated = 1 AND l.serviced_age <= 7 THEN 1 ELSE 0 END AS serviced_7,
    CASE WHEN l.typed_returns_of = 1 AND l.dated = 1 AND l.serviced_age <= 15 THEN 1 ELSE 0 END AS serviced_15,
    CASE WHEN l.typed_returns_of = 1 AND l.dated = 1 AND l.serviced_age <= 30 THEN 1 ELSE 0 END AS serviced_30,
    CASE WHEN l.typed_returns_of = 1 AND l.serviced = 1 THEN 1 ELSE 0 END AS serviced_ever,
    CASE WHEN l.typed_returns_of = 1 THEN l.serviced_age END AS serviced_age,
    CASE WHEN l.disputes_recorded = 1 AND l.disputed_age <= 7 THEN 1 ELSE 0 END AS disputed_7,
    CASE WHEN l.disputes_recorded = 1 AND l.disputed_age <= 15 THEN 1 ELSE 0 END AS disputed_15,
    CASE WHEN l.disputes_recorded = 1 AND l.disputed_age <= 30 THEN 1 ELSE 0 END AS disputed_30,
    CASE WHEN l.disputes_recorded = 1 AND l.disputed = 1 THEN 1 ELSE 0 END AS disputed_ever,
    CASE WHEN l.disputes_recorded = 1 AND l.lost_age <= 7 THEN 1 ELSE 0 END AS disputes_lost_7,
    CASE WHEN l.disputes_recorded = 1 AND l.lost_age <= 15 THEN 1 ELSE 0 END AS disputes_lost_15,
    CASE WHEN l.disputes_recorded = 1 AND l.lost_age <= 30 THEN 1 ELSE 0 END AS disputes_lost_30,
    CASE WHEN l.disputes_recorded = 1 AND l.lost = 1 THEN 1 ELSE 0 END AS disputes_lost_ever,
    CASE WHEN l.disputes_recorded = 1 THEN l.disputed_age END AS disputed_age,
    l.priced_lines,
    l.refundable_amount,
    CAST(l.refundable_amount * l.refundable_amount AS DECIMAL(38, 4)) AS refundable_amount_sq,
    l.refund_amount_7,
    CAST(l.refund_amount_7 * l.refund_amount_7 AS DECIMAL(38, 4)) AS refund_amount_7_sq,
    CAST(l.refund_amount_7 * l.refundable_amount AS DECIMAL(38, 4)) AS refund_amount_7_by_amount,
    l.refund_amount_15,
    CAST(l.refund_amount_15 * l.refund_amount_15 AS DECIMAL(38, 4)) AS refund_amount_15_sq,
    CAST(l.refund_amount_15 * l.refundable_amount AS DECIMAL(38, 4)) AS refund_amount_15_by_amount,
    l.refund_amount_30,
    CAST(l.refund_amount_30 * l.refund_amount_30 AS DECIMAL(38, 4)) AS refund_amount_30_sq,
    CAST(l.refund_amount_30 * l.refundable_amount AS DECIMAL(38, 4)) AS refund_amount_30_by_amount,
    l.refund_amount_ever,
    CAST(l.refund_amount_ever * l.refund_amount_ever AS DECIMAL(38, 4)) AS refund_amount_ever_sq,
    CAST(l.refund_amount_ever * l.refundable_amount AS DECIMAL(38, 4)) AS refund_amount_ever_by_amount
FROM exposed AS l
