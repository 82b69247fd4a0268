-- All tickets in the order of their requests, numbered. A repair that drags past its promise may become a return.
CREATE TABLE cases AS
WITH escalated AS (
    SELECT
        line_key, order_no, ordinal, sku_no, category, customer_no, 'escalated' AS family, 'return' AS type, reason_text,
        amount_cents, quantity, courier, gives_up_s AS requested_s
    FROM handled WHERE gives_up_s <= getvariable('as_of_s')
),
numbered AS (
    SELECT *, NULL::BIGINT AS parent_key FROM handled
    UNION ALL BY NAME
    SELECT
        *, responded_s AS audited_s,
        responded_s - requested_s > 86400 AS late, FALSE AS auto_approved, FALSE AS asked, FALSE AS contacted,
        FALSE AS offered, 'approved' AS outcome,
        responded_s + 86400 AS received_s, refunded_s AS closed_s, amount_cents AS refund_cents,
        1200 AS freight_cents, 'merchant' AS freight_paid_by, 2000 AS compensation_cents,
        1 + pick(line_key, 'handler', 8) AS handler_no, line_key AS parent_key
    FROM (
        SELECT
            e.*,
            requested_s + 600 + k.opens_in_s + wait_within(draw(line_key, 'second answer'), k.scale_s, 0.9, 172800)
                AS responded_s,
            requested_s + 259200 + CAST(draw(line_key, 'second refund') * 86400 AS BIGINT) AS refunded_s
        FROM escalated AS e
        JOIN clock AS k ON k.weekday = (e.requested_s // 86400 + 3) % 7 AND k.hour = e.requested_s % 86400 // 3600
    )
)
SELECT
    row_number() OVER (ORDER BY requested_s, line_key, parent_key NULLS FIRST) AS ticket_no,
    *
FROM numbered
ORDER BY ticket_no;
