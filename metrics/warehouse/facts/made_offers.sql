-- fact: one row per offer made to keep a sale, on the day it was offered.
-- `saved`: the ticket it was made on ended withdrawn. An offer is settled once that ticket is no longer open.
-- incremental: no
-- reads: offers, described_tickets, line_outcomes
-- measures: offers, answers_of, accepted, paid_offers, settled, saved
SELECT
    CAST(o.offered_at AS DATE) AS day,
    o.shop,
    o.ticket_id,
    t.order_id,
    o.kind,
    l.sku_id,
    l.product_name,
    l.category,
    l.batch_id,
    l.tier,
    l.province,
    l.channel,
    l.source,
    t.type,
    t.reason,
    t.liable,
    t.handler,
    1 AS offers,
    CASE WHEN o.accepted IS NOT NULL THEN 1 ELSE 0 END AS answers_of,
    CASE WHEN o.accepted THEN 1 ELSE 0 END AS accepted,
    CASE WHEN o.kind <> 'explain' THEN 1 ELSE 0 END AS paid_offers,
    CASE WHEN o.kind <> 'explain' AND t.outcome <> 'open' THEN 1 ELSE 0 END AS settled,
    CASE WHEN o.kind <> 'explain' AND t.outcome = 'withdrawn' THEN 1 ELSE 0 END AS saved
FROM offers AS o
LEFT JOIN described_tickets AS t ON t.shop = o.shop AND t.ticket_id = o.ticket_id
LEFT JOIN line_outcomes AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
