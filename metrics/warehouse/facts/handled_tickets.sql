-- fact: one row per ticket whose request has a day: how it was answered, handled and paid for.
-- `due`: answered, or its deadline passed before it was closed (the shop's as-of while it is open); a ticket that is
-- still within its hours is neither in time nor late. The hours are those of the policy in force at the request.
-- `hour` and `weekday` (1 is Monday, counted from one that lies before any ticket) are those of the request.
-- `disputed`: a dispute that names the ticket was opened within 15 days of the request, so that old tickets and young
-- ones have had the same time. Disputes that name orders alone tell nothing of tickets.
-- `offered` and `accepted`: a coupon, a partial refund or parts; explaining is no offer. `refunds_settled`: requests
-- for money back that have ended, and of them those that the customer withdrew. `amount_band`: of the line, in yuan.
-- `freight_paid` is all freight, whoever bore it; `freight_cost` the merchant's alone.
-- incremental: no
-- rollup category: day, shop, category
-- reads: described_tickets, line_outcomes, tickets, policies, shops, disputes, coverage, offers
-- measures: tickets, answers_of, due, answered_in_time, answered, response_seconds, response_seconds_sq, closings_of,
--   closed, resolution_seconds, resolution_seconds_sq, handled, handling_seconds, handling_seconds_sq,
--   reshipments, reship_seconds, reship_seconds_sq, open, repairs, repairs_escalated, contacts_of,
--   contacted_first, talks_settled, talks_saved, costs_of, refund_cost, freight_cost, compensation_cost, recovered, cost,
--   disputes_of, disputed, refunds_settled, refunds_withdrawn, freight_paid
WITH response_policy AS (
    SELECT
        value AS policy_hours,
        value * 3600 AS allowed_seconds,
        effective_from,
        LEAD(effective_from) OVER (ORDER BY effective_from) AS effective_until
    FROM policies
    WHERE name = 'response_hours'
),

escalated AS (
    SELECT DISTINCT shop, parent_ticket_id FROM tickets WHERE parent_ticket_id IS NOT NULL AND type = 'return'
),

dispute_sources AS (
    SELECT
        c.shop,
        CASE WHEN COUNT(d.dispute_id) = 0 OR COUNT(d.ticket_id) > 0 THEN 1 ELSE 0 END AS disputes_recorded
    FROM coverage AS c
    LEFT JOIN disputes AS d ON d.shop = c.shop
    WHERE c.table_name = 'disputes'
    GROUP BY c.shop
),

offer_sources AS (
    SELECT DISTINCT shop FROM coverage WHERE table_name = 'offers'
),

offered_tickets AS (
    SELECT shop, ticket_id, MAX(CASE WHEN accepted THEN 1 ELSE 0 END) AS accepted
    FROM offers
    WHERE kind <> 'explain'
    GROUP BY shop, ticket_id
),

disputed_tickets AS (
    SELECT shop, ticket_id, MIN(CAST(opened_at AS DATE)) AS opened_on
    FROM disputes
    WHERE ticket_id IS NOT NULL
    GROUP BY shop, ticket_id
),

spans AS (
    SELECT
        t.*,
        p.policy_hours,
        p.allowed_seconds,
        t.responded_at - t.requested_at AS response,
        COALESCE(t.closed_at, s.as_of) - t.requested_at AS waiting,
        t.closed_at - t.requested_at AS resolution,
        t.closed_at - t.received_at AS processing,
        t.replacement_shipped_at - t.received_at AS reshipping,
        CASE WHEN t.responded_at IS NULL THEN 0 ELSE 1 END AS answered,
        CASE WHEN t.closed_at IS NULL THEN 0 ELSE 1 END AS closed,
        CASE
            WHEN t.type IN ('return', 'exchange') AND t.responded_at IS NOT NULL AND t.received_at IS NOT NULL
                AND t.closed_at IS NOT NULL THEN 1
            ELSE 0
        END AS handled,
        CASE
            WHEN t.type = 'exchange' AND t.received_at IS NOT NULL AND t.replacement_shipped_at IS NOT NULL THEN 1
            ELSE 0
        END AS reshipped,
        CASE WHEN t.type = 'repair' THEN 1 ELSE 0 END AS repairs,
        COALESCE(ds.disputes_recorded, 0) AS disputes_recorded,
        CASE
            WHEN ds.disputes_recorded = 1 AND CAST(dt.opened_on - CAST(t.requested_at AS DATE) AS INT) <= 15 THEN 1
            ELSE 0
        END AS disputed,
        CASE WHEN os.shop IS NULL THEN NULL ELSE ot.shop IS NOT NULL END AS offered,
        ot.accepted = 1 AS accepted,
        CASE WHEN e.shop IS NULL THEN 0 ELSE 1 END AS escalated,
        CASE
            WHEN t.contacted_at IS NOT NULL AND (t.responded_at IS NULL OR t.contacted_at <= t.responded_at) THEN 1
            ELSE 0
        END AS contacted_first,
        CASE WHEN t.type IN ('return', 'refund_only') AND t.outcome <> 'open' THEN 1 ELSE 0 END AS settled_refunds
    FROM described_tickets AS t
    LEFT JOIN shops AS s ON s.shop = t.shop
    LEFT JOIN response_policy AS p
        ON p.effective_from <= t.requested_at AND (p.effective_until IS NULL OR p.effective_until > t.requested_at)
    LEFT JOIN escalated AS e ON e.shop = t.shop AND e.parent_ticket_id = t.ticket_id
    LEFT JOIN offer_sources AS os ON os.shop = t.shop
    LEFT JOIN offered_tickets AS ot ON ot.shop = t.shop AND ot.ticket_id = t.ticket_id
    LEFT JOIN dispute_sources AS ds ON ds.shop = t.shop
    LEFT JOIN disputed_tickets AS dt ON dt.shop = t.shop AND dt.ticket_id = t.ticket_id
    WHERE t.requested_at IS NOT NULL
),

timed AS (
    SELECT
        *,
        EXTRACT(DAY FROM response) * 86400 + EXTRACT(HOUR FROM response) * 3600
            + EXTRACT(MINUTE FROM response) * 60
            + CAST(EXTRACT(SECOND FROM response) AS BIGINT) AS response_seconds,
        EXTRACT(DAY FROM waiting) * 86400 + EXTRACT(HOUR FROM waiting) * 3600
            + EXTRACT(MINUTE FROM waiting) * 60
            + CAST(EXTRACT(SECOND FROM waiting) AS BIGINT) AS waiting_seconds,
        EXTRACT(DAY FROM resolution) * 86400 + EXTRACT(HOUR FROM resolution) * 3600
            + EXTRACT(MINUTE FROM resolution) * 60
            + CAST(EXTRACT(SECOND FROM resolution) AS BIGINT) AS resolution_seconds,
        EXTRACT(DAY FROM processing) * 86400 + EXTRACT(HOUR FROM processing) * 3600
            + EXTRACT(MINUTE FROM processing) * 60
            + CAST(EXTRACT(SECOND FROM processing) AS BIGINT) AS processing_seconds,
        EXTRACT(DAY FROM reshipping) * 86400 + EXTRACT(HOUR FROM reshipping) * 3600
            + EXTRACT(MINUTE FROM reshipping) * 60
            + CAST(EXTRACT(SECOND FROM reshipping) AS BIGINT) AS reshipping_seconds
    FROM spans
),

measured AS (
    SELECT
        *,
        response_seconds + processing_seconds AS handling_seconds,
        CASE
            WHEN answers_recorded = 1 AND (answered = 1 OR waiting_seconds >= allowed_seconds) THEN 1
            ELSE 0
        END AS due,
        CASE WHEN response_seconds <= allowed_seconds THEN 1 ELSE 0 END AS answered_in_time
    FROM timed
)

SELECT
    CAST(t.requested_at AS DATE) AS day,
    CAST(EXTRACT(HOUR FROM t.requested_at) AS INT) AS hour,
    MOD(CAST(CAST(t.requested_at AS DATE) - DATE '1900-01-01' AS INT), 7) + 1 AS weekday,
    t.requested_at,
    t.policy_hours,
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
    l.amount,
    t.source,
    t.type,
    t.reason,
    t.reason_text,
    t.liable,
    t.outcome,
    t.handler,
    t.repair_vendor,
    t.auto_approved,
    CASE WHEN t.due = 1 THEN t.answered_in_time = 1 END AS in_time,
    CASE WHEN t.contacts_recorded = 1 THEN t.contacted_first = 1 END AS contacted,
    t.offered,
    t.accepted,
    CASE
        WHEN l.amount < 50 THEN '0-50'
        WHEN l.amount < 100 THEN '50-100'
        WHEN l.amount < 200 THEN '100-200'
        WHEN l.amount < 500 THEN '200-500'
        WHEN l.amount >= 500 THEN '500+'
    END AS amount_band,
    t.freight_paid_by,
    1 AS tickets,
    t.answers_recorded AS answers_of,
    t.due,
    t.answered_in_time,
    t.answered,
    CASE WHEN t.answered = 1 THEN t.response_seconds ELSE 0 END AS response_seconds,
    CAST(CASE WHEN t.answered = 1 THEN t.response_seconds ELSE 0 END AS DECIMAL(18, 0))
        * CAST(CASE WHEN t.answered = 1 THEN t.response_seconds ELSE 0 END AS DECIMAL(18, 0)) AS response_seconds_sq,
    t.closings_recorded AS closings_of,
    t.closed,
    CASE WHEN t.closed = 1 THEN t.resolution_seconds ELSE 0 END AS resolution_seconds,
    CAST(CASE WHEN t.closed = 1 THEN t.resolution_seconds ELSE 0 END AS DECIMAL(18, 0))
        * CAST(CASE WHEN t.closed = 1 THEN t.resolution_seconds ELSE 0 END AS DECIMAL(18, 0)) AS resolution_seconds_sq,
    t.handled,
    CASE WHEN t.handled = 1 THEN t.handling_seconds ELSE 0 END AS handling_seconds,
    CAST(CASE WHEN t.handled = 1 THEN t.handling_seconds ELSE 0 END AS DECIMAL(18, 0))
        * CAST(CASE WHEN t.handled = 1 THEN t.handling_seconds ELSE 0 END AS DECIMAL(18, 0)) AS handling_seconds_sq,
    t.reshipped AS reshipments,
    CASE WHEN t.reshipped = 1 THEN t.reshipping_seconds ELSE 0 END AS reship_seconds,
    CAST(CASE WHEN t.reshipped = 1 THEN t.reshipping_seconds ELSE 0 END AS DECIMAL(18, 0))
        * CAST(CASE WHEN t.reshipped = 1 THEN t.reshipping_seconds ELSE 0 END AS DECIMAL(18, 0)) AS reship_seconds_sq,
    CASE WHEN t.outcome = 'open' THEN 1 ELSE 0 END AS open,
    t.repairs,
    t.repairs * t.escalated AS repairs_escalated,
    t.contacts_recorded AS contacts_of,
    t.contacted_first,
    t.contacted_first * t.settled_refunds AS talks_settled,
    CASE WHEN t.outcome = 'withdrawn' THEN t.contacted_first * t.settled_refunds ELSE 0 END AS talks_saved,
    t.prices_recorded AS costs_of,
    t.refund_cost,
    t.freight_cost,
    t.compensation_cost,
    t.recovered,
    t.refund_cost + t.freight_cost + t.compensation_cost - t.recovered AS cost,
    t.disputes_recorded AS disputes_of,
    t.disputed,
    t.settled_refunds AS refunds_settled,
    CASE WHEN t.outcome = 'withdrawn' THEN t.settled_refunds ELSE 0 END AS refunds_withdrawn,
    t.freight_paid
FROM measured AS t
LEFT JOIN line_outcomes AS l ON l.shop = t.shop AND l.order_id = t.order_id AND l.line_id = t.line_id
