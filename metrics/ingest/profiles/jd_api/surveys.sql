SELECT
    source_line,
    "commentId" AS survey_id,
    "orderId" AS order_id,
    "commentClass" AS score,
    "creationTime" AS answered_at
FROM source
