-- A cancelled invoice is one ticket, however many lines it has. It names no order, and none is guessed.
SELECT
    min(source_line) AS source_line,
    "Invoice" AS ticket_id,
    CASE WHEN count(DISTINCT "StockCode") = 1 THEN min("StockCode") END AS sku_id,
    'return' AS type,
    'approved' AS outcome,
    min("InvoiceDate") AS requested_at,
    min("InvoiceDate") AS closed_at,
    min("InvoiceDate") AS refunded_at,
    CASE
        WHEN count(*) = count(number("Quantity") * number("Price"))
            THEN CAST(-sum(CAST(number("Quantity") * number("Price") AS DECIMAL(18, 4))) AS VARCHAR)
        ELSE string_agg(concat("Quantity", ' × ', "Price"), '; ')
    END AS refund_amount
FROM source
WHERE starts_with("Invoice", 'C')
GROUP BY "Invoice"
