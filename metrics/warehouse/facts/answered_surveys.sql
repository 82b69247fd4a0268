-- fact: one row per answered survey, on the day of the answer, with the ticket that it judges where it names one
-- and how that ticket was handled.
-- incremental: no
-- rollup category: day, shop, category
-- reads: surveys, described_tickets, handled_tickets, line_outcomes
-- measures: answers, satisfied, negative, score_sum, score_sq
WITH order_dimensions AS (
    SELECT
        l.shop,
        l.order_id,
        MIN(l.tier) AS tier,
        MIN(l.province) AS province,
        MIN(l.channel) AS channel,
        MIN(l.source) AS source
    FROM line_outcomes AS l
    WHERE EXISTS (SELECT 1 FROM surveys AS s WHERE s.shop = l.shop AND s.order_id = l.order_id)
    GROUP BY l.shop, l.order_id
)

SELECT
    CAST(s.answered_at AS DATE) AS day,
    s.shop,
    s.survey_id,
    s.order_id,
    s.ticket_id,
    l.sku_id,
    l.product_name,
    l.category,
    l.batch_id,
    o.tier,
    o.province,
    o.channel,
    o.source,
    t.type,
    t.reason,
    t.liable,
    t.handler,
    t.outcome,
    t.auto_approved,
    h.in_time,
    h.contacted,
    1 AS answers,
    CASE WHEN s.score >= 4 THEN 1 ELSE 0 END AS satisfied,
    CASE WHEN s.score <= 2 THEN 1 ELSE 0 END AS negative,
    s.score AS score_sum,
    s.score * s.score AS score_sq
FROM surveys AS s
LEFT JOIN order_dimensions AS o ON o.shop = s.shop AND o.order_id = s.order_id
LEFT JOIN described_tickets AS t ON t.shop = s.shop AND t.ticket_id = s.ticket_id
LEFT JOIN handled_tickets AS h ON h.shop = s.shop AND h.ticket_id = s.ticket_id
LEFT JOIN line_outcomes AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
