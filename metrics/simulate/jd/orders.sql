SELECT
    l.order_id AS 订单编号,
    strftime(l.ordered_at, '%Y-%m-%d %H:%M:%S') AS 下单时间,
    strftime(l.paid_at, '%Y-%m-%d %H:%M:%S') AS 付款时间,
    l.sku_id AS 商品编号,
    p.product_name AS 商品名称,
    p.category AS 商品类目,
    l.quantity AS 订购数量,
    CAST(l.amount AS DOUBLE) AS 商品金额,
    CASE
        WHEN l.cancelled THEN '已取消'
        WHEN l.paid_at IS NULL THEN '等待付款'
        WHEN l.shipped_at IS NULL THEN '等待出库'
        WHEN l.delivered_at IS NULL THEN '等待确认收货'
        ELSE '完成'
    END AS 订单状态,
    l.customer_id AS 下单账号,
    c.tier AS 客户等级,
    l.province AS 收货省份,
    l.channel AS 订单渠道,
    l.warehouse AS 仓库名称,
    l.courier AS 承运商,
    strftime(l.shipped_at, '%Y-%m-%d %H:%M:%S') AS 发货时间,
    strftime(l.delivered_at, '%Y-%m-%d %H:%M:%S') AS 妥投时间,
    CASE WHEN l.freight_insured THEN '是' ELSE '否' END AS 运费险,
    l.batch_id AS 生产批次
FROM order_lines AS l
JOIN products AS p USING (sku_id)
JOIN customers AS c USING (customer_id)
ORDER BY l.order_id, l.line_id
