-- A buyer calls the platform in when he was turned down, kept waiting, or the goods were bad.
CREATE TABLE rulings AS
WITH risked AS (
    SELECT
        *,
        0.022 + CASE WHEN late THEN 0.09 ELSE 0 END + CASE WHEN outcome = 'rejected' THEN 0.28 ELSE 0 END
        + CASE WHEN family IN ('quality', 'transit') THEN 0.015 ELSE 0 END
        + CASE WHEN parent_key IS NOT NULL THEN 0.10 ELSE 0 END AS risk
    FROM cases
    WHERE type <> 'refund_before_shipping'
),
opened AS (
    SELECT
        *,
        CASE WHEN late THEN requested_s + 90000 ELSE audited_s END
        + 3600 + wait_within(draw(ticket_no, 'called in'), 129600, 1.0, 604800) AS opened_s,
        draw(ticket_no, 'verdict') AS verdict
    FROM risked
    WHERE draw(ticket_no, 'dispute') < risk
)
SELECT
    row_number() OVER (ORDER BY opened_s, ticket_no) AS dispute_no,
    ticket_no, order_no, opened_s,
    opened_s + 86400 + wait_within(draw(ticket_no, 'ruling'), 259200, 1.5, 864000) AS ruled_s,
    CASE
        WHEN family = 'transit' THEN
            CASE WHEN verdict < 0.45 THEN 'carrier' WHEN verdict < 0.75 THEN 'merchant' WHEN verdict < 0.9 THEN 'both'
                ELSE 'none' END
        WHEN late OR family IN ('quality', 'repair', 'escalated') THEN
            CASE WHEN verdict < 0.6 THEN 'merchant' WHEN verdict < 0.8 THEN 'both' WHEN verdict < 0.9 THEN 'none'
                ELSE 'buyer' END
        ELSE
            CASE WHEN verdict < 0.3 THEN 'merchant' WHEN verdict < 0.45 THEN 'both' WHEN verdict < 0.8 THEN 'buyer'
                WHEN verdict < 0.85 THEN 'platform' ELSE 'none' END
    END AS liable
FROM opened
WHERE opened_s <= getvariable('as_of_s')
ORDER BY dispute_no;
