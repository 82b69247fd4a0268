SELECT
    source_line,
    "评价编号" AS survey_id,
    "订单编号" AS order_id,
    "服务单号" AS ticket_id,
    "评分" AS score,
    "评价时间" AS answered_at
FROM source
