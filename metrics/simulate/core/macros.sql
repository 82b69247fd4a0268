-- Chance without a generator: a draw is a hash of what is drawn for (`key`), of why (`purpose`) and of the seed,
-- so it comes out the same whatever the number of threads and whatever was drawn before.
CREATE MACRO draw(key, purpose) AS
    (hash(xor(CAST(key AS UBIGINT), hash(purpose || ':' || getvariable('seed')))) >> 11)::DOUBLE
    * 1.1102230246251565e-16;

-- One of n, 0 … n - 1.
CREATE MACRO pick(key, purpose, n) AS CAST(floor(draw(key, purpose) * n) AS INTEGER);

-- Waiting times: a Weibull law by its quantile function, whole seconds.
CREATE MACRO wait(u, scale_s, shape) AS CAST(scale_s * pow(-ln(1 - u), 1.0 / shape) AS BIGINT);

-- The same law cut off at a limit: what would come later comes proportionally sooner, nothing piles up at the end.
CREATE MACRO wait_within(u, scale_s, shape, limit_s) AS
    wait(u * (1 - exp(-pow(limit_s / scale_s, shape))), scale_s, shape);

-- Seconds since 1970 as a time, if it has come by the as-of.
CREATE MACRO known(s) AS CASE WHEN s <= getvariable('as_of_s') THEN make_timestamp(CAST(s AS BIGINT) * 1000000) END;

-- Parcels leave when the van comes: every five hours from half past ten, all of a load in one scan.
CREATE MACRO next_pickup(s) AS
    (s // 86400 * 86400) + CASE
        WHEN s % 86400 < 37800 THEN 37800 WHEN s % 86400 < 55800 THEN 55800 WHEN s % 86400 < 73800 THEN 73800
        ELSE 124200 END
    + CAST(hash(s // 86400) % 1200 AS BIGINT);

CREATE MACRO yuan(cents) AS CAST(cents / CAST(100 AS DECIMAL(18, 0)) AS DECIMAL(18, 4));

CREATE MACRO order_size(order_no) AS
    CASE WHEN order_no < getvariable('full_orders')
        THEN getvariable('order_sizes')[
            CAST((order_no + hash(order_no // 25) % 25) % 25 AS INTEGER) + 1]
        ELSE 1 END;

-- Whether the buyer need not pay for the way back.
CREATE MACRO insured(order_no) AS draw(order_no, 'insured') < 0.45;

-- How numbers are written outside.
CREATE MACRO order_id(order_no) AS CAST(290000000000 + order_no * 7 AS VARCHAR);
CREATE MACRO ticket_id(ticket_no) AS CAST(7100000000 + ticket_no AS VARCHAR);
CREATE MACRO customer_id(customer_no) AS 'jd_' || CAST(10000000 + customer_no AS VARCHAR);

-- Low numbers buy often (see `customer_no` in lines.sql), so they hold the better tiers more often.
CREATE MACRO tier(customer_no) AS CASE
    WHEN draw(customer_no, 'tier') < 0.12 + 0.2 * (1 - customer_no / getvariable('customers')) THEN 'PLUS会员'
    WHEN draw(customer_no, 'tier') < 0.4 THEN '金牌会员'
    WHEN draw(customer_no, 'tier') < 0.62 THEN '银牌会员'
    ELSE '注册会员' END;
