-- fail: store.check_snapshots
-- Without hours to answer in, or without meanings of reasons, metrics would come out empty instead of wrong.
SELECT needed.name AS missing
FROM (VALUES ('response_hours'), ('return_window_days')) AS needed (name)
WHERE NOT EXISTS (SELECT 1 FROM policies AS p WHERE p.name = needed.name)

UNION ALL

SELECT 'reasons' AS missing
WHERE NOT EXISTS (SELECT 1 FROM reasons)
