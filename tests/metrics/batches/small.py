"""Shops of a few rows, written down where they are tested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import metrics
from tests.metrics.filled import columns_of, contract, fill, typed_by_people
from tests.metrics.shops import AS_OF, Tables

Row = dict[str, Any]


def line(order: str, batch: str | None, paid: str | None = "2026-10-05 10:00", **more: Any) -> Row:
    """One unit of SKU S1, sold from a given batch."""
    row = {
        "shop": "甲店",
        "order_id": order,
        "line_id": "1",
        "sku_id": "S1",
        "batch_id": batch,
        "batch_source": None if batch is None else "given",
        "quantity": 1,
        "amount": 100.0,
        "ordered_at": paid or "2026-10-05 10:00",
        "paid_at": paid,
    }
    return row | more


def ticket(order: str | None, asked: str | None, reason: str | None = "性能故障", **more: Any) -> Row:
    """A return of one unit for a fault, approved and paid back."""
    row = {
        "shop": "甲店",
        "order_id": order,
        "type": "return",
        "reason_text": reason,
        "requested_at": asked,
        "outcome": "approved",
        "refund_amount": 100.0,
        "refunded_at": asked,
    }
    return row | more


def tables_of(
    lines: Iterable[Mapping[str, Any]],
    tickets: Iterable[Mapping[str, Any]],
    products: Iterable[Mapping[str, Any]] = ({"sku_id": "S1", "product_name": "加湿器", "category": "小家电"},),
    batches: Iterable[Mapping[str, Any]] = (),
) -> Tables:
    """Return one shop's tables; tickets are numbered in the order in which they stand."""
    numbered = [{"ticket_id": f"T{number:05d}", **each} for number, each in enumerate(tickets)]
    rows = {"order_lines": lines, "tickets": numbered, "products": products, "batches": batches}
    return {
        name: pd.DataFrame(
            list(given), columns=[c for c in columns_of(name) if c not in ("source", "import_id")]
        ).assign(shop="甲店")
        for name, given in rows.items()
    }


def opened(root: Path, tables: Tables, as_of: pd.Timestamp = AS_OF) -> metrics.Shop:
    """Return the shop of these tables, as imported until `as_of`."""
    typed_by_people(root)
    fill(root, contract([tables], as_of=as_of))
    return metrics.open_shop(root)
