-- Sales only: a `C` invoice is a cancellation, `A` an adjustment of the books, and a negative quantity a write-off.
-- The report tells no payment, so a line is taken as paid when it was invoiced.
SELECT
    source_line,
    "Invoice" AS order_id,
    "StockCode" AS sku_id,
    "Customer ID" AS customer_id,
    "Quantity" AS quantity,
    product("Quantity", "Price") AS amount,
    "InvoiceDate" AS ordered_at,
    "InvoiceDate" AS paid_at
FROM source
WHERE NOT starts_with("Invoice", 'C')
    AND NOT starts_with("Invoice", 'A')
    AND coalesce(number("Quantity") >= 0, true)
