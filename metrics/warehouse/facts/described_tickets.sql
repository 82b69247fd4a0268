-- view: every ticket with its line, its mapped reason and what it counts as.
-- `refunds`: money went or will go back for goods that were shipped: a return, a refund without return, or any
-- other ticket that was paid back in the end. A ticket that was rejected or withdrawn counts for nothing, and a
-- refund before shipping is a cancellation, shown apart.
-- reads: tickets, ticket_lines, reasons, ticket_sources
SELECT
    t.shop,
    t.ticket_id,
    t.order_id,
    tl.line_id,
    COALESCE(tl.lines_of_order, 0) AS lines_of_order,
    t.sku_id AS ticket_sku_id,
    t.quantity,
    t.type,
    t.reason_text,
    CASE WHEN t.reason_text IS NULL THEN NULL ELSE COALESCE(r.reason, 'other') END AS reason,
    r.liable,
    t.requested_at,
    t.responded_at,
    t.outcome,
    t.closed_at,
    t.refund_amount,
    t.refunded_at,
    t.contacted_at,
    t.received_at,
    t.replacement_shipped_at,
    t.handler,
    t.repair_vendor,
    t.auto_approved,
    t.parent_ticket_id,
    t.source,
    COALESCE(s.dated, 0) AS dated,
    COALESCE(s.refund_dated, 0) AS refund_dated,
    COALESCE(s.answered, 0) AS answers_recorded,
    COALESCE(s.closed, 0) AS closings_recorded,
    COALESCE(s.contacted, 0) AS contacts_recorded,
    COALESCE(s.priced, 0) AS prices_recorded,
    CASE
        WHEN t.outcome IN ('rejected', 'withdrawn') THEN 0
        WHEN t.type IN ('return', 'refund_only') THEN 1
        WHEN t.type <> 'refund_before_shipping' AND t.refund_amount > 0 THEN 1
        ELSE 0
    END AS refunds,
    CASE WHEN t.outcome NOT IN ('rejected', 'withdrawn') AND t.type = 'return' THEN 1 ELSE 0 END AS returns,
    CASE
        WHEN t.outcome NOT IN ('rejected', 'withdrawn') AND t.type IN ('return', 'exchange', 'repair') THEN 1
        ELSE 0
    END AS services,
    CASE WHEN r.liable IN ('merchant', 'both') THEN 1 ELSE 0 END AS merchant_liable,
    CASE
        WHEN t.type = 'refund_before_shipping' OR t.outcome IN ('rejected', 'withdrawn') THEN 0
        ELSE COALESCE(t.refund_amount, 0)
    END AS refund_cost,
    CASE WHEN COALESCE(t.freight_paid_by, 'merchant') = 'merchant' THEN COALESCE(t.freight_cost, 0) ELSE 0 END
        AS freight_cost,
    COALESCE(t.freight_cost, 0) AS freight_paid,
    t.freight_paid_by,
    COALESCE(t.compensation, 0) AS compensation_cost,
    COALESCE(t.recovered, 0) AS recovered
FROM tickets AS t
LEFT JOIN ticket_lines AS tl ON tl.shop = t.shop AND tl.ticket_id = t.ticket_id
LEFT JOIN reasons AS r ON r.reason_text = t.reason_text
LEFT JOIN ticket_sources AS s ON s.shop = t.shop AND s.source = t.source
