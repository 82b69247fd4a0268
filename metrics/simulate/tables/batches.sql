WITH shipped AS (
    SELECT batch_key, sum(quantity) AS units FROM lines WHERE shipped_s <= getvariable('as_of_s') GROUP BY batch_key
),
today AS (SELECT max(day_no) AS day_no FROM calendar),
stocked AS (
    SELECT
        b.*, coalesce(s.units, 0) AS sold,
        CASE
            WHEN b.planted_stock >= 0 THEN b.planted_stock
            WHEN b.last_day_no < t.day_no THEN 0
            ELSE coalesce(s.units, 0) * (b.last_day_no - t.day_no + 1) // (b.batch_days - (b.last_day_no - t.day_no)) + 5
        END AS stock
    FROM lots AS b CROSS JOIN today AS t LEFT JOIN shipped AS s USING (batch_key)
)
SELECT
    CAST(sku_id AS VARCHAR) AS sku_id, CAST(batch_id AS VARCHAR) AS batch_id, supplier,
    CAST(produced_on AS DATE) AS produced_on,
    CAST(received_on AS DATE) AS received_on,
    CAST(sold + stock AS BIGINT) AS units_received,
    CAST(stock AS BIGINT) AS units_in_stock
FROM stocked
WHERE received_on <= known(getvariable('as_of_s'))
ORDER BY batch_key
