SELECT
    source_line,
    "pin" AS customer_id
FROM source
WHERE "pin" IS NOT NULL
