-- How each claim was handled. Everything is drawn to its end here; what lies after the as-of is hidden on the way out.
CREATE TABLE handled AS
WITH queued AS (
    SELECT
        c.*, k.opens_in_s, k.scale_s * coalesce(d.desk_load, 1) AS scale_s,
        c.family IN ('mind', 'late') AND c.amount_cents < 12000 AND draw(line_key, 'rule') < 0.4 AS auto_approved,
        draw(line_key, 'forgotten') < 0.03 AS forgotten
    FROM claims AS c
    JOIN clock AS k ON k.weekday = (c.requested_s // 86400 + 3) % 7 AND k.hour = c.requested_s % 86400 // 3600
    LEFT JOIN calendar AS d ON d.day_s = c.requested_s // 86400 * 86400
    WHERE c.requested_s <= getvariable('as_of_s')
),
answered AS (
    SELECT
        *,
        requested_s + CASE
            WHEN auto_approved THEN 60 + CAST(draw(line_key, 'answer') * 240 AS BIGINT)
            ELSE 120 + opens_in_s + wait_within(draw(line_key, 'answer'), scale_s, 0.9, 259200)
                + CASE WHEN forgotten THEN 50400 + CAST(draw(line_key, 'delay') * 108000 AS BIGINT) ELSE 0 END
        END AS responded_s,
        NOT auto_approved AND type <> 'refund_before_shipping' AND draw(line_key, 'asked') < 0.1 AS asked,
        NOT auto_approved AND type <> 'refund_before_shipping' AND draw(line_key, 'contact') < 0.35 AS contacted
    FROM queued
),
audited AS (
    SELECT
        *,
        responded_s - requested_s > 86400 AS late,
        CASE WHEN asked THEN responded_s + 7200 + wait_within(draw(line_key, 'reply'), 57600, 1.0, 172800)
            ELSE responded_s END AS audited_s,
        CASE WHEN contacted THEN
            requested_s + CAST((responded_s - requested_s) * (0.15 + 0.75 * draw(line_key, 'contact at')) AS BIGINT)
        END AS contacted_s,
        contacted AND type IN ('return', 'exchange', 'refund_only') AND draw(line_key, 'offer') < 0.6 AS offered
    FROM answered
),
bargained AS (
    SELECT
        *,
        CASE WHEN offered THEN
            CASE WHEN family IN ('quality', 'transit')
                THEN ['partial_refund', 'partial_refund', 'parts', 'explain'][pick(line_key, 'offer kind', 4) + 1]
                ELSE ['explain', 'coupon', 'coupon', 'partial_refund'][pick(line_key, 'offer kind', 4) + 1] END
        END AS offer_kind
    FROM audited
),
priced AS (
    SELECT
        *,
        CASE offer_kind
            WHEN 'partial_refund' THEN amount_cents * (1 + pick(line_key, 'offer', 2)) // 1000 * 100 + 500
            WHEN 'coupon' THEN 1000 WHEN 'parts' THEN 800 END AS offer_cents,
        draw(line_key, 'accepts') < CASE offer_kind
            WHEN 'partial_refund' THEN 0.42 WHEN 'coupon' THEN 0.24 WHEN 'parts' THEN 0.35 ELSE 0.12 END AS accepted
    FROM bargained
),
judged AS (
    SELECT
        *,
        CASE
            WHEN offered AND accepted THEN 'withdrawn'
            WHEN draw(line_key, 'outcome') < CASE WHEN auto_approved OR family = 'cancelled' THEN 0
                WHEN family IN ('mind', 'late') THEN 0.06 ELSE 0.035 END THEN 'rejected'
            WHEN draw(line_key, 'outcome') > CASE WHEN auto_approved OR family = 'cancelled' THEN 1
                WHEN contacted THEN 0.96 ELSE 0.975 END THEN 'withdrawn'
            ELSE 'approved'
        END AS outcome
    FROM priced
),
sent_back AS (
    SELECT
        *,
        CASE WHEN outcome = 'approved' AND type IN ('return', 'exchange', 'repair')
            THEN audited_s + 86400 + wait_within(draw(line_key, 'sent back'), 201600, 1.6, 691200) END AS received_s,
        CASE WHEN type = 'repair' AND outcome = 'approved' THEN audited_s // 86400 + 11 END AS promised_day,
        draw(line_key, 'drags') < 0.22 AS drags
    FROM judged
),
done AS (
    SELECT
        *,
        CASE
            WHEN outcome <> 'approved' THEN NULL
            WHEN type IN ('return', 'other') THEN coalesce(received_s, audited_s) + 3600
                + wait_within(draw(line_key, 'refund'), 86400, 1.2, 345600)
            WHEN type IN ('refund_only', 'refund_before_shipping') THEN audited_s + 600
                + wait_within(draw(line_key, 'refund'), 21600, 1.0, 172800)
        END AS refunded_s,
        CASE
            WHEN outcome <> 'approved' THEN NULL
            WHEN type = 'exchange' THEN received_s + 7200 + wait_within(draw(line_key, 'replace'), 86400, 1.3, 345600)
            WHEN type = 'reship' THEN audited_s + 7200 + wait_within(draw(line_key, 'replace'), 72000, 1.3, 345600)
        END AS replaced_s,
        CASE
            WHEN type = 'repair' AND outcome = 'approved' THEN CASE WHEN drags
                THEN greatest(received_s, promised_day * 86400) + 172800
                    + wait_within(draw(line_key, 'mend'), 604800, 1.5, 1728000)
                ELSE received_s + 86400 + wait_within(draw(line_key, 'mend'), 259200, 1.5, 518400) END
        END AS mended_s
    FROM sent_back
),
-- A repair that outlives its promise: more than half of these buyers want their money back instead.
impatient AS (
    SELECT
        *,
        CASE WHEN type = 'repair' AND drags AND outcome = 'approved' AND draw(line_key, 'gives up') < 0.55
            THEN least(mended_s, promised_day * 86400 + 122400 + CAST(draw(line_key, 'patience') * 345600 AS BIGINT))
        END AS gives_up_s
    FROM done
)
SELECT
    *,
    coalesce(gives_up_s, refunded_s, replaced_s + 172800, mended_s, audited_s + CAST(draw(line_key, 'close') * 7200 AS BIGINT))
        AS closed_s,
    CASE WHEN refunded_s IS NULL THEN NULL
        WHEN type = 'refund_only' AND reason_text NOT IN ('未收到货') AND draw(line_key, 'partly') < 0.5
            THEN amount_cents // 2
        ELSE amount_cents END AS refund_cents,
    CASE WHEN received_s IS NOT NULL THEN 800 + 100 * pick(line_key, 'freight', 9) END AS freight_cents,
    CASE WHEN received_s IS NULL THEN NULL
        WHEN family IN ('quality', 'transit', 'repair') THEN 'merchant'
        WHEN insured(order_no) THEN 'insurer' ELSE 'buyer' END AS freight_paid_by,
    CASE WHEN offered AND accepted AND offer_kind <> 'explain' THEN offer_cents
        WHEN outcome = 'approved' AND late AND draw(line_key, 'sorry') < 0.3 THEN 500 END AS compensation_cents,
    CASE WHEN family = 'transit' AND refunded_s IS NOT NULL AND draw(line_key, 'recovered') < 0.5
        THEN amount_cents // 2 END AS recovered_cents,
    1 + pick(line_key, 'handler', 8) AS handler_no
FROM impatient;
