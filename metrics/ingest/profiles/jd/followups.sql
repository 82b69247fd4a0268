SELECT
    source_line,
    "服务单号" AS ticket_id,
    "客户账号" AS customer_id,
    "分组" AS arm,
    "分配时间" AS assigned_at,
    "券金额" AS coupon_amount,
    "联系时间" AS contacted_at,
    "是否回复" AS answered
FROM source
