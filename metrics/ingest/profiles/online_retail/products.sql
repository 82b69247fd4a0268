SELECT
    source_line,
    "StockCode" AS sku_id,
    "Description" AS product_name
FROM source
WHERE "StockCode" IS NOT NULL
    AND NOT starts_with("Invoice", 'C')
    AND NOT starts_with("Invoice", 'A')
    AND number("Quantity") > 0
