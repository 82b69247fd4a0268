"""A version without a row of data: every table, fact and rollup is there, so that a question can be laid on it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from metrics.warehouse.engine import READER_MEMORY, Reader, limit
from metrics.warehouse.facts import FactsRun

_SQL = Path(__file__).parent


def open_blank() -> Reader:
    """Open a version in memory that holds no data; nothing is written anywhere.

    >>> int(open_blank().sql("SELECT COUNT(*) AS lines FROM sold_lines")["lines"].iloc[0])
    0
    """
    root = duckdb.connect(":memory:")
    limit(root, READER_MEMORY)
    root.execute("ATTACH ':memory:' AS w")
    root.execute("USE w")
    for name in ("tables.sql", "bookkeeping.sql"):
        root.execute((_SQL / name).read_text(encoding="utf-8"))
    root.execute("CREATE TEMP TABLE touched_orders (shop VARCHAR, order_id VARCHAR)")
    # A shop without a name, known until some day: what a question cuts at the as-of, it cuts here too.
    root.execute("INSERT INTO shops VALUES ('', 'Asia/Shanghai', TIMESTAMP '1970-01-01')")
    FactsRun(root, before=None, everything=True).refresh()
    root.execute("SET enable_external_access = false")
    return Reader(root)
