SELECT
    survey_id AS 评价编号, order_id AS 订单编号, ticket_id AS 服务单号, score AS 评分,
    strftime(answered_at, '%Y-%m-%d %H:%M:%S') AS 评价时间
FROM surveys
ORDER BY survey_id
