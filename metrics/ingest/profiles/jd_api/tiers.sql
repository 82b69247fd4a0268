SELECT
    source_line,
    "customerPin" AS customer_id,
    "customerGrade" AS tier
FROM source
WHERE "customerPin" IS NOT NULL AND "customerGrade" IS NOT NULL
