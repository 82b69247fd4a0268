SELECT
    source_line,
    "纠纷单号" AS dispute_id,
    "服务单号" AS ticket_id,
    "订单编号" AS order_id,
    "发起时间" AS opened_at,
    "判定时间" AS ruled_at,
    coalesce("责任方", '处理中') AS liable
FROM source
