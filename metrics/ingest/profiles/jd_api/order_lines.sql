-- One row per ordered product. jdPrice is the price of one before coupons, which JD tells for the order as a whole only.
-- orderEndTime is when the order was finished, which for one that was not cancelled is its receipt.
SELECT
    source_line,
    "orderId" AS order_id,
    "line" AS line_id,
    "skuId" AS sku_id,
    "pin" AS customer_id,
    "orderSource" AS channel,
    "province" AS province,
    "itemTotal" AS quantity,
    product("itemTotal", "jdPrice") AS amount,
    "orderStartTime" AS ordered_at,
    "paymentConfirmTime" AS paid_at,
    CASE WHEN "orderState" = 'FINISHED_L' THEN "orderEndTime" END AS delivered_at,
    coalesce(contains("orderState", 'CANCEL'), false) AS cancelled,
    "modified" AS updated_at
FROM source
