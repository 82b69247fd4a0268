SELECT
    CAST(sku_id AS VARCHAR) AS sku_id, CAST(batch_id AS VARCHAR) AS batch_id, category,
    CAST(starts_on AS DATE) AS starts_on,
    multiplier, bad_reason AS reason, quality, transit, fit, mind
FROM lots
ORDER BY batch_key
