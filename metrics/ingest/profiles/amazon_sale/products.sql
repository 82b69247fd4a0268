SELECT
    source_line,
    "Category" || ' ' || "Size" AS sku_id,
    "Category" || ' ' || "Size" AS product_name,
    "Category" AS category
FROM source
WHERE "Category" IS NOT NULL AND "Size" IS NOT NULL
