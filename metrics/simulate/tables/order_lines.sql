-- Joined first, then sorted while the rows are still narrow, and only then spelt out: a join keeps no order.
WITH sorted AS (
    SELECT
        l.*, k.sku_id, b.batch_id, coalesce(r.customer_no, l.customer_no) AS buyer_no,
        lost.line_key IS NOT NULL AS lost, l.shipped_s <= getvariable('as_of_s') AS has_left
    FROM lines AS l
    JOIN skus AS k USING (sku_no)
    JOIN lots AS b USING (batch_key)
    LEFT JOIN repeat_orders AS r USING (order_no)
    LEFT JOIN (SELECT line_key FROM claims WHERE reason_text = '未收到货') AS lost USING (line_key)
    ORDER BY l.line_key
)
SELECT
    order_id(order_no) AS order_id,
    CAST(ordinal + 1 AS VARCHAR) AS line_id,
    CAST(sku_id AS VARCHAR) AS sku_id,
    CASE WHEN has_left THEN CAST(batch_id AS VARCHAR) END AS batch_id,
    CASE WHEN has_left THEN 'given' END AS batch_source,
    customer_id(buyer_no) AS customer_id,
    CASE pick(order_no, 'channel', 10) WHEN 0 THEN 'PC' WHEN 1 THEN '小程序' WHEN 2 THEN '小程序' ELSE 'APP' END AS channel,
    CASE WHEN jd_ships THEN '京东仓配' ELSE '商家自发' END AS fulfilment,
    CAST(province AS VARCHAR) AS province,
    CAST(warehouse AS VARCHAR) AS warehouse,
    CASE WHEN has_left THEN CAST(courier AS VARCHAR) END AS courier,
    CAST(quantity AS BIGINT) AS quantity,
    yuan(amount_cents) AS amount,
    known(ordered_s) AS ordered_at,
    known(paid_s) AS paid_at,
    known(shipped_s) AS shipped_at,
    CASE WHEN NOT lost THEN known(delivered_s) END AS delivered_at,
    coalesce(cancelled_s <= getvariable('as_of_s'), FALSE) AS cancelled,
    insured(order_no) AS freight_insured,
    TRUE AS returns_recorded
FROM sorted
