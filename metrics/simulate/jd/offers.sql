SELECT
    ticket_id AS 服务单号,
    strftime(offered_at, '%Y-%m-%d %H:%M:%S') AS 方案时间,
    CASE kind WHEN 'explain' THEN '解释说明' WHEN 'coupon' THEN '优惠券' WHEN 'partial_refund' THEN '部分退款'
        WHEN 'parts' THEN '补寄配件' END AS 方案,
    amount AS 金额,
    CASE WHEN accepted THEN '是' WHEN NOT accepted THEN '否' END AS 是否接受
FROM offers
ORDER BY ticket_id
