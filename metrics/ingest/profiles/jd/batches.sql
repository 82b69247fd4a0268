SELECT
    source_line,
    "商品编号" AS sku_id,
    "批次" AS batch_id,
    "供应商" AS supplier,
    "生产日期" AS produced_on,
    "到货日" AS received_on,
    "数量" AS units_received,
    "库存" AS units_in_stock
FROM source
