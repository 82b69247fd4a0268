-- The report knows the day of the order only; a line is taken as paid when it was ordered. It names no SKU: category
-- and size are as near as it comes. Returns of lines that Amazon fulfils are not recorded here at all.
SELECT
    source_line,
    "Order ID" AS order_id,
    "Category" || ' ' || "Size" AS sku_id,
    "Sales Channel" AS channel,
    "Fulfilment" AS fulfilment,
    upper("ship-state") AS province,
    "Qty" AS quantity,
    "Amount" AS amount,
    "Date" AS ordered_at,
    "Date" AS paid_at,
    "Status" = 'Cancelled' AS cancelled,
    "Fulfilment" = 'Merchant' AS returns_recorded
FROM source
