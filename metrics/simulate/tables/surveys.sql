SELECT
    CAST(830000000 + survey_no AS VARCHAR) AS survey_id,
    order_id(order_no) AS order_id,
    ticket_id(ticket_no) AS ticket_id,
    CAST(score AS BIGINT) AS score,
    known(answered_s) AS answered_at
FROM answers
ORDER BY survey_no
