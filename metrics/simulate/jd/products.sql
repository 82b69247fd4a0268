SELECT sku_id AS 商品编号, product_name AS 商品名称, category AS 商品类目, unit_cost AS 成本价 FROM products ORDER BY sku_id
