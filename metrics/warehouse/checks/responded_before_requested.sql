-- warn: store.check_responded_before_requested
SELECT shop, ticket_id, requested_at, responded_at FROM tickets WHERE responded_at < requested_at
