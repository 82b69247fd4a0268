"""A store filled straight from frames, without an import: what the facts and the query make of the contract alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

import metrics
from metrics.meeting import Meeting
from metrics.warehouse import store as warehouse
from metrics.warehouse.store import Build, Store
from tests.metrics.oracle import Oracle
from tests.metrics.shops import AS_OF, ShopSpec, Tables, make_shop

CONTRACT = (Path(warehouse.__file__).parent / "tables.sql").read_text(encoding="utf-8")
FILLED = (
    "products",
    "batches",
    "customers",
    "order_lines",
    "tickets",
    "offers",
    "disputes",
    "surveys",
    "followups",
    "shops",
    "coverage",
)


@cache
def columns_of(table: str) -> dict[str, str]:
    """Return the columns of a table of the contract and their types."""
    body = re.search(rf"CREATE TABLE {table} \((.*?)\n\);", CONTRACT, re.DOTALL)
    assert body is not None
    return dict(re.findall(r"^    (\w+) +(\w+(?:\([\d, ]+\))?)", body[1], re.MULTILINE))


def contract(shops: Iterable[Tables], source: str = "generic", as_of: pd.Timestamp = AS_OF) -> Tables:
    """Return the tables of the contract that these shops come to, each told of by one source until `as_of`."""
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in FILLED}
    for tables in shops:
        name = tables["order_lines"]["shop"].iloc[0]
        for table, frame in tables.items():
            parts[table].append(frame.assign(source=source, import_id=1))
            dated = table != "tickets" or bool(frame["requested_at"].notna().any())
            row = {"shop": name, "source": source, "table_name": table, "covered_until": as_of, "dated": dated}
            row |= {"until_assumed": False}
            if table == "tickets":
                row["refund_dated"] = bool(frame["refunded_at"].notna().any())
            parts["coverage"].append(pd.DataFrame([row]))
        parts["shops"].append(pd.DataFrame([{"shop": name, "time_zone": "Asia/Shanghai", "as_of": as_of}]))
    return {table: _typed(table, frames) for table, frames in parts.items()}


def _typed(table: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    names = columns_of(table)
    known: dict[str, list[Any]] = {name: [] for name in names}
    for frame in frames:  # column by column in plain Python: pandas asks about every cell several times over
        for name, cells in known.items():
            cells += _cells(frame[name]) if name in frame else [None] * len(frame)
    return pd.DataFrame(known, dtype=object)


def _cells(column: pd.Series[Any]) -> list[Any]:
    """Return the values of a column as objects, with None for each that is absent."""
    absent = column.isna().to_numpy()
    return [None if gone else value for value, gone in zip(column.astype(object), absent, strict=True)]


def fill(root: Path, tables: Mapping[str, pd.DataFrame]) -> Store:
    """Publish a version of a store that holds these tables, and nothing of what stood there before."""
    store = Store(root)
    with store.build() as build:
        for name in FILLED:
            put(build, name, tables[name])
        build.touch_all()
    return store


def put(build: Build, table: str, frame: pd.DataFrame) -> None:
    """Make a table of a build hold exactly these rows."""
    build.con.execute(f"DELETE FROM {table}")
    if frame.empty:
        return
    types = columns_of(table)
    text = {name: [None if v is None else str(v) for v in _cells(frame[name])] for name in types}
    plain = pa.table({name: pa.array(cells, pa.string()) for name, cells in text.items()})
    build.con.register("given", plain)
    casts = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in types.items())
    build.con.execute(f"INSERT INTO {table} SELECT {casts} FROM given")
    build.con.unregister("given")


def typed_by_people(root: Path) -> Tables:
    """Return policies and reasons as a build of this store takes them, with a stricter rule from October on."""
    meeting = Meeting(root / "meeting.sqlite")
    if meeting.revision == 0:
        meeting.add_policy("response_hours", datetime(2026, 10, 1), 12, author="test")
    rules = [each[:3] for each in meeting.policies()]
    return {
        "policies": pd.DataFrame(rules, columns=["name", "effective_from", "value"]),
        "reasons": pd.DataFrame(meeting.reasons(), columns=["reason_text", "reason", "liable"]),
    }


def opened(root: Path, shops: Sequence[ShopSpec]) -> tuple[metrics.Shop, Oracle]:
    """Return a store filled with these shops, and the oracle that knows them."""
    people, tables = typed_by_people(root), contract([make_shop(spec) for spec in shops])
    fill(root, tables)
    return metrics.open_shop(root), Oracle({**tables, **people})


def derived(shop: metrics.Shop) -> dict[str, list[tuple[str, ...]]]:
    """Return every fact and rollup as sorted rows of text, so that two stores can be compared row for row."""
    names = shop.sql("SELECT DISTINCT table_name FROM fact_builds ORDER BY table_name")["table_name"]
    rows = {}
    for name in names:
        columns = ", ".join(f'CAST("{column}" AS VARCHAR) AS "{column}"' for column in sorted(shop.columns(name)))
        frame = shop.sql(f"SELECT {columns} FROM {name}").fillna("∅")
        rows[name] = sorted(frame.itertuples(index=False, name=None))
    return rows
