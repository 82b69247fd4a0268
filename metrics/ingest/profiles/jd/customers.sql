SELECT
    source_line,
    "下单账号" AS customer_id,
    "客户等级" AS tier
FROM source
WHERE "下单账号" IS NOT NULL
