"""Stores that the pages are drawn from, beside the sample: a file without dates, and none at all."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from metrics.ingest import import_files
from metrics.warehouse.store import Store

UNDATED_PROVINCES = {"湖北": (60, 43), "广东": (80, 12), "西藏": (2, 0)}
"""Paid orders and refunded ones, by province."""


@pytest.fixture(scope="session")
def undated_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store like that of a marketplace report: one row an order, a refund sum, and no day of any refund."""
    folder = tmp_path_factory.mktemp("undated")
    lines = ["订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额"]
    number = 0
    for province, (paid, refunded) in UNDATED_PROVINCES.items():
        for place in range(paid):
            number += 1
            day = date(2020, 2, 1) + timedelta(days=number % 28)
            back = "100.00" if place < refunded else "0.00"
            lines.append(
                f"{number},100.00,{0 if place < refunded else 100}.00,{province},{day} 10:00:00,{day} 10:05:00,{back}"
            )
    report = folder / "tmall_order_report.csv"
    report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    import_files([report], store=Store(folder / "store"), profile="tmall", shop="天猫小店", as_of=None)
    return folder / "store"


@pytest.fixture
def empty_store(tmp_path: Path) -> Path:
    return tmp_path / "store"
