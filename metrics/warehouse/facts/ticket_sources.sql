-- context: one row per shop and source of tickets: which fields that source fills at all.
-- A field that no ticket of a source carries is absent there, and absent is "not available", never 0.
-- A source that has brought no ticket yet is taken at its word: nothing came back, and it would have said so.
-- reads: coverage, tickets
WITH filled AS (
    SELECT
        shop,
        source,
        MAX(CASE WHEN requested_at IS NOT NULL THEN 1 ELSE 0 END) AS dated,
        MAX(CASE WHEN refunded_at IS NOT NULL THEN 1 ELSE 0 END) AS refund_dated,
        MAX(CASE WHEN order_id IS NOT NULL THEN 1 ELSE 0 END) AS linked,
        MAX(CASE WHEN type <> 'other' THEN 1 ELSE 0 END) AS typed,
        MAX(CASE WHEN reason_text IS NOT NULL THEN 1 ELSE 0 END) AS reasoned,
        MAX(CASE WHEN responded_at IS NOT NULL THEN 1 ELSE 0 END) AS answered,
        MAX(CASE WHEN closed_at IS NOT NULL THEN 1 ELSE 0 END) AS closed,
        MAX(CASE WHEN contacted_at IS NOT NULL THEN 1 ELSE 0 END) AS contacted,
        MAX(CASE WHEN refund_amount IS NOT NULL THEN 1 ELSE 0 END) AS priced
    FROM tickets
    GROUP BY shop, source
)

SELECT
    c.shop,
    c.source,
    COALESCE(f.dated, CASE WHEN c.dated THEN 1 ELSE 0 END) AS dated,
    COALESCE(f.refund_dated, 1) AS refund_dated,
    COALESCE(f.linked, 1) AS linked,
    COALESCE(f.typed, 1) AS typed,
    COALESCE(f.reasoned, 1) AS reasoned,
    COALESCE(f.answered, 1) AS answered,
    COALESCE(f.closed, 1) AS closed,
    COALESCE(f.contacted, 1) AS contacted,
    COALESCE(f.priced, 1) AS priced
FROM coverage AS c
LEFT JOIN filled AS f ON f.shop = c.shop AND f.source = c.source
WHERE c.table_name = 'tickets'
