-- Applications to get the money back before the goods were shipped. Their numbers are not those of service orders and
-- could meet one, so an R stands before them. The sum is in fen, and was given back only where the state says so (3).
SELECT
    source_line,
    'R' || "refundId" AS ticket_id,
    "orderId" AS order_id,
    '1' AS type,
    "reason" AS reason_text,
    "applyTime" AS requested_at,
    "checkTime" AS responded_at,
    'refund ' || "refundStatus" AS outcome,
    CASE
        WHEN "refundStatus" IN ('2', '3', '4', '9', '11') THEN coalesce("modified", "checkTime")
    END AS closed_at,
    CASE
        WHEN "refundStatus" = '3' THEN coalesce(CAST(number("applyRefundSum") * 0.01 AS VARCHAR), "applyRefundSum")
    END AS refund_amount,
    CASE WHEN "refundStatus" = '3' THEN coalesce("modified", "checkTime") END AS refunded_at,
    "modified" AS updated_at
FROM source
