-- fact: one row per follow-up assignment, on the day it was assigned, by intention to treat: whoever was
-- assigned counts in his arm, reached or not. A repurchase is another paid order of the customer within 30 or 60 days.
-- The list that we give out masks its accounts: where it came back as it was, the ticket tells whose it is. An
-- assignment whose customer nobody knows is not `traced`, and is not one who stayed away.
-- `amount_30` and `margin_30`: of all goods that he paid in these 30 days; known only where every one of them has its
-- amount, and its unit cost. `coupon_cost`: that of the coupons of those who bought again, for no other was used.
-- incremental: no
-- reads: followups, order_lines, customers, tickets, products
-- measures: assignments, traced, repurchased_30, repurchased_60, contacts_of, contacted, answers_of, answered,
--   amounts_of, amount_30, amount_30_sq, margins_of, margin_30, margin_30_sq, coupons_of, coupon_cost, coupon_cost_sq
WITH masked AS (
    SELECT f.shop, f.ticket_id, MIN(l.customer_id) AS customer_id
    FROM followups AS f
    INNER JOIN tickets AS t ON t.shop = f.shop AND t.ticket_id = f.ticket_id
    INNER JOIN order_lines AS l ON l.shop = t.shop AND l.order_id = t.order_id
    WHERE f.customer_id LIKE '%***%'
    GROUP BY f.shop, f.ticket_id
),

assigned AS (
    SELECT
        f.shop,
        f.ticket_id,
        CASE WHEN f.customer_id LIKE '%***%' THEN m.customer_id ELSE f.customer_id END AS customer_id,
        f.arm,
        f.assigned_at,
        f.coupon_amount,
        f.contacted_at,
        f.answered
    FROM followups AS f
    LEFT JOIN masked AS m ON m.shop = f.shop AND m.ticket_id = f.ticket_id
),

told AS (
    SELECT shop, MAX(CASE WHEN contacted_at IS NOT NULL THEN 1 ELSE 0 END) AS contacts_recorded
    FROM followups
    GROUP BY shop
),

priced AS (
    SELECT shop, MAX(CASE WHEN amount IS NOT NULL THEN 1 ELSE 0 END) AS amounts_recorded
    FROM order_lines
    GROUP BY shop
),

costed AS (
    SELECT shop, MAX(CASE WHEN unit_cost IS NOT NULL THEN 1 ELSE 0 END) AS costs_recorded
    FROM products
    GROUP BY shop
),

bought AS (
    SELECT
        a.shop,
        a.ticket_id,
        CAST(CAST(l.paid_at AS DATE) - CAST(a.assigned_at AS DATE) AS INT) AS after_days,
        l.amount,
        l.amount - l.quantity * p.unit_cost AS margin
    FROM assigned AS a
    INNER JOIN order_lines AS l
        ON l.shop = a.shop AND l.customer_id = a.customer_id AND l.paid_at > a.assigned_at
    LEFT JOIN products AS p ON p.shop = l.shop AND p.sku_id = l.sku_id
    WHERE NOT COALESCE(l.cancelled, FALSE)
),

bought_again AS (
    SELECT
        shop,
        ticket_id,
        MIN(after_days) AS after_days,
        SUM(CASE WHEN after_days <= 30 THEN amount END) AS amount_30,
        SUM(CASE WHEN after_days <= 30 THEN margin END) AS margin_30,
        MAX(CASE WHEN after_days <= 30 AND amount IS NULL THEN 1 ELSE 0 END) AS amount_missing,
        MAX(CASE WHEN after_days <= 30 AND margin IS NULL THEN 1 ELSE 0 END) AS margin_missing
    FROM bought
    GROUP BY shop, ticket_id
),

measured AS (
    SELECT
        a.*,
        c.tier,
        CASE WHEN a.customer_id IS NULL THEN 0 ELSE 1 END AS traced,
        CASE WHEN b.after_days <= 30 THEN 1 ELSE 0 END AS repurchased_30,
        CASE WHEN b.after_days <= 60 THEN 1 ELSE 0 END AS repurchased_60,
        COALESCE(t.contacts_recorded, 0) AS contacts_of,
        CASE WHEN a.contacted_at IS NOT NULL THEN 1 ELSE 0 END AS contacted,
        CASE WHEN a.contacted_at IS NOT NULL AND a.answered IS NOT NULL THEN 1 ELSE 0 END AS answers_of,
        CASE WHEN a.contacted_at IS NOT NULL AND a.answered THEN 1 ELSE 0 END AS replied,
        CASE
            WHEN a.customer_id IS NOT NULL AND p.amounts_recorded = 1 AND COALESCE(b.amount_missing, 0) = 0 THEN 1
            ELSE 0
        END AS amounts_of,
        CASE
            WHEN a.customer_id IS NOT NULL AND p.amounts_recorded = 1 AND k.costs_recorded = 1
                AND COALESCE(b.margin_missing, 0) = 0 THEN 1
            ELSE 0
        END AS margins_of,
        CASE
            WHEN a.customer_id IS NOT NULL AND (a.arm <> 'coupon' OR a.coupon_amount IS NOT NULL) THEN 1
            ELSE 0
        END AS coupons_of,
        COALESCE(b.amount_30, 0) AS amount,
        COALESCE(b.margin_30, 0) AS margin
    FROM assigned AS a
    LEFT JOIN bought_again AS b ON b.shop = a.shop AND b.ticket_id = a.ticket_id
    LEFT JOIN customers AS c ON c.shop = a.shop AND c.customer_id = a.customer_id
    LEFT JOIN told AS t ON t.shop = a.shop
    LEFT JOIN priced AS p ON p.shop = a.shop
    LEFT JOIN costed AS k ON k.shop = a.shop
),

in_yuan AS (
    SELECT
        *,
        CAST(CASE WHEN amounts_of = 1 THEN amount ELSE 0 END AS DECIMAL(14, 4)) AS amount_30,
        CAST(CASE WHEN margins_of = 1 THEN margin ELSE 0 END AS DECIMAL(14, 4)) AS margin_30,
        CAST(CASE WHEN coupons_of = 1 AND repurchased_30 = 1 THEN COALESCE(coupon_amount, 0) ELSE 0 END
            AS DECIMAL(14, 4)) AS coupon_cost
    FROM measured
)

SELECT
    CAST(assigned_at AS DATE) AS day,
    shop,
    ticket_id,
    customer_id,
    arm,
    tier,
    1 AS assignments,
    traced,
    repurchased_30,
    repurchased_60,
    contacts_of,
    contacts_of * contacted AS contacted,
    answers_of,
    replied AS answered,
    amounts_of,
    amount_30,
    CAST(amount_30 * amount_30 AS DECIMAL(38, 8)) AS amount_30_sq,
    margins_of,
    margin_30,
    CAST(margin_30 * margin_30 AS DECIMAL(38, 8)) AS margin_30_sq,
    coupons_of,
    coupon_cost,
    CAST(coupon_cost * coupon_cost AS DECIMAL(38, 8)) AS coupon_cost_sq
FROM in_yuan
