-- warn: store.check_tickets_of_one_type
SELECT shop, source, COUNT(*) AS tickets
FROM tickets
GROUP BY shop, source
HAVING MIN(type) = 'other' AND MAX(type) = 'other' AND COALESCE(MAX(refund_amount), 0) = 0
