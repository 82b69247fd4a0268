-- warn: store.check_surveys_without_order
SELECT s.shop, s.survey_id, s.order_id
FROM surveys AS s
WHERE NOT EXISTS (SELECT 1 FROM order_lines AS l WHERE l.shop = s.shop AND l.order_id = s.order_id)
