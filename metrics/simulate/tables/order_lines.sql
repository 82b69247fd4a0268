SELECT
    order_id(l.order_no) AS order_id,
    CAST(l.ordinal + 1 AS VARCHAR) AS line_id,
    k.sku_id,
    CASE WHEN l.shipped_s <= getvariable('as_of_s') THEN b.batch_id END AS batch_id,
    CASE WHEN l.shipped_s <= getvariable('as_of_s') THEN 'given' END AS batch_source,
    customer_id(coalesce(r.customer_no, l.customer_no)) AS customer_id,
    l.channel,
    l.fulfilment,
    l.province,
    l.warehouse,
    CASE WHEN l.shipped_s <= getvariable('as_of_s') THEN l.courier END AS courier,
    CAST(l.quantity AS BIGINT) AS quantity,
    yuan(l.amount_cents) AS amount,
    known(l.ordered_s) AS ordered_at,
    known(l.paid_s) AS paid_at,
    known(l.shipped_s) AS shipped_at,
    CASE WHEN lost.line_key IS NULL THEN known(l.delivered_s) END AS delivered_at,
    coalesce(l.cancelled_s <= getvariable('as_of_s'), FALSE) AS cancelled,
    l.insured AS freight_insured,
    TRUE AS returns_recorded
FROM lines AS l
JOIN skus AS k USING (sku_no)
JOIN lots AS b USING (batch_key)
LEFT JOIN repeat_orders AS r USING (order_no)
LEFT JOIN (SELECT line_key FROM claims WHERE reason_text = '未收到货') AS lost USING (line_key)
