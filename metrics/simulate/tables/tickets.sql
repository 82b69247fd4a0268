SELECT
    ticket_id(t.ticket_no) AS ticket_id,
    order_id(t.order_no) AS order_id,
    CAST(t.ordinal + 1 AS VARCHAR) AS line_id,
    CAST(k.sku_id AS VARCHAR) AS sku_id,
    t.type,
    t.reason_text,
    CAST(t.quantity AS BIGINT) AS quantity,
    known(t.requested_s) AS requested_at,
    known(t.responded_s) AS responded_at,
    CASE WHEN t.audited_s <= getvariable('as_of_s') THEN t.outcome ELSE 'open' END AS outcome,
    known(t.closed_s) AS closed_at,
    CASE WHEN t.refunded_s <= getvariable('as_of_s') THEN yuan(t.refund_cents) END AS refund_amount,
    known(t.refunded_s) AS refunded_at,
    CASE WHEN t.closed_s <= getvariable('as_of_s') THEN yuan(t.compensation_cents) END AS compensation,
    CASE WHEN t.closed_s <= getvariable('as_of_s') THEN yuan(t.recovered_cents) END AS recovered,
    known(t.contacted_s) AS contacted_at,
    known(t.received_s) AS received_at,
    known(t.replaced_s) AS replacement_shipped_at,
    CASE WHEN t.received_s <= getvariable('as_of_s') THEN yuan(t.freight_cents) END AS freight_cost,
    CASE WHEN t.received_s <= getvariable('as_of_s') THEN t.freight_paid_by END AS freight_paid_by,
    words.description,
    CASE WHEN t.responded_s <= getvariable('as_of_s') THEN '客服' || t.handler_no END AS handler,
    CASE WHEN t.received_s <= getvariable('as_of_s') AND t.type = 'repair'
        THEN ['城东维修点', '城西维修点', '厂家返修'][pick(t.ticket_no, 'vendor', 3) + 1] END AS repair_vendor,
    CASE WHEN t.audited_s <= getvariable('as_of_s') THEN DATE '1970-01-01' + CAST(t.promised_day AS INTEGER) END
        AS promised_on,
    ticket_id(p.ticket_no) AS parent_ticket_id,
    CASE WHEN t.responded_s <= getvariable('as_of_s') THEN t.auto_approved END AS auto_approved
FROM cases AS t
JOIN skus AS k USING (sku_no)
LEFT JOIN (SELECT line_key, ticket_no FROM cases WHERE type = 'repair') AS p ON t.parent_key = p.line_key
LEFT JOIN complaints AS words
    ON words.reason_text = t.reason_text AND words.slot = pick(t.ticket_no, 'complaint', 10)
ORDER BY t.ticket_no
