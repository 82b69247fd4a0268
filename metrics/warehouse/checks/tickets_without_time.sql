-- warn: store.check_tickets_without_time
SELECT shop, ticket_id, order_id, source FROM tickets WHERE requested_at IS NULL
