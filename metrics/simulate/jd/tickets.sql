SELECT
    t.ticket_id AS 服务单号,
    t.order_id AS 订单编号,
    t.sku_id AS 商品编号,
    t.quantity AS 商品数量,
    CASE t.type
        WHEN 'return' THEN '退货' WHEN 'exchange' THEN '换货' WHEN 'repair' THEN '维修' WHEN 'refund_only' THEN '仅退款'
        WHEN 'refund_before_shipping' THEN '发货前退款' WHEN 'reship' THEN '补发' ELSE '其他' END AS 服务类型,
    t.reason_text AS 申请原因,
    t.description AS 问题描述,
    strftime(t.requested_at, '%Y-%m-%d %H:%M:%S') AS 申请时间,
    strftime(known(d.audited_s), '%Y-%m-%d %H:%M:%S') AS 审核时间,
    CASE WHEN d.asked THEN strftime(t.responded_at, '%Y-%m-%d %H:%M:%S') END AS 待客户反馈时间,
    CASE t.outcome
        WHEN 'open' THEN '待审核' WHEN 'approved' THEN '审核通过' WHEN 'rejected' THEN '审核不通过'
        WHEN 'withdrawn' THEN '客户取消' END AS 审核结果,
    CASE
        WHEN t.outcome = 'open' AND t.responded_at IS NOT NULL THEN '待客户反馈'
        WHEN t.outcome = 'open' THEN '待审核'
        WHEN t.closed_at IS NOT NULL AND t.outcome = 'approved' THEN '完成'
        WHEN t.closed_at IS NOT NULL THEN '关闭'
        WHEN t.type IN ('return', 'exchange', 'repair') AND t.received_at IS NULL THEN '待收货'
        ELSE '处理中'
    END AS 服务单状态,
    strftime(t.closed_at, '%Y-%m-%d %H:%M:%S') AS 完成时间,
    t.refund_amount AS 退款金额,
    strftime(t.refunded_at, '%Y-%m-%d %H:%M:%S') AS 退款时间,
    t.compensation AS 补偿金额,
    t.recovered AS 追回金额,
    strftime(t.contacted_at, '%Y-%m-%d %H:%M:%S') AS 首次联系时间,
    strftime(t.received_at, '%Y-%m-%d %H:%M:%S') AS 收货时间,
    strftime(t.replacement_shipped_at, '%Y-%m-%d %H:%M:%S') AS 换新发货时间,
    t.freight_cost AS 运费,
    CASE t.freight_paid_by WHEN 'merchant' THEN '商家' WHEN 'insurer' THEN '运费险' WHEN 'buyer' THEN '买家' END
        AS 运费承担方,
    t.handler AS 处理人,
    t.repair_vendor AS 维修商,
    strftime(t.promised_on, '%Y-%m-%d') AS 承诺完成日期,
    t.parent_ticket_id AS 原服务单号,
    CASE WHEN t.auto_approved THEN '是' WHEN NOT t.auto_approved THEN '否' END AS 自动审核,
    strftime(greatest(t.requested_at, t.responded_at, known(d.audited_s), t.closed_at), '%Y-%m-%d %H:%M:%S') AS 更新时间
FROM tickets AS t
JOIN cases AS d ON ticket_id(d.ticket_no) = t.ticket_id
ORDER BY d.ticket_no
