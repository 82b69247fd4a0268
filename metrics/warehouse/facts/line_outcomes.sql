-- fact: one row per order line, with its dimensions and all that came of it: whether and at which age in days after its
-- payment it was refunded, returned, disputed. The facts of lines (placed_lines, sold_lines, activity, return_delays)
-- are views over it, so that a line is joined to its product, its tickets and its disputes once.
-- A line counts once, however many tickets it has. Exposures (`…_of`) are 0 where the source does not record that
-- fact, and so is every outcome over them. `undated`: the source tells that a line came back, but not when.
-- incremental: order
-- reads: order_lines, described_lines, described_tickets, disputes, dispute_lines
WITH aged_tickets AS (
    SELECT
        t.shop,
        t.order_id,
        t.line_id,
        t.refunds,
        t.returns,
        t.services,
        t.refunds * t.merchant_liable AS quality,
        COALESCE(t.refund_amount, 0) AS refund_amount,
        CAST(CAST(t.requested_at AS DATE) - CAST(l.paid_at AS DATE) AS INT) AS age
    FROM described_tickets AS t
    INNER JOIN order_lines AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
    WHERE t.refunds = 1 OR t.services = 1
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
        MAX(quality) AS quality,
        MIN(CASE WHEN quality = 1 THEN age END) AS quality_age,
        MAX(services) AS serviced,
        MIN(CASE WHEN services = 1 THEN age END) AS serviced_age,
        SUM(CASE WHEN refunds = 1 AND age <= 7 THEN refund_amount ELSE 0 END) AS refund_amount_7,
        SUM(CASE WHEN refunds = 1 AND age <= 15 THEN refund_amount ELSE 0 END) AS refund_amount_15,
        SUM(CASE WHEN refunds = 1 AND age <= 30 THEN refund_amount ELSE 0 END) AS refund_amount_30,
        SUM(CASE WHEN refunds = 1 THEN refund_amount ELSE 0 END) AS refund_amount_ever
    FROM aged_tickets
    GROUP BY shop, order_id, line_id
),

aged_disputes AS (
    SELECT
        d.shop,
        d.order_id,
        dl.line_id,
        CASE WHEN d.liable IN ('merchant', 'both') THEN 1 ELSE 0 END AS lost,
        CAST(CAST(d.opened_at AS DATE) - CAST(l.paid_at AS DATE) AS INT) AS age
    FROM disputes AS d
    INNER JOIN dispute_lines AS dl ON dl.shop = d.shop AND dl.dispute_id = d.dispute_id
    INNER JOIN order_lines AS l ON l.shop = d.shop AND l.order_id = d.order_id AND l.line_id = dl.line_id
),

disputed AS (
    SELECT
        shop,
        order_id,
        line_id,
        1 AS disputed,
        MIN(age) AS disputed_age,
        MAX(lost) AS lost,
        MIN(CASE WHEN lost = 1 THEN age END) AS lost_age
    FROM aged_disputes
    GROUP BY shop, order_id, line_id
),

exposed AS (
    SELECT
        *,
        recorded * linked AS returns_of,
        recorded * linked * typed AS typed_returns_of,
        recorded * linked * reasoned AS reasoned_returns_of,
        recorded * linked * priced AS costs_of,
        CASE WHEN amount IS NULL THEN 0 ELSE recorded * linked * priced END AS priced_lines
    FROM described_lines
)

SELECT
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
    l.quantity AS units,
    l.amount,
    CAST(l.ordered_at AS DATE) AS ordered_on,
    CAST(l.paid_at AS DATE) AS paid_on,
    CAST(l.delivered_at AS DATE) AS delivered_on,
    l.cancelled,
    l.sold,
    CASE WHEN l.returns_of = 1 AND l.dated = 0 THEN 1 ELSE 0 END AS undated,
    l.returns_of,
    l.typed_returns_of,
    l.reasoned_returns_of,
    l.costs_of,
    l.priced_lines,
    l.disputes_recorded AS disputes_of,
    l.recorded * l.dated AS arrivals_of,
    l.recorded * l.dated * l.typed AS typed_arrivals_of,
    l.recorded * l.dated * l.reasoned AS reasoned_arrivals_of,
    CASE WHEN l.amount IS NULL THEN 0 ELSE l.recorded * l.dated * l.priced END AS priced_arrivals_of,
    CASE WHEN l.returns_of = 1 THEN COALESCE(t.refunded, 0) ELSE 0 END AS refunded,
    CASE WHEN l.returns_of = 1 THEN t.refunded_age END AS refunded_age,
    CASE WHEN l.typed_returns_of = 1 THEN COALESCE(t.returned, 0) ELSE 0 END AS returned,
    CASE WHEN l.typed_returns_of = 1 THEN t.returned_age END AS returned_age,
    CASE WHEN l.reasoned_returns_of = 1 THEN COALESCE(t.quality, 0) ELSE 0 END AS quality,
    CASE WHEN l.reasoned_returns_of = 1 THEN t.quality_age END AS quality_age,
    CASE WHEN l.typed_returns_of = 1 THEN COALESCE(t.serviced, 0) ELSE 0 END AS serviced,
    CASE WHEN l.typed_returns_of = 1 THEN t.serviced_age END AS serviced_age,
    CASE WHEN l.disputes_recorded = 1 THEN COALESCE(d.disputed, 0) ELSE 0 END AS disputed,
    CASE WHEN l.disputes_recorded = 1 THEN d.disputed_age END AS disputed_age,
    CASE WHEN l.disputes_recorded = 1 THEN COALESCE(d.lost, 0) ELSE 0 END AS disputes_lost,
    CASE WHEN l.disputes_recorded = 1 THEN d.lost_age END AS disputes_lost_age,
    CAST(CASE WHEN l.priced_lines = 1 THEN COALESCE(t.refund_amount_7, 0) ELSE 0 END AS DECIMAL(14, 4))
        AS refund_amount_7,
    CAST(CASE WHEN l.priced_lines = 1 THEN COALESCE(t.refund_amount_15, 0) ELSE 0 END AS DECIMAL(14, 4))
        AS refund_amount_15,
    CAST(CASE WHEN l.priced_lines = 1 THEN COALESCE(t.refund_amount_30, 0) ELSE 0 END AS DECIMAL(14, 4))
        AS refund_amount_30,
    CAST(CASE WHEN l.priced_lines = 1 THEN COALESCE(t.refund_amount_ever, 0) ELSE 0 END AS DECIMAL(14, 4))
        AS refund_amount_ever
FROM exposed AS l
LEFT JOIN ticketed AS t ON t.shop = l.shop AND t.order_id = l.order_id AND t.line_id = l.line_id
LEFT JOIN disputed AS d ON d.shop = l.shop AND d.order_id = l.order_id AND d.line_id = l.line_id
