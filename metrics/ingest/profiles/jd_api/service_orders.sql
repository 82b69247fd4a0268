-- One row per service order. JD's codes of results are read differently by different sellers, so their names decide.
-- 10002 waits for the customer: the shop has answered, at the latest when that was noted.
-- A state that is not listed is handed on, and rejects the row.
SELECT
    source_line,
    "serviceId" AS ticket_id,
    "orderId" AS order_id,
    "skuId" AS sku_id,
    "customerExpect" AS type,
    "applyReason" AS reason_text,
    "serviceCount" AS quantity,
    "applyTime" AS requested_at,
    earliest("approveTime", CASE WHEN "serviceStatus" = '10002' THEN "updateTime" END) AS responded_at,
    CASE
        WHEN "serviceStatus" IN ('10000', '10001', '10002') THEN 'waiting'
        WHEN "serviceStatus" = '10011' THEN 'taken back'
        WHEN regexp_matches(coalesce("approveResultName", "processResultName"), '取消|撤销') THEN 'taken back'
        WHEN regexp_matches(coalesce("approveResultName", "processResultName"), '拒|不通过|驳回') THEN 'turned down'
        WHEN "serviceStatus" = '10004' THEN 'ended'
        WHEN "serviceStatus" IN ('10005', '10006', '10007', '10009', '10010') THEN 'passed'
        ELSE "serviceStatus"
    END AS outcome,
    CASE
        WHEN "serviceStatus" = '10004' THEN coalesce("approveTime", "updateTime")
        WHEN "serviceStatus" IN ('10010', '10011') THEN coalesce("processTime", "updateTime")
    END AS closed_at,
    "refundAmt" AS refund_amount,
    "refundTime" AS refunded_at,
    "receiveDate" AS received_at,
    "questionDesc" AS description,
    "approveName" AS handler,
    "updateTime" AS updated_at
FROM source
