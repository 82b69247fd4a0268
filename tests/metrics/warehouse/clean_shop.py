"""A tiny shop without a fault: five orders with everything that may come of them. Every check passes on it."""

from __future__ import annotations

from metrics.warehouse.store import Build, Store

ROWS = """
INSERT INTO shops VALUES ('甲店', 'Asia/Shanghai', NULL);
INSERT INTO products VALUES ('甲店', '001', '电水壶', '小家电', 40), ('甲店', '002', '衬衫', '服饰', 30);
INSERT INTO batches VALUES ('甲店', '001', 'B1', '甲厂', NULL, '2026-09-01', 100, NULL),
    ('甲店', '002', 'B2', '乙厂', NULL, '2026-09-01', 100, NULL);
INSERT INTO customers VALUES ('甲店', 'C1', '金牌', NULL), ('甲店', 'C2', '铜牌', NULL);
INSERT INTO order_lines BY NAME
    SELECT '甲店' AS shop, order_id, line_id, sku_id, batch_id, 'given' AS batch_source, customer_id, quantity, amount,
        ordered_at, ordered_at + INTERVAL 5 MINUTE AS paid_at, FALSE AS cancelled, '广东' AS province,
        'generic' AS source, 1 AS import_id
    FROM (VALUES
        ('O1', '1', '001', 'B1', 'C1', 1, 99.00, TIMESTAMP '2026-10-01 10:00'),
        ('O1', '2', '002', 'B2', 'C1', 2, 118.00, TIMESTAMP '2026-10-01 10:00'),
        ('O2', '1', '001', 'B1', 'C2', 1, 99.00, TIMESTAMP '2026-10-02 11:00'),
        ('O3', '1', '002', 'B2', 'C2', 1, 59.00, TIMESTAMP '2026-10-03 12:00'),
        ('O4', '1', '001', 'B1', 'C1', 1, 99.00, TIMESTAMP '2026-10-04 13:00'),
        ('O5', '1', '002', 'B2', 'C1', 3, 177.00, TIMESTAMP '2026-10-20 14:00')
    ) AS given (order_id, line_id, sku_id, batch_id, customer_id, quantity, amount, ordered_at);
INSERT INTO tickets BY NAME
    SELECT '甲店' AS shop, ticket_id, order_id, line_id, type, reason_text, 1 AS quantity, requested_at,
        CASE WHEN outcome <> 'open' THEN requested_at + INTERVAL 3 HOUR END AS responded_at, outcome,
        CASE WHEN outcome <> 'open' THEN requested_at + INTERVAL 2 DAY END AS closed_at, refund_amount,
        'generic' AS source, 1 AS import_id
    FROM (VALUES
        ('T1', 'O1', '2', 'return', '尺码不合适', TIMESTAMP '2026-10-05 09:00', 'approved', 59.00),
        ('T2', 'O2', '1', 'return', '无法开机', TIMESTAMP '2026-10-06 09:00', 'approved', 99.00),
        ('T3', 'O3', '1', 'exchange', '色差', TIMESTAMP '2026-10-31 20:00', 'open', NULL)
    ) AS given (ticket_id, order_id, line_id, type, reason_text, requested_at, outcome, refund_amount);
INSERT INTO offers VALUES ('甲店', 'T1', '2026-10-05 09:30', 'coupon', 10, FALSE);
INSERT INTO disputes VALUES ('甲店', 'D1', 'T2', 'O2', '2026-10-08 09:00', '2026-10-12 09:00', 'merchant');
INSERT INTO surveys VALUES ('甲店', 'S1', 'O1', 'T1', 4, '2026-10-08 09:00');
INSERT INTO followups VALUES ('甲店', 'T1', 'C1', 'coupon', '2026-10-09 09:00', 10, '2026-10-09 15:00', TRUE);
INSERT INTO coverage
    SELECT '甲店', 'generic', t, '2026-10-01', '2026-11-01', FALSE, TRUE, CASE WHEN t = 'tickets' THEN FALSE END
    FROM (VALUES ('order_lines'), ('tickets'), ('disputes'), ('surveys'), ('offers'), ('followups')) AS tables (t);
"""


def fill(build: Build) -> None:
    """Put the rows of the clean shop into a build."""
    build.con.execute(ROWS)


def publish(store: Store) -> Build:
    """Publish the clean shop as the next version of an empty store."""
    with store.build() as build:
        fill(build)
    return build
