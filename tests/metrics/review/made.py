"""A shop of two SKUs of which every line and every return is counted by hand, and what its people decided."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd

import metrics
from metrics.meeting import Meeting
from tests.metrics.batches.small import Row, line, opened, tables_of, ticket
from tests.metrics.shops import Tables

FIRST, UNTIL = date(2026, 9, 14), date(2026, 11, 16)
DUE = date(2026, 10, 19)
"""From this Monday on S1 comes back in one of 7 lines a day; before it in 4. Of S2 2 of 7 come back all along."""

PER_DAY = 7
BACK = {"S1": (4, 1), "S2": (2, 2)}
NAMES = {"S1": "加湿器", "S2": "落地灯"}
PRODUCTS = [{"sku_id": sku, "product_name": name, "category": "小家电"} for sku, name in NAMES.items()]


def tables() -> Tables:
    lines: list[Row] = []
    tickets: list[Row] = []
    for days in range((UNTIL - FIRST).days):
        day = FIRST + timedelta(days=days)
        for sku, (before, after) in BACK.items():
            for place in range(PER_DAY):
                order = f"{sku}-{day:%m%d}-{place}"
                lines.append(line(order, None, f"{day} 10:00", sku_id=sku, cancelled=False))
                asked = day + timedelta(days=2)
                if place < (after if day >= DUE else before) and asked < UNTIL:
                    late = place == 0 and sku == "S2"
                    answered = pd.Timestamp(f"{asked} 09:00") + timedelta(hours=30 if late else 2)
                    reason = "性能故障" if place == 0 else "尺码不合适"
                    # The data end on Monday at nine: what would be answered after that waits.
                    told = answered if answered < pd.Timestamp("2026-11-16 09:00") else None
                    handled = {"responded_at": told, "handler": "甲" if late else "乙"}
                    handled |= {"outcome": "open", "refunded_at": None, "refund_amount": None} if told is None else {}
                    tickets.append(ticket(order, f"{asked} 09:00", reason, sku_id=sku, **handled))
    return tables_of(lines, tickets, PRODUCTS)


def shop_of(root: Path) -> metrics.Shop:
    shop = opened(root, tables())
    meeting = Meeting(root / "meeting.sqlite")
    meeting.set_target("refund_rate", "", FIRST, "own", 0.25, author="li")
    for sku in BACK:
        meeting.decide(
            f"改 {sku}", owner="li", due=DUE, author="li", week=DUE - timedelta(days=7), subject_kind="sku", subject=sku
        )
    meeting.decide("再看", owner="wang", due=UNTIL, author="li", week=UNTIL, subject_kind="sku", subject="S1")
    meeting.decide("开会", owner="wang", due=UNTIL, author="li", week=UNTIL)
    meeting.attend(date(2026, 11, 9), ["李", "王"], author="li")
    return shop
