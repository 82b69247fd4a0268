SELECT sku_id, product_name, category, CAST(unit_cost AS DECIMAL(18, 2)) AS unit_cost FROM skus ORDER BY sku_no
