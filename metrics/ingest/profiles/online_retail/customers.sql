SELECT
    source_line,
    "Customer ID" AS customer_id
FROM source
WHERE "Customer ID" IS NOT NULL
