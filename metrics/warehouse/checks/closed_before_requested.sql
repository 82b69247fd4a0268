-- warn: store.check_closed_before_requested
SELECT shop, ticket_id, requested_at, closed_at FROM tickets WHERE closed_at < requested_at
