-- From the product file, and from the orders for what no product file has said.
SELECT
    source_line,
    "商品编号" AS sku_id,
    "商品名称" AS product_name,
    "商品类目" AS category,
    "成本价" AS unit_cost
FROM source
WHERE "商品编号" IS NOT NULL
