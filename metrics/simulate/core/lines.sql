-- A table of its own, because a query over a few hundred days runs on one thread only.
CREATE TABLE placed AS
SELECT day_no, unnest(range(first_order, first_order + orders)) AS order_no FROM calendar;

-- Every order line with all that its order knows, and `family`: why it will come back, if it does.
CREATE TABLE lines AS
WITH drawn AS (
    SELECT
        order_no, day_no, c.day_s, c.mix, c.price_factor, c.ship_load, c.wide_window,
        (order_no - c.first_order + draw(order_no, 'moment')) / c.orders * c.fraction AS moment,
        draw(order_no, 'basket') AS basket,
        0.27 + 0.09 * draw(order_no, 'stride') AS stride,
        draw(order_no, 'fulfilment') < 0.55 AS by_jd,
        draw(order_no, 'unpaid') < 0.03 AS unpaid,
        draw(order_no, 'cancelled') < 0.012 AS called_off
    FROM placed JOIN calendar AS c USING (day_no)
),
sent AS (
    SELECT
        d.*, p.province, p.distance, p.warehouse,
        CASE WHEN draw(order_no, 'routed') < r.routed THEN r.routed_courier ELSE k.courier END AS courier,
        CASE WHEN draw(order_no, 'routed') < r.routed THEN FALSE ELSE d.by_jd END AS jd_ships,
        k.hours,
        d.day_s + CAST(h.from_s + h.span_s * (d.moment * 200 - floor(d.moment * 200)) AS BIGINT) AS ordered_s
    FROM drawn AS d
    JOIN hours AS h ON h.slot = CAST(floor(d.moment * 200) AS INTEGER)
    JOIN provinces AS p ON p.slot = pick(order_no, 'province', 1000)
    JOIN couriers AS k ON k.by_jd = d.by_jd AND k.slot = pick(order_no, 'courier', 100)
    JOIN sku_slots AS first_sku ON first_sku.mix = d.mix
        AND first_sku.slot = CAST(floor(d.basket * getvariable('sku_slots')) AS INTEGER)
    LEFT JOIN routes AS r ON r.sku_no = first_sku.sku_no AND r.day_no = d.day_no
),
paid AS (
    SELECT
        *,
        CASE WHEN NOT unpaid THEN ordered_s + 15 + wait_within(draw(order_no, 'paid'), 150, 0.6, 80000) END AS paid_s
    FROM sent
),
shipped AS (
    SELECT
        *,
        CASE
            WHEN unpaid THEN ordered_s + 86400
            WHEN called_off THEN paid_s + 600 + CAST(draw(order_no, 'regret') * 10800 AS BIGINT)
        END AS cancelled_s,
        CASE WHEN NOT unpaid AND NOT called_off THEN
            next_pickup(
                paid_s + 5400 + wait_within(draw(order_no, 'packed'),
                    ship_load * CASE WHEN jd_ships THEN 14400 ELSE 50400 END, 1.4, 259200))
        END AS shipped_s
    FROM paid
),
delivered AS (
    SELECT
        *,
        (shipped_s + 18000 + wait_within(draw(order_no, 'delivered'), 3600 * hours * sqrt(distance), 2.5, 604800))
            // 60 * 60 AS delivered_s,
        CAST(floor(getvariable('customers') * pow(draw(order_no, 'customer'), 1.5)) AS BIGINT) AS customer_no,
        unnest(range(order_size(order_no))) AS ordinal
    FROM shipped
),
chosen AS (
    SELECT
        d.*, d.order_no * 4 + d.ordinal AS line_key, s.sku_no, k.repair,
        CASE WHEN draw(d.order_no * 4 + d.ordinal, 'quantity') < 0.9 THEN 1
             WHEN draw(d.order_no * 4 + d.ordinal, 'quantity') < 0.98 THEN 2 ELSE 3 END AS quantity,
        CAST(k.price * d.price_factor AS BIGINT) * 100 AS unit_cents,
        k.sku_no * 10000 + (d.day_no + k.batch_offset) // k.batch_days AS batch_key
    FROM delivered AS d
    -- Strides of 0.27 to 0.36 around the urn: the SKUs of one order differ as long as none owns more than 0.27.
    JOIN sku_slots AS s ON s.mix = d.mix
        AND s.slot = CAST(floor((d.basket + d.ordinal * d.stride) % 1.0 * getvariable('sku_slots')) AS INTEGER)
    JOIN skus AS k ON k.sku_no = s.sku_no
),
rated AS (
    SELECT
        c.*,
        b.quality * coalesce(e.quality_factor, 1) AS quality,
        b.transit * coalesce(e.transit_factor, 1) * coalesce(w.damage_factor, 1) AS transit,
        b.fit * coalesce(e.fit_factor, 1) AS fit,
        b.mind * coalesce(e.mind_factor, 1) AS mind,
        draw(c.line_key, 'family') AS fate
    FROM chosen AS c
    JOIN lots AS b USING (batch_key)
    LEFT JOIN sku_days AS e ON e.sku_no = c.sku_no AND e.day_no = c.day_no
    LEFT JOIN courier_days AS w ON w.courier = c.courier AND w.day_no = c.day_no
)
SELECT
    line_key, order_no, ordinal, day_no, sku_no, batch_key, customer_no, quantity, unit_cents * quantity AS amount_cents,
    jd_ships, province, warehouse, courier, ordered_s, paid_s, cancelled_s, shipped_s, delivered_s,
    CASE
        WHEN unpaid THEN NULL
        WHEN called_off THEN 'cancelled'
        WHEN fate < quality THEN 'quality'
        WHEN fate < quality + transit THEN 'transit'
        WHEN fate < quality + transit + fit THEN 'fit'
        WHEN fate < quality + transit + fit + mind THEN 'mind'
        WHEN fate < quality + transit + fit + mind
            + CASE WHEN wide_window THEN getvariable('late_share') * (fit + mind) ELSE 0 END THEN 'late'
        WHEN fate > 1 - repair THEN 'repair'
    END AS family
FROM rated;
