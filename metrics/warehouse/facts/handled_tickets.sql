-- fact: one row per ticket whose request has a day: how it was answered, handled and paid for.
-- `due`: answered, or its deadline passed before it was closed (the shop's as-of while it is open); a ticket that is
-- still within its hours is neither in time nor late. The hours are those of the policy in force when the ticket was requested.
-- incremental: no
-- reads: described_tickets, described_lines, tickets, policies, shops
-- measures: tickets, answers_of, due, answered_in_time, answered, response_seconds, response_seconds_sq, closings_of,
--   closed, resolution_seconds, resolution_seconds_sq, handled, handling_seconds, handling_seconds_sq,
--   reshipments, reship_seconds, reship_seconds_sq, open, repairs, repairs_escalated, contacts_of,
--   contacted_first, talks_settled, talks_saved, refund_cost, freight_cost, compensation_cost, recovered, cost
WITH response_policy AS (
    SELECT
        value * 3600 AS allowed_seconds,
        effective_from,
        LEAD(effective_from) OVER (ORDER BY effective_from) AS effective_until
    FROM policies
    WHERE name = 'response_hours'
),

escalated AS (
    SELECT DISTINCT shop, parent_ticket_id FROM tickets WHERE parent_ticket_id IS NOT NULL AND type = 'return'
),

timed AS (
    SELECT
        t.*,
        s.as_of,
        p.allowed_seconds,
        CASE WHEN e.shop IS NOT NULL THEN 1 ELSE 0 END AS escalated,
        EXTRACT(DAY FROM t.responded_at - t.requested_at) * 86400 + EXTRACT(HOUR FROM t.responded_at - t.requested_at) * 3600
        + EXTRACT(MINUTE FROM t.responded_at - t.requested_at) * 60 + CAST(EXTRACT(SECOND FROM t.responded_at - t.requested_at) AS BIGINT)
            AS response_seconds,
        EXTRACT(DAY FROM COALESCE(t.closed_at, s.as_of) - t.requested_at) * 86400
        + EXTRACT(HOUR FROM COALESCE(t.closed_at, s.as_of) - t.requested_at) * 3600
        + EXTRACT(MINUTE FROM COALESCE(t.closed_at, s.as_of) - t.requested_at) * 60 + CAST(EXTRACT(SECOND FROM COALESCE(t.closed_at, s.as_of) - t.requested_at) AS BIGINT)
            AS waiting_seconds,
        EXTRACT(DAY FROM t.closed_at - t.requested_at) * 86400 + EXTRACT(HOUR FROM t.closed_at - t.requested_at) * 3600
        + EXTRACT(MINUTE FROM t.closed_at - t.requested_at) * 60 + CAST(EXTRACT(SECOND FROM t.closed_at - t.requested_at) AS BIGINT)
            AS resolution_seconds,
        EXTRACT(DAY FROM t.closed_at - t.received_at) * 86400 + EXTRACT(HOUR FROM t.closed_at - t.received_at) * 3600
        + EXTRACT(MINUTE FROM t.closed_at - t.received_at) * 60 + CAST(EXTRACT(SECOND FROM t.closed_at - t.received_at) AS BIGINT)
            AS processing_seconds,
        EXTRACT(DAY FROM t.replacement_shipped_at - t.received_at) * 86400 + EXTRACT(HOUR FROM t.replacement_shipped_at - t.received_at) * 3600
        + EXTRACT(MINUTE FROM t.replacement_shipped_at - t.received_at) * 60 + CAST(EXTRACT(SECOND FROM t.replacement_shipped_at - t.received_at) AS BIGINT)
            AS reship_seconds
    FROM described_tickets AS t
    LEFT JOIN shops AS s ON s.shop = t.shop
    LEFT JOIN response_policy AS p
        ON p.effective_from <= t.requested_at AND (p.effective_until IS NULL OR p.effective_until > t.requested_at)
    LEFT JOIN escalated AS e ON e.shop = t.shop AND e.parent_ticket_id = t.ticket_id
    WHERE t.requested_at IS NOT NULL
)

SELECT
    CAST(t.requested_at AS DATE) AS day,
    t.shop,
    t.ticket_id,
    t.order_id,
    t.line_id,
    l.sku_id,
    l.product_name,
    l.category,
    l.batch_id,
    l.batch_source,
    l.supplier,
    l.tier,
    l.province,
    l.channel,
    l.fulfilment,
    l.warehouse,
    l.courier,
    l.insured,
    t.source,
    t.type,
    t.reason,
    t.liable,
    t.outcome,
    t.handler,
    t.repair_vendor,
    t.auto_approved,
    1 AS tickets,
    t.answers_recorded AS answers_of,
    CASE
        WHEN t.answers_recorded = 0 THEN 0
        WHEN t.responded_at IS NOT NULL OR t.waiting_seconds >= t.allowed_seconds THEN 1
        ELSE 0
    END AS due,
    CASE WHEN t.responded_at IS NOT NULL AND t.response_seconds <= t.allowed_seconds THEN 1 ELSE 0 END
        AS answered_in_time,
    CASE WHEN t.responded_at IS NOT NULL THEN 1 ELSE 0 END AS answered,
    CASE WHEN t.responded_at IS NOT NULL THEN t.response_seconds ELSE 0 END AS response_seconds,
    CASE WHEN t.responded_at IS NOT NULL THEN CAST(t.response_seconds AS DECIMAL(18, 0)) * CAST(t.response_seconds AS DECIMAL(18, 0))
        ELSE CAST(0 AS DECIMAL(36, 0)) END AS response_seconds_sq,
    t.closings_recorded AS closings_of,
    CASE WHEN t.closed_at IS NOT NULL THEN 1 ELSE 0 END AS closed,
    CASE WHEN t.closed_at IS NOT NULL THEN t.resolution_seconds ELSE 0 END AS resolution_seconds,
    CASE WHEN t.closed_at IS NOT NULL THEN CAST(t.resolution_seconds AS DECIMAL(18, 0)) * CAST(t.resolution_seconds AS DECIMAL(18, 0))
        ELSE CAST(0 AS DECIMAL(36, 0)) END AS resolution_seconds_sq,
    CASE
        WHEN t.type IN ('return', 'exchange') AND t.responded_at IS NOT NULL AND t.received_at IS NOT NULL
            AND t.closed_at IS NOT NULL THEN 1
        ELSE 0
    END AS handled,
    CASE WHEN t.type IN ('return', 'exchange') AND t.responded_at IS NOT NULL AND t.received_at IS NOT NULL AND t.closed_at IS NOT NULL THEN (t.response_seconds + t.processing_seconds) ELSE 0 END AS handling_seconds,
    CASE WHEN t.type IN ('return', 'exchange') AND t.responded_at IS NOT NULL AND t.received_at IS NOT NULL AND t.closed_at IS NOT NULL THEN CAST((t.response_seconds + t.processing_seconds) AS DECIMAL(18, 0)) * CAST((t.response_seconds + t.processing_seconds) AS DECIMAL(18, 0))
        ELSE CAST(0 AS DECIMAL(36, 0)) END AS handling_seconds_sq,
    CASE WHEN t.type = 'exchange' AND t.received_at IS NOT NULL AND t.replacement_shipped_at IS NOT NULL THEN 1 ELSE 0 END
        AS reshipments,
    CASE WHEN t.type = 'exchange' AND t.received_at IS NOT NULL AND t.replacement_shipped_at IS NOT NULL THEN t.reship_seconds ELSE 0 END AS reship_seconds,
    CASE WHEN t.type = 'exchange' AND t.received_at IS NOT NULL AND t.replacement_shipped_at IS NOT NULL THEN CAST(t.reship_seconds AS DECIMAL(18, 0)) * CAST(t.reship_seconds AS DECIMAL(18, 0))
        ELSE CAST(0 AS DECIMAL(36, 0)) END AS reship_seconds_sq,
    CASE WHEN t.outcome = 'open' THEN 1 ELSE 0 END AS open,
    CASE WHEN t.type = 'repair' THEN 1 ELSE 0 END AS repairs,
    CASE WHEN t.type = 'repair' AND t.escalated = 1 THEN 1 ELSE 0 END AS repairs_escalated,
    t.contacts_recorded AS contacts_of,
    CASE WHEN t.contacted_at IS NOT NULL AND (t.responded_at IS NULL OR t.contacted_at <= t.responded_at) THEN 1 ELSE 0 END
        AS contacted_first,
    CASE
        WHEN t.contacted_at IS NOT NULL AND (t.responded_at IS NULL OR t.contacted_at <= t.responded_at)
            AND t.type IN ('return', 'refund_only') AND t.outcome <> 'open' THEN 1
        ELSE 0
    END AS talks_settled,
    CASE
        WHEN t.contacted_at IS NOT NULL AND (t.responded_at IS NULL OR t.contacted_at <= t.responded_at)
            AND t.type IN ('return', 'refund_only') AND t.outcome = 'withdrawn' THEN 1
        ELSE 0
    END AS talks_saved,
    t.refund_cost,
    t.freight_cost,
    t.compensation_cost,
    t.recovered,
    t.refund_cost + t.freight_cost + t.compensation_cost - t.recovered AS cost
FROM timed AS t
LEFT JOIN described_lines AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
