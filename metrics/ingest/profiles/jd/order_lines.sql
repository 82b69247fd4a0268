-- One row per ordered product. 商品金额 is what the goods cost before any refund.
SELECT
    source_line,
    "订单编号" AS order_id,
    "订单行号" AS line_id,
    "商品编号" AS sku_id,
    "生产批次" AS batch_id,
    "下单账号" AS customer_id,
    "订单渠道" AS channel,
    "配送方式" AS fulfilment,
    "收货省份" AS province,
    "仓库名称" AS warehouse,
    "承运商" AS courier,
    "订购数量" AS quantity,
    "商品金额" AS amount,
    "下单时间" AS ordered_at,
    "付款时间" AS paid_at,
    "发货时间" AS shipped_at,
    "妥投时间" AS delivered_at,
    coalesce(contains("订单状态", '取消'), false) AS cancelled,
    "运费险" AS freight_insured,
    "更新时间" AS updated_at
FROM source
