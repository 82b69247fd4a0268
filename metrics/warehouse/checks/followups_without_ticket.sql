-- warn: store.check_followups_without_ticket
SELECT f.shop, f.ticket_id, f.customer_id
FROM followups AS f
WHERE NOT EXISTS (SELECT 1 FROM tickets AS t WHERE t.shop = f.shop AND t.ticket_id = f.ticket_id)
