-- What is asked for, why, and when: one row per line that comes back, whatever becomes of it.
CREATE TABLE claims AS
WITH reasoned AS (
    SELECT
        l.*, k.category, k.settle_days, k.exchange,
        CASE
            WHEN l.family = 'cancelled' THEN
                CASE pick(line_key, 'regret reason', 3) WHEN 0 THEN '拍错/多拍' ELSE '不想要了' END
            WHEN l.family = 'repair' THEN
                CASE WHEN draw(line_key, 'fault') < 0.7 THEN '性能故障' ELSE '无法开机' END
            WHEN l.family = 'quality' AND b.bad_reason <> '' AND draw(line_key, 'batch fault') < 0.7 THEN b.bad_reason
            WHEN l.family = 'transit' AND draw(line_key, 'courier fault') < 0.7
                THEN coalesce(w.damage_reason, r.reason_text)
            ELSE r.reason_text
        END AS reason_text,
        CASE WHEN l.family = 'quality' AND b.multiplier > 1 THEN getvariable('bad_delay') ELSE 1 END
            * d.delay_factor AS pace
    FROM lines AS l
    JOIN skus AS k USING (sku_no)
    JOIN lots AS b USING (batch_key)
    JOIN calendar AS d USING (day_no)
    LEFT JOIN courier_days AS w ON w.courier = l.courier AND w.day_no = l.day_no
    LEFT JOIN reason_slots AS r ON r.category = k.category
        AND r.family = CASE WHEN l.family = 'late' THEN 'mind' ELSE l.family END
        AND r.slot = pick(l.line_key, 'reason', 100)
    WHERE l.family IS NOT NULL
),
typed AS (
    SELECT
        *,
        CASE
            WHEN family = 'cancelled' THEN 'refund_before_shipping'
            WHEN family = 'repair' THEN 'repair'
            WHEN reason_text = '未收到货' THEN CASE WHEN draw(line_key, 'type') < 0.6 THEN 'refund_only' ELSE 'reship' END
            WHEN reason_text = '少件漏发' THEN CASE WHEN draw(line_key, 'type') < 0.4 THEN 'refund_only' ELSE 'reship' END
            WHEN draw(line_key, 'type') < exchange * CASE WHEN family IN ('mind', 'late') THEN 0.1 ELSE 1 END
                THEN 'exchange'
            WHEN draw(line_key, 'type') > CASE WHEN family IN ('quality', 'transit') THEN 0.8 ELSE 0.98 END
                THEN 'refund_only'
            WHEN draw(line_key, 'odd type') < 0.004 THEN 'other'
            ELSE 'return'
        END AS type,
        CASE
            WHEN family = 'cancelled' THEN cancelled_s
            WHEN reason_text = '未收到货' THEN shipped_s + 345600 + CAST(draw(line_key, 'settled') * 432000 AS BIGINT)
            WHEN family = 'late' THEN
                delivered_s + 86400 * CAST(getvariable('window_days') AS BIGINT)
                + CAST(86400 * (getvariable('wider_window_days') - getvariable('window_days'))
                    * pow(draw(line_key, 'settled'), 1.3) AS BIGINT)
            WHEN family = 'repair' THEN delivered_s + wait_within(draw(line_key, 'settled'), 1900800, 1.0, 8640000)
            ELSE delivered_s + wait_within(
                draw(line_key, 'settled'), 86400 * settle_days * pace, 0.95,
                86400 * CASE family WHEN 'quality' THEN 15 WHEN 'transit' THEN 4
                    ELSE getvariable('window_days') END)
        END AS settled_s
    FROM reasoned
),
-- People do not write at four in the morning: the day stays, the hour is drawn anew.
timed AS (
    SELECT
        t.*,
        CASE WHEN t.family = 'cancelled' THEN t.settled_s ELSE greatest(
            t.shipped_s + 7200,
            CASE WHEN t.reason_text <> '未收到货' THEN t.delivered_s + 900 ELSE 0 END,
            t.settled_s // 86400 * 86400
            + CAST(h.from_s + h.span_s * draw(t.line_key, 'second') AS BIGINT)
        ) END AS requested_s
    FROM typed AS t JOIN hours AS h ON h.slot = pick(t.line_key, 'hour', 200)
)
SELECT
    line_key, order_no, ordinal, sku_no, category, customer_no, family, type, reason_text, amount_cents, quantity,
    courier, requested_s
FROM timed;
