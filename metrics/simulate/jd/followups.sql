SELECT
    ticket_id AS 服务单号, customer_id AS 客户账号,
    CASE arm WHEN 'control' THEN '不联系' WHEN 'message' THEN '消息' ELSE '优惠券' END AS 分组,
    strftime(assigned_at, '%Y-%m-%d %H:%M:%S') AS 分配时间, coupon_amount AS 券金额
FROM followups
ORDER BY ticket_id
