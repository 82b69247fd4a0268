SELECT
    sku_id AS 商品编号, batch_id AS 批次, received_on AS 到货日, units_received AS 数量, supplier AS 供应商,
    produced_on AS 生产日期, units_in_stock AS 库存
FROM batches
ORDER BY sku_id, received_on
