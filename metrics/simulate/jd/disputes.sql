SELECT
    dispute_id AS 纠纷单号, ticket_id AS 服务单号, order_id AS 订单编号,
    strftime(opened_at, '%Y-%m-%d %H:%M:%S') AS 发起时间,
    strftime(ruled_at, '%Y-%m-%d %H:%M:%S') AS 判定时间,
    CASE liable WHEN 'merchant' THEN '商责' WHEN 'both' THEN '双责' WHEN 'buyer' THEN '用户责' WHEN 'carrier' THEN '物流责'
        WHEN 'platform' THEN '平台责' WHEN 'none' THEN '无责' ELSE '处理中' END AS 责任方
FROM disputes
ORDER BY dispute_id
