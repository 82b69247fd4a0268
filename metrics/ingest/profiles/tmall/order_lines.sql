-- 总金额 is the price of the order; 买家实际支付金额 is already net of refunds, and a rate over it is too high.
SELECT
    source_line,
    "订单编号" AS order_id,
    '1' AS line_id,
    '1' AS quantity,
    "总金额" AS amount,
    "收货地址" AS province,
    "订单创建时间" AS ordered_at,
    "订单付款时间" AS paid_at
FROM source
