SELECT CAST(sku_id AS VARCHAR) AS sku_id, product_name, category, CAST(unit_cost AS DECIMAL(18, 4)) AS unit_cost FROM skus ORDER BY sku_no
