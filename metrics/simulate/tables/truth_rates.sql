SELECT category, CAST(sku_id AS VARCHAR) AS sku_id, product_name, weight AS share_of_lines, quality, transit, fit, mind, repair FROM skus ORDER BY sku_no
