SELECT
    ticket_id(ticket_no) AS ticket_id,
    customer_id(customer_no) AS customer_id,
    arm,
    known(assigned_s) AS assigned_at,
    yuan(coupon_cents) AS coupon_amount,
    contacted_at,
    CASE WHEN contacted_at IS NOT NULL THEN pick(ticket_no, 'answers', 10) < 4 END AS answered
FROM (
    SELECT
        *,
        CASE
            WHEN arm <> 'control' AND pick(ticket_no, 'reached', 10) < 7
                THEN known(assigned_s + 3600 * (1 + pick(ticket_no, 'hours', 48)))
        END AS contacted_at
    FROM assignments
) AS a
ORDER BY ticket_no
