"""Every metric of the catalogue, in every reading, against an independent computation on nasty shops."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import metrics
from metrics.ingest import import_files
from metrics.warehouse.store import Store
from tests.metrics.agreement import disagreements
from tests.metrics.filled import columns_of, contract, fill, opened, typed_by_people
from tests.metrics.oracle import Oracle
from tests.metrics.shops import ABSENCES, AS_OF, BIG, SMALL, ShopSpec, make_shop, specs, write

QUESTIONS: list[dict[str, Any]] = [
    {"by": ("category",)},
    {"by": ("supplier",)},
    {"by": ("shop", "province"), "grain": "month"},
    {"by": ("channel", "tier"), "grain": "quarter"},
    {"by": ("sku_id", "batch_id")},
    {"by": ("product_name", "batch_source"), "grain": "year"},
    {"by": ("fulfilment", "warehouse", "courier")},
    {"by": ("insured", "source")},
    {"by": ("type",), "grain": "month"},
    {"by": ("reason", "shop")},
    {"by": ("liable", "category")},
    {"by": ("outcome", "handler")},
    {"by": ("repair_vendor", "auto_approved")},
    {"by": ("in_time", "contacted")},
    {"by": ("liable",), "where": {"in_time": [False, None]}},
    {"by": ("weekday", "hour")},
    {"by": ("offered", "accepted")},
    {"by": ("reason", "amount_band"), "where": {"offered": [True]}},
    {"by": ("freight_paid_by",)},
    {"where": {"amount_band": ["50-100", None]}, "by": ("contacted",)},
    {"by": ("arm",)},
    {"by": ("kind",), "grain": "week"},
    {"grain": "day"},
    {"grain": "week", "start": date(2026, 9, 1), "stop": date(2026, 11, 2)},
    {"start": date(2026, 10, 1)},
    {"stop": date(2026, 10, 20), "by": ("tier",)},
    {"where": {"province": ["广东", None]}},
    {"where": {"category": ["小家电", "家居"], "insured": [True]}, "by": ("channel",)},
    {"where": {"supplier": ["甲厂"]}, "grain": "month"},
    {"where": {"shop": ["乙店"]}, "by": ("category",)},
    {"where": {"type": ["return", "refund_only"]}, "by": ("handler",)},
    {"where": {"reason": ["damaged", None]}},
    {"where": {"sku_id": ["001", "008"], "tier": [None, "金牌"]}},
    {"where": {"arm": ["coupon", "control"]}, "by": ("tier",)},
    {"where": {"kind": ["coupon"]}},
    {"where": {"province": ["没有这个省"]}, "by": ("category",)},
    {"where": {"province": ["没有这个省"]}},
]


def questions(draw: random.Random, few: int) -> Iterator[dict[str, Any]]:
    """Each metric in each reading: as a whole, and in a few of the ways to split and limit it."""
    for metric in metrics.CATALOG.values():
        for reading in metric.readings:
            for asked in [{}, *draw.sample(QUESTIONS, few)]:
                yield {"metric": metric.name, "reading": reading, "age": draw.choice([7, 15, 30]), **asked}


def assert_agreement(shop: metrics.Shop, oracle: Oracle, draw: random.Random, few: int) -> None:
    found = [line for asked in questions(draw, few) for line in disagreements(shop, oracle, **asked)]
    assert not found, f"{len(found)} cells differ:\n" + "\n".join(found[:30])


def test_every_metric_agrees_with_the_oracle(tmp_path: Path) -> None:
    assert_agreement(*opened(tmp_path, [BIG, SMALL]), random.Random(1), few=5)


@pytest.mark.parametrize("first", range(0, len(ABSENCES), 4))
def test_what_a_source_does_not_carry_is_seen_alike(first: int, tmp_path: Path) -> None:
    poor = ShopSpec("甲店", first, 110, frozenset(ABSENCES[first : first + 4]))
    assert_agreement(*opened(tmp_path, [poor, SMALL]), random.Random(first), few=1)


@settings(max_examples=2, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(shops=st.tuples(specs("甲店"), specs("乙店", most=40)), seed=st.integers(0, 1000))
def test_any_shop_agrees_with_the_oracle(shops: tuple[ShopSpec, ShopSpec], seed: int) -> None:
    with TemporaryDirectory() as root:
        assert_agreement(*opened(Path(root), shops), random.Random(seed), few=1)


def test_two_sources_of_one_shop_are_read_each_by_what_it_carries(tmp_path: Path) -> None:
    people, tables = typed_by_people(tmp_path), contract([make_shop(BIG)])
    second = [bool(int(order) % 2) for order in tables["order_lines"]["order_id"]]
    tables["order_lines"].loc[second, "source"] = "undated"
    second = [order is not None and bool(int(order) % 2) for order in tables["tickets"]["order_id"]]
    tables["tickets"].loc[second, ["source", "requested_at", "refunded_at", "reason_text"]] = ["undated", *[None] * 3]
    of_second = tables["coverage"][tables["coverage"]["table_name"].isin(["order_lines", "tickets"])].copy()
    of_second["source"] = "undated"
    of_second.loc[of_second["table_name"] == "tickets", ["dated", "refund_dated"]] = False
    tables["coverage"] = pd.concat([tables["coverage"], of_second], ignore_index=True)
    fill(tmp_path, tables)
    assert_agreement(metrics.open_shop(tmp_path), Oracle({**tables, **people}), random.Random(3), few=2)


def test_an_imported_shop_agrees_with_the_oracle(tmp_path: Path) -> None:
    spec = ShopSpec("甲店", 5, 120, frozenset({"no contacts"}))
    people, made = typed_by_people(tmp_path / "store"), make_shop(spec)
    as_csv = {name: made[name] for name in ("order_lines", "disputes", "products")}
    as_parquet = {name: frame for name, frame in made.items() if name not in as_csv}
    files = write(as_csv, tmp_path / "exports", "csv") + write(as_parquet, tmp_path / "exports", "parquet")
    store = Store(tmp_path / "store")
    import_files(files, store=store, profile="generic", shop=spec.name, as_of=AS_OF.to_pydatetime())
    shop = metrics.open_shop(store.root)
    tables = contract([made])
    # Which batch a line is of is settled at import, and has tests of its own.
    batches = shop.sql("SELECT order_id, line_id, batch_id, batch_source FROM order_lines")
    lines = tables["order_lines"].drop(columns=["batch_id", "batch_source"]).merge(batches, on=["order_id", "line_id"])
    tables["order_lines"] = lines.astype(object).where(lines.notna(), None)
    assert as_stored(shop, made) == {name: len(frame) for name, frame in made.items()}
    assert_agreement(shop, Oracle({**tables, **people}), random.Random(5), few=1)


def as_stored(shop: metrics.Shop, made: dict[str, pd.DataFrame]) -> dict[str, int]:
    """Count the rows of each table that stand in the store exactly as they were made, cell by cell."""
    counts = {}
    for name, frame in made.items():
        names = [column for column in columns_of(name) if column in frame and column != "batch_id"]
        types = columns_of(name)
        casts = ", ".join(f"CAST({column} AS VARCHAR) AS {column}" for column in names)
        stored = shop.sql(f"SELECT {casts} FROM {name}")
        told = {tuple(None if pd.isna(cell) else cell for cell in row) for row in stored.itertuples(index=False)}
        given = [tuple(as_text(row[c], types[c]) for c in names) for row in frame.to_dict("records")]
        counts[name] = sum(row in told for row in given)
    return counts


def as_text(value: Any, kind: str) -> str | None:
    if pd.isna(value):
        return None
    if kind.startswith("DECIMAL"):
        return f"{value:.4f}"
    if kind in ("TIMESTAMP", "DATE"):
        return pd.Timestamp(value).strftime("%Y-%m-%d %H:%M:%S" if kind == "TIMESTAMP" else "%Y-%m-%d")
    if kind == "BOOLEAN":
        return str(bool(value)).lower()
    return str(int(value)) if kind == "BIGINT" else str(value)
