SELECT
    CAST(560000000 + dispute_no AS VARCHAR) AS dispute_id,
    ticket_id(ticket_no) AS ticket_id,
    order_id(order_no) AS order_id,
    known(opened_s) AS opened_at,
    known(ruled_s) AS ruled_at,
    CASE WHEN ruled_s <= getvariable('as_of_s') THEN liable ELSE 'open' END AS liable
FROM rulings
ORDER BY dispute_no
