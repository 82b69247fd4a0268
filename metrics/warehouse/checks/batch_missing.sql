-- warn: store.check_batch_missing
SELECT shop, COUNT(*) AS lines, COUNT(*) - COUNT(batch_id) AS without_batch
FROM order_lines
GROUP BY shop
HAVING (COUNT(*) - COUNT(batch_id)) * 10 > COUNT(*)
