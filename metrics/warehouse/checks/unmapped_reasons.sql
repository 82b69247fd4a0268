-- warn: store.check_unmapped_reasons
SELECT t.shop, t.reason_text, COUNT(*) AS tickets
FROM tickets AS t
WHERE t.reason_text IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM reasons AS r WHERE r.reason_text = t.reason_text)
GROUP BY t.shop, t.reason_text
