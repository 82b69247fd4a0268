"""Small, nasty shops: everything that the contract allows and a tidy example would never hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

AS_OF = pd.Timestamp("2026-11-16 09:00")
HISTORY_DAYS = 120

ABSENCES = (
    "no tickets",
    "no disputes",
    "no surveys",
    "no offers",
    "no followups",
    "no batches",
    "no customers",
    "no products",
    "tickets undated",
    "tickets name no order",
    "tickets all other",
    "no reasons",
    "no refund amounts",
    "no refund dates",
    "no answers",
    "no closings",
    "no contacts",
    "no insurance",
    "no cancellations",
    "some returns unrecorded",
)
"""What a source may not carry. A shop misses any few of them."""

EMPTIED = {
    "tickets undated": ["requested_at"],
    "tickets name no order": ["order_id", "line_id"],
    "no reasons": ["reason_text"],
    "no refund amounts": ["refund_amount"],
    "no refund dates": ["refunded_at"],
    "no answers": ["responded_at"],
    "no closings": ["closed_at"],
    "no contacts": ["contacted_at"],
}

REASONS = ("商品破损", "性能故障", "尺码不合适", "与描述不符", "不想要了", "物流损坏", "少件漏发", "从未见过的原因")

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class ShopSpec:
    """What a generated shop is made from; the same spec gives the same shop."""

    name: str
    seed: int
    orders: int
    absences: frozenset[str]


BIG = ShopSpec("甲店", 1, 160, frozenset())
SMALL = ShopSpec("乙店", 2, 60, frozenset())


def specs(name: str, least: int = 1, most: int = 160) -> st.SearchStrategy[ShopSpec]:
    """Shops of this name, of any size up to `most` orders, that miss up to three things."""
    return st.builds(
        ShopSpec,
        name=st.just(name),
        seed=st.integers(0, 10_000),
        orders=st.integers(least, most),
        absences=st.frozensets(st.sampled_from(ABSENCES), max_size=3),
    )


def make_shop(spec: ShopSpec) -> Tables:
    """Return the tables of a shop, in the columns of the contract, without the columns that an import adds."""
    draw = Draw(np.random.default_rng(spec.seed))
    lines = _lines(draw, spec)
    tickets = _tickets(draw, lines, round(spec.orders * 0.8) + 2)
    tables = {
        "products": _products(draw),
        "batches": _batches(draw),
        "customers": _customers(draw),
        "order_lines": lines,
        "tickets": tickets,
        "offers": _offers(draw, tickets),
        "disputes": _disputes(draw, lines, tickets),
        "surveys": _surveys(draw, lines, tickets),
        "followups": _followups(draw, tickets, spec),
    }
    for absence in spec.absences:
        tables.pop(absence.removeprefix("no "), None)
        if "tickets" in tables:
            tables["tickets"][EMPTIED.get(absence, [])] = None
    if "tickets" in tables and "tickets all other" in spec.absences:
        tables["tickets"]["type"] = "other"
    if "no insurance" in spec.absences:
        lines["freight_insured"] = None
    if "no cancellations" in spec.absences:
        lines["cancelled"] = None
    if "some returns unrecorded" in spec.absences:
        lines["returns_recorded"] = draw.some((True, False, None), len(lines))
    return {name: frame.assign(shop=spec.name) for name, frame in tables.items()}


@dataclass
class Draw:
    """Random values of the kinds that tables hold."""

    rng: np.random.Generator

    def some(self, values: tuple[Any, ...], size: int, p: list[float] | None = None) -> list[Any]:
        return [values[i] for i in self.rng.choice(len(values), size, p=p)]

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def money(self, most: float) -> float:
        return round(float(self.rng.random() * most), 4 if self.chance(0.1) else 2)

    def hours(self, least: float, most: float) -> pd.Timedelta:
        return pd.Timedelta(seconds=int(self.rng.integers(round(least * 3600), round(most * 3600) + 1)))

    def maybe(self, share: float, value: Any) -> Any:
        return value if self.chance(share) else None


def _products(draw: Draw) -> pd.DataFrame:
    names = [f"商品{i}" for i in range(7)]
    return pd.DataFrame(
        {
            "sku_id": [f"00{i}" for i in range(7)],  # sku 007 and 008 are sold and unknown here
            "product_name": names,
            "category": ["小家电", "小家电", "服饰", "服饰", "家居", None, "家居"],
            "unit_cost": [draw.money(80) for _ in names],
        }
    )


def _batches(draw: Draw) -> pd.DataFrame:
    rows = [
        {
            "sku_id": f"00{sku}",
            "batch_id": f"B{sku}-{i}",
            "supplier": draw.some(("甲厂", "乙厂", None), 1)[0],
            "received_on": (AS_OF - pd.Timedelta(days=200 - 40 * i)).normalize(),
            "units_received": 60,
        }
        for sku in range(3)
        for i in range(4)
    ]
    return pd.DataFrame(rows)


def _customers(draw: Draw) -> pd.DataFrame:
    size = 40
    return pd.DataFrame(
        {"customer_id": [f"C{i}" for i in range(size)], "tier": draw.some(("钻石", "金牌", "铜牌", None), size)}
    )


def _lines(draw: Draw, spec: ShopSpec) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for number in range(spec.orders):
        ordered = AS_OF - draw.hours(0, HISTORY_DAYS * 24)
        if draw.chance(0.15):  # on the very edge of an age
            edge = AS_OF.normalize() - pd.Timedelta(days=draw.some((0, 7, 15, 30, 38), 1)[0])
            ordered = edge + draw.some((pd.Timedelta(0), pd.Timedelta(seconds=1), pd.Timedelta(hours=8)), 1)[0]
        order = {
            "order_id": f"{number:06d}",
            "customer_id": draw.maybe(0.9, f"C{draw.rng.integers(45)}"),
            "channel": draw.maybe(0.9, draw.some(("主站", "京喜", "微信"), 1)[0]),
            "province": draw.maybe(0.9, draw.some(("广东", "浙江", "西藏"), 1, [0.6, 0.35, 0.05])[0]),
            "ordered_at": ordered,
        }
        is_paid, cancelled = draw.chance(0.92), draw.chance(0.06)
        for line in range(draw.some((1, 2, 3, 5), 1, [0.6, 0.2, 0.15, 0.05])[0]):
            paid = _until(ordered + draw.hours(0, 30)) if is_paid and draw.chance(0.98) else None
            shipped = draw.maybe(0.9, paid + draw.hours(1, 72)) if paid is not None else None
            rows.append(
                {
                    **order,
                    "line_id": str(line + 1),
                    "sku_id": draw.maybe(0.97, f"00{draw.rng.integers(9)}"),  # repeats within an order
                    "batch_id": draw.maybe(0.3, f"B{draw.rng.integers(3)}-{draw.rng.integers(4)}"),
                    "fulfilment": draw.maybe(0.8, draw.some(("自营仓", "商家仓"), 1)[0]),
                    "warehouse": draw.maybe(0.8, draw.some(("北京", "上海"), 1)[0]),
                    "courier": draw.maybe(0.8, draw.some(("京东", "顺丰", "中通"), 1)[0]),
                    "quantity": int(draw.rng.integers(1, 4)),
                    "amount": draw.maybe(0.95, draw.money(300)),
                    "paid_at": paid,
                    "shipped_at": _until(shipped),
                    "delivered_at": _until(shipped + draw.hours(10, 120)) if shipped is not None else None,
                    "cancelled": True if cancelled else draw.maybe(0.8, False),
                    "freight_insured": draw.maybe(0.9, draw.chance(0.4)),
                    "returns_recorded": None,
                }
            )
    return pd.DataFrame(rows)


def _tickets(draw: Draw, lines: pd.DataFrame, size: int) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    bought = lines.to_dict("records")
    for number in range(size):
        line = bought[draw.rng.integers(len(bought))]
        began = line["paid_at"] if not pd.isna(line["paid_at"]) else line["ordered_at"]
        asked = draw.maybe(0.95, began + draw.hours(-20, 24 * draw.some((5, 20, 50), 1)[0]))  # some before they paid
        if asked is not None and draw.chance(0.1):
            asked = began.normalize() + pd.Timedelta(days=draw.some((7, 8, 15, 16, 30, 31), 1)[0])
        if asked is not None and asked > AS_OF:
            asked = AS_OF - draw.hours(0, 30)
        outcome = draw.some(("open", "approved", "rejected", "withdrawn", "closed"), 1, [0.1, 0.5, 0.1, 0.15, 0.15])[0]
        start = asked if asked is not None else began
        answered = draw.maybe(0.8, start + draw.some((draw.hours(0, 40), pd.Timedelta(hours=24)), 1)[0])
        received = draw.maybe(0.5, start + draw.hours(30, 90))
        refunded = outcome in ("approved", "closed") and draw.chance(0.8)
        kind = draw.some(
            ("return", "exchange", "repair", "refund_only", "refund_before_shipping", "reship", "other"),
            1,
            [0.4, 0.15, 0.12, 0.15, 0.06, 0.06, 0.06],
        )[0]
        ways = ("line", "sku", "order", "stranger", "nobody", "wrong line")
        how = draw.some(ways, 1, [0.3, 0.3, 0.2, 0.05, 0.1, 0.05])[0]
        rows.append(
            {
                "ticket_id": f"T{number:05d}",
                "order_id": {"stranger": "999999", "nobody": None}.get(how, line["order_id"]),
                "line_id": {"line": line["line_id"], "wrong line": "77"}.get(how),
                "sku_id": line["sku_id"] if how == "sku" else draw.maybe(0.3, f"00{draw.rng.integers(9)}"),
                "type": kind,
                "reason_text": draw.maybe(0.85, draw.some(REASONS, 1)[0]),
                "quantity": draw.maybe(0.5, 1),
                "requested_at": asked,
                "responded_at": _until(answered),
                "outcome": outcome,
                "closed_at": _until(start + draw.hours(40, 200)) if outcome != "open" and draw.chance(0.9) else None,
                "refund_amount": draw.some((draw.money(300), 0.0, None), 1, [0.8, 0.1, 0.1])[0] if refunded else None,
                "refunded_at": _until(start + draw.hours(24, 200)) if refunded and draw.chance(0.9) else None,
                "compensation": draw.maybe(0.2, draw.money(30)),
                "recovered": draw.maybe(0.1, draw.money(30)),
                "contacted_at": _until(draw.maybe(0.5, start + draw.some((draw.hours(0, 30), draw.hours(0, 2)), 1)[0])),
                "received_at": _until(received),
                "replacement_shipped_at": _until(received + draw.hours(1, 60)) if received is not None else None,
                "freight_cost": draw.maybe(0.4, draw.money(20)),
                "freight_paid_by": draw.some(("merchant", "buyer", None), 1)[0],
                "handler": draw.maybe(0.9, draw.some(("小王", "小李"), 1)[0]),
                "repair_vendor": draw.maybe(0.5, "修得好"),
                "auto_approved": draw.some((True, False, None), 1)[0],
                "parent_ticket_id": None,
            }
        )
    repairs = [row["ticket_id"] for row in rows if row["type"] == "repair"]
    for row in rows:
        if repairs and row["type"] in ("return", "exchange") and draw.chance(0.15):
            row["parent_ticket_id"] = repairs[draw.rng.integers(len(repairs))]
    return pd.DataFrame(rows)


def _until(moment: pd.Timestamp | None) -> pd.Timestamp | None:
    """Nothing has happened yet that would happen after the export."""
    return None if moment is None or moment > AS_OF else moment


def _offers(draw: Draw, tickets: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {
            "ticket_id": ticket["ticket_id"],
            "offered_at": ticket["requested_at"] + pd.Timedelta(hours=1 + again),
            "kind": draw.some(("explain", "coupon", "partial_refund", "parts"), 1)[0],
            "amount": draw.maybe(0.8, draw.money(20)),
            "accepted": draw.maybe(0.9, draw.chance(0.5)),
        }
        for ticket in tickets.to_dict("records")
        if not pd.isna(ticket["requested_at"])
        for again in range(draw.some((0, 1, 2), 1, [0.4, 0.4, 0.2])[0])
    ]
    return pd.DataFrame(rows, columns=["ticket_id", "offered_at", "kind", "amount", "accepted"])


def _disputes(draw: Draw, lines: pd.DataFrame, tickets: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for number in range(len(lines) // 6 + 1):
        line = lines.iloc[draw.rng.integers(len(lines))]
        ticket = tickets.iloc[draw.rng.integers(len(tickets))]
        through_ticket = draw.chance(0.5) and not pd.isna(ticket["order_id"])
        opened = line["ordered_at"] + draw.hours(-10, 24 * 40)
        opened = min(opened, AS_OF)
        rows.append(
            {
                "dispute_id": f"D{number:04d}",
                "ticket_id": ticket["ticket_id"] if through_ticket else None,
                "order_id": ticket["order_id"] if through_ticket else line["order_id"],
                "opened_at": opened,
                "ruled_at": draw.maybe(0.6, min(opened + draw.hours(1, 100), AS_OF)),
                "liable": draw.some(("merchant", "both", "buyer", "carrier", "platform", "none", "open"), 1)[0],
            }
        )
    return pd.DataFrame(rows)


def _surveys(draw: Draw, lines: pd.DataFrame, tickets: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for number in range(len(lines) // 3 + 1):
        line = lines.iloc[draw.rng.integers(len(lines))]
        ticket = tickets.iloc[draw.rng.integers(len(tickets))]
        through_ticket = draw.chance(0.6) and not pd.isna(ticket["order_id"])
        rows.append(
            {
                "survey_id": f"S{number:04d}",
                "order_id": ticket["order_id"] if through_ticket else line["order_id"],
                "ticket_id": ticket["ticket_id"] if through_ticket else None,
                "score": int(draw.rng.integers(1, 6)),
                "answered_at": AS_OF - draw.hours(0, HISTORY_DAYS * 24),
            }
        )
    return pd.DataFrame(rows)


def _followups(draw: Draw, tickets: pd.DataFrame, spec: ShopSpec) -> pd.DataFrame:
    rows = [
        {
            "ticket_id": ticket_id,
            "customer_id": "C***" if draw.chance(0.2) else f"C{draw.rng.integers(45)}",
            "arm": draw.some(("control", "message", "coupon"), 1)[0],
            "assigned_at": AS_OF - draw.hours(0, HISTORY_DAYS * 24),
            "coupon_amount": draw.maybe(0.3, 5.0),
            "contacted_at": draw.maybe(0.6, AS_OF - draw.hours(0, HISTORY_DAYS * 24)),
            "answered": draw.maybe(0.7, draw.chance(0.5)),
        }
        for ticket_id in tickets["ticket_id"].head(max(1, spec.orders // 2))
    ]
    return pd.DataFrame(rows)


def write(tables: Mapping[str, pd.DataFrame], folder: Path, kind: str = "parquet") -> list[Path]:
    """Write each table as an export of our own column names, named after it, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, frame in tables.items():
        path = folder / f"{name}.{kind}"
        plain = frame.drop(columns="shop")
        if kind == "parquet":
            plain.to_parquet(path, index=False)
        else:
            plain.to_csv(path, index=False, encoding="utf-8-sig")
        files.append(path)
    return files
