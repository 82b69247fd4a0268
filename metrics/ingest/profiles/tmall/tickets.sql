-- A row is a ticket if money went back. The report has no ticket numbers, so the order's own is used.
SELECT
    source_line,
    "订单编号" AS ticket_id,
    "订单编号" AS order_id,
    '1' AS line_id,
    'other' AS type,
    'closed' AS outcome,
    "退款金额" AS refund_amount
FROM source
WHERE number("退款金额") > 0
