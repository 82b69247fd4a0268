-- A returned line is a status without a day, and only lines that the merchant fulfils can have it.
SELECT
    source_line,
    "Order ID" || '/' || row_number() OVER (PARTITION BY "Order ID" ORDER BY source_line) AS ticket_id,
    "Order ID" AS order_id,
    CAST(row_number() OVER (PARTITION BY "Order ID" ORDER BY source_line) AS VARCHAR) AS line_id,
    'return' AS type,
    'closed' AS outcome
FROM source
QUALIFY contains("Status", 'Returned to Seller')
    OR contains("Status", 'Returning to Seller')
    OR contains("Status", 'Rejected by Buyer')
