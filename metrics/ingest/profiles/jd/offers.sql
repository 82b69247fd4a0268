SELECT
    source_line,
    "服务单号" AS ticket_id,
    "方案时间" AS offered_at,
    "方案" AS kind,
    "金额" AS amount,
    "是否接受" AS accepted
FROM source
