-- fact: one row per dispute, on the day it was opened.
-- `self_resolved`: it ended without a ruling of the platform.
-- incremental: no
-- reads: disputes, dispute_lines, described_tickets, handled_tickets, line_outcomes
-- measures: disputes, settled, self_resolved, lost
SELECT
    CAST(d.opened_at AS DATE) AS day,
    d.shop,
    d.dispute_id,
    d.order_id,
    d.ticket_id,
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
    t.type,
    t.reason,
    t.handler,
    t.outcome,
    t.auto_approved,
    h.in_time,
    h.contacted,
    d.liable,
    1 AS disputes,
    CASE WHEN d.liable <> 'open' THEN 1 ELSE 0 END AS settled,
    CASE WHEN d.liable <> 'open' AND d.ruled_at IS NULL THEN 1 ELSE 0 END AS self_resolved,
    CASE WHEN d.liable IN ('merchant', 'both') THEN 1 ELSE 0 END AS lost
FROM disputes AS d
LEFT JOIN dispute_lines AS dl ON dl.shop = d.shop AND dl.dispute_id = d.dispute_id
LEFT JOIN described_tickets AS t ON t.shop = d.shop AND t.ticket_id = d.ticket_id
LEFT JOIN handled_tickets AS h ON h.shop = d.shop AND h.ticket_id = d.ticket_id
LEFT JOIN line_outcomes AS l ON l.shop = d.shop AND l.order_id = d.order_id AND l.line_id = dl.line_id
