SELECT
    ticket_id(ticket_no) AS ticket_id,
    customer_id(customer_no) AS customer_id,
    arm,
    known(assigned_s) AS assigned_at,
    yuan(coupon_cents) AS coupon_amount
FROM assignments
ORDER BY ticket_no
