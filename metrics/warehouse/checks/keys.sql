-- fail: store.check_keys
-- The large tables are first grouped by a hash of the key, which is a third of the work; where two hashes meet, the
-- keys themselves decide.
SELECT 'shops' AS table_name, CONCAT_WS(' ', shop) AS key, COUNT(*) AS rows
FROM shops
GROUP BY shop
HAVING COUNT(*) > 1

UNION ALL

SELECT 'products' AS table_name, CONCAT_WS(' ', shop, sku_id) AS key, COUNT(*) AS rows
FROM products
GROUP BY shop, sku_id
HAVING COUNT(*) > 1

UNION ALL

SELECT 'batches' AS table_name, CONCAT_WS(' ', shop, sku_id, batch_id) AS key, COUNT(*) AS rows
FROM batches
GROUP BY shop, sku_id, batch_id
HAVING COUNT(*) > 1

UNION ALL

SELECT 'customers' AS table_name, CONCAT_WS(' ', shop, customer_id) AS key, COUNT(*) AS rows
FROM customers
WHERE HASH(shop, customer_id) IN (SELECT HASH(shop, customer_id) FROM customers GROUP BY 1 HAVING COUNT(*) > 1)
GROUP BY shop, customer_id
HAVING COUNT(*) > 1

UNION ALL

SELECT 'order_lines' AS table_name, CONCAT_WS(' ', shop, order_id, line_id) AS key, COUNT(*) AS rows
FROM order_lines
WHERE HASH(shop, order_id, line_id) IN (SELECT HASH(shop, order_id, line_id) FROM order_lines GROUP BY 1 HAVING COUNT(*) > 1)
GROUP BY shop, order_id, line_id
HAVING COUNT(*) > 1

UNION ALL

SELECT 'tickets' AS table_name, CONCAT_WS(' ', shop, ticket_id) AS key, COUNT(*) AS rows
FROM tickets
WHERE HASH(shop, ticket_id) IN (SELECT HASH(shop, ticket_id) FROM tickets GROUP BY 1 HAVING COUNT(*) > 1)
GROUP BY shop, ticket_id
HAVING COUNT(*) > 1

UNION ALL

SELECT 'offers' AS table_name, CONCAT_WS(' ', shop, ticket_id, offered_at) AS key, COUNT(*) AS rows
FROM offers
GROUP BY shop, ticket_id, offered_at
HAVING COUNT(*) > 1

UNION ALL

SELECT 'disputes' AS table_name, CONCAT_WS(' ', shop, dispute_id) AS key, COUNT(*) AS rows
FROM disputes
GROUP BY shop, dispute_id
HAVING COUNT(*) > 1

UNION ALL

SELECT 'surveys' AS table_name, CONCAT_WS(' ', shop, survey_id) AS key, COUNT(*) AS rows
FROM surveys
GROUP BY shop, survey_id
HAVING COUNT(*) > 1

UNION ALL

SELECT 'followups' AS table_name, CONCAT_WS(' ', shop, ticket_id) AS key, COUNT(*) AS rows
FROM followups
GROUP BY shop, ticket_id
HAVING COUNT(*) > 1

UNION ALL

SELECT 'coverage' AS table_name, CONCAT_WS(' ', shop, source, table_name) AS key, COUNT(*) AS rows
FROM coverage
GROUP BY shop, source, table_name
HAVING COUNT(*) > 1

UNION ALL

SELECT 'policies' AS table_name, CONCAT_WS(' ', name, effective_from) AS key, COUNT(*) AS rows
FROM policies
GROUP BY name, effective_from
HAVING COUNT(*) > 1

UNION ALL

SELECT 'reasons' AS table_name, CONCAT_WS(' ', reason_text) AS key, COUNT(*) AS rows
FROM reasons
GROUP BY reason_text
HAVING COUNT(*) > 1

UNION ALL

SELECT 'imports' AS table_name, CONCAT_WS(' ', import_id) AS key, COUNT(*) AS rows
FROM imports
GROUP BY import_id
HAVING COUNT(*) > 1

UNION ALL

SELECT 'verdicts' AS table_name, CONCAT_WS(' ', shop, sku_id, batch_id) AS key, COUNT(*) AS rows
FROM verdicts
GROUP BY shop, sku_id, batch_id
HAVING COUNT(*) > 1
