-- A refund on which JD was called in, which a customer does who was turned down: since then at the earliest. When it
-- was, and who is to blame, JD does not tell here, so it stays open.
SELECT
    source_line,
    'R' || "refundId" AS dispute_id,
    'R' || "refundId" AS ticket_id,
    "orderId" AS order_id,
    coalesce("checkTime", "applyTime") AS opened_at,
    'open' AS liable
FROM source
WHERE "refundStatus" = '19'
