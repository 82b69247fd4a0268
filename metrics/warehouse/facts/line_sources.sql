-- context: one row per shop and source of order lines: what is known of the after-sales of its lines.
-- Tickets of the line's own source speak for it; where that source brings none, those of the shop do.
-- reads: coverage, ticket_sources
WITH tickets_of_shop AS (
    SELECT
        shop,
        MAX(dated) AS dated,
        MAX(linked) AS linked,
        MAX(typed) AS typed,
        MAX(reasoned) AS reasoned,
        MAX(priced) AS priced
    FROM ticket_sources
    GROUP BY shop
),

disputes_of_shop AS (
    SELECT DISTINCT shop FROM coverage WHERE table_name = 'disputes'
)

SELECT
    c.shop,
    c.source,
    CASE WHEN s.shop IS NOT NULL THEN 1 ELSE 0 END AS recorded,
    COALESCE(own.dated, s.dated, 0) AS dated,
    COALESCE(own.linked, s.linked, 0) AS linked,
    COALESCE(own.typed, s.typed, 0) AS typed,
    COALESCE(own.reasoned, s.reasoned, 0) AS reasoned,
    COALESCE(own.priced, s.priced, 0) AS priced,
    CASE WHEN d.shop IS NOT NULL THEN 1 ELSE 0 END AS disputes_recorded
FROM coverage AS c
LEFT JOIN ticket_sources AS own ON own.shop = c.shop AND own.source = c.source
LEFT JOIN tickets_of_shop AS s ON s.shop = c.shop
LEFT JOIN disputes_of_shop AS d ON d.shop = c.shop
WHERE c.table_name = 'order_lines'
