-- fact: one row per request that says of a unit that it is bad or comes back, with the units that it adds to its line.
-- A request names its quantity, or one unit. Several requests about one unit are one return, at the earliest of them:
-- a request adds only what goes beyond the largest quantity that earlier ones of its line named (`…_reported`), and
-- never more than was sold (`…_units`). So what is known of a day never changes by what is asked for later.
-- `quality_…`: the reason is liable to the merchant, whatever the type. `all_…`: these, and all that goes back to the
-- shop. A price adjustment or a refund of freight is neither; money is never a count. A request before the payment is
-- of age 0, one after the 30 days of observation is left out. What belongs to no line (`line_id` is NULL) adds no
-- units: it tells how much of the after-sales can be traced to a batch.
-- incremental: order
-- reads: described_tickets, line_outcomes
WITH requests AS (
    SELECT
        t.shop,
        t.ticket_id,
        t.order_id,
        t.line_id,
        CASE WHEN t.line_id IS NULL THEN t.ticket_sku_id ELSE l.sku_id END AS sku_id,
        l.category,
        l.batch_id,
        l.batch_source,
        l.warehouse,
        l.courier,
        l.province,
        t.reason_text,
        t.lines_of_order,
        t.requested_at,
        t.outcome,
        l.paid_on AS day,
        CAST(CAST(t.requested_at AS DATE) - l.paid_on AS INT) AS days_after,
        l.units AS sold,
        CASE WHEN t.quantity >= 1 THEN t.quantity ELSE 1 END AS quantity,
        CASE WHEN l.undated = 0 THEN l.reasoned_returns_of * t.merchant_liable ELSE 0 END AS is_quality,
        CASE WHEN l.undated = 0 THEN l.typed_returns_of ELSE 0 END AS is_any,
        t.merchant_liable,
        t.prices_recorded,
        CAST(t.refund_cost + t.freight_cost + t.compensation_cost - t.recovered AS DECIMAL(18, 4)) AS cost
    FROM described_tickets AS t
    LEFT JOIN line_outcomes AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
    WHERE
        t.requested_at IS NOT NULL
        AND t.outcome NOT IN ('rejected', 'withdrawn')
        AND t.type <> 'refund_before_shipping'
        AND (t.merchant_liable = 1 OR t.type IN ('return', 'exchange', 'repair'))
        AND (t.line_id IS NULL OR l.sold = 1)
),

observed AS (
    SELECT
        *,
        CASE WHEN days_after < 0 THEN 0 ELSE days_after END AS age,
        MAX(is_quality * quantity) OVER (
            PARTITION BY shop, order_id, line_id
            ORDER BY requested_at, ticket_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS quality_before,
        MAX(is_any * quantity) OVER (
            PARTITION BY shop, order_id, line_id
            ORDER BY requested_at, ticket_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS any_before
    FROM requests
    WHERE line_id IS NOT NULL AND days_after <= 30
),

named AS (
    SELECT
        *,
        is_quality * quantity AS quality_now,
        COALESCE(quality_before, 0) AS quality_then,
        is_any * quantity AS any_now,
        COALESCE(any_before, 0) AS any_then
    FROM observed
)

SELECT
    day,
    shop,
    order_id,
    line_id,
    ticket_id,
    sku_id,
    category,
    batch_id,
    batch_source,
    warehouse,
    courier,
    province,
    reason_text,
    merchant_liable,
    lines_of_order,
    CAST(requested_at AS DATE) AS requested_on,
    outcome,
    age,
    CASE WHEN quality_now <= quality_then THEN 0 ELSE quality_now - quality_then END AS quality_reported,
    CASE
        WHEN quality_now <= quality_then OR quality_then >= sold THEN 0
        WHEN quality_now >= sold THEN sold - quality_then
        ELSE quality_now - quality_then
    END AS quality_units,
    CASE WHEN any_now <= any_then THEN 0 ELSE any_now - any_then END AS all_reported,
    CASE
        WHEN any_now <= any_then OR any_then >= sold THEN 0
        WHEN any_now >= sold THEN sold - any_then
        ELSE any_now - any_then
    END AS all_units,
    prices_recorded,
    cost
FROM named

UNION ALL

SELECT
    CAST(NULL AS DATE) AS day,
    shop,
    order_id,
    line_id,
    ticket_id,
    sku_id,
    category,
    batch_id,
    batch_source,
    warehouse,
    courier,
    province,
    reason_text,
    merchant_liable,
    lines_of_order,
    CAST(requested_at AS DATE) AS requested_on,
    outcome,
    CAST(NULL AS INT) AS age,
    CAST(0 AS BIGINT) AS quality_reported,
    CAST(0 AS BIGINT) AS quality_units,
    CAST(0 AS BIGINT) AS all_reported,
    CAST(0 AS BIGINT) AS all_units,
    prices_recorded,
    cost
FROM requests
WHERE line_id IS NULL
