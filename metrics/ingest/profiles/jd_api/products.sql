SELECT
    source_line,
    "skuId" AS sku_id,
    "skuName" AS product_name
FROM source
WHERE "skuId" IS NOT NULL
