"""How long a headline question takes: `shop.query`, bare SQL on the fact, pandas and polars, in one run.

    uv run python benchmarks/query.py                               1 and 10 million simulated lines
    uv run python benchmarks/query.py --lines 100_000_000           a hundred, or any other size

Every way answers from the same fact: `shop.query` and bare SQL in the store, pandas and polars on the fact's columns
written to Parquet. Each answer is checked against the others before it is timed, so nobody is fast by being wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
from rich.console import Console
from rich.table import Table

import metrics
from metrics.catalog import CATALOG, Reading
from metrics.ingest import import_files
from metrics.query import plan
from metrics.question import Question
from metrics.simulate import simulate
from metrics.warehouse.store import Store

RESULTS = Path(__file__).parent / "results"
README = Path(__file__).parent / "README.md"
RUNS = 7
COLUMNS = ("first", "shop.query", "SQL on the fact", "ratio", "pandas", "pandas, loaded", "polars")
# What pandas is quick with: a date or a decimal of Parquet would be one Python object a row to it.
KINDS = {"day": "TIMESTAMP", "cost": "DOUBLE", "refund_amount_30": "DOUBLE", "refundable_amount": "DOUBLE"}


@dataclass(frozen=True)
class Headline:
    """A question of the overview, and what it comes down to: a table, its rows, two sums and a key."""

    title: str
    question: Question
    numerator: str
    key: str

    @property
    def reading(self) -> Reading:
        """Fact and columns, as the catalogue names them."""
        return CATALOG[self.question.metric].readings[self.question.reading_asked]

    @property
    def columns(self) -> list[str]:
        """The columns of the fact that the question needs."""
        key = "day" if self.key == "week" else self.key
        day = ["day"] if self.age else []
        return list(dict.fromkeys([key, *day, self.numerator, self.reading.denominator]))

    @property
    def age(self) -> int:
        """Days that a row must be old to count."""
        return self.question.age if self.question.reading_asked == "same_age" else (self.reading.settled_after or 0)


HEADLINES = (
    Headline(
        "refund rate by week, 7 days old",
        Question("refund_rate", grain="week", reading="same_age"),
        "refunded_7",
        "week",
    ),
    Headline("refund rate by category", Question("refund_rate", by=("category",)), "refunded_30", "category"),
    Headline("refund rate by SKU", Question("refund_rate", by=("sku_id",)), "refunded_30", "sku_id"),
    Headline("refund rate by warehouse", Question("refund_rate", by=("warehouse",)), "refunded_30", "warehouse"),
    Headline(
        "refund rate of money by province",
        Question("refund_rate_amount", by=("province",)),
        "refund_amount_30",
        "province",
    ),
    Headline(
        "dispute rate by week, 7 days old",
        Question("dispute_rate", grain="week", reading="same_age"),
        "disputed_7",
        "week",
    ),
    Headline("satisfaction by week", Question("satisfaction", grain="week"), "satisfied", "week"),
    Headline("answered in time by week", Question("response_in_time", grain="week"), "answered_in_time", "week"),
    Headline("after-sales cost by week", Question("aftersales_cost", grain="week"), "cost", "week"),
)


@dataclass(frozen=True)
class Timing:
    """What one question took, in milliseconds: the median of the runs, and the very first of `shop.query`."""

    lines: int
    title: str
    table: str
    first: float
    query: float
    sql: float
    pandas: float
    polars: float
    pandas_loaded: float

    @property
    def ratio(self) -> float:
        """`shop.query` over bare SQL: the promise is at most 1.1."""
        return self.query / self.sql


def main() -> None:
    """Run every size that was asked for, print a table for each and write all of it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, action="append", help="simulated order lines; may be given more than once")
    parser.add_argument("--keep", type=Path, help="keep the stores in this folder and use them again")
    asked = parser.parse_args()
    timings: list[Timing] = []
    with tempfile.TemporaryDirectory() as scratch:
        for lines in asked.lines or [1_000_000, 10_000_000]:
            folder = (asked.keep or Path(scratch)) / str(lines)
            timed = measure(lines, folder)
            show(lines, timed)
            timings += timed
    machine = {name: metadata.version(name) for name in ("duckdb", "pandas", "polars")}
    machine |= {"Python": platform.python_version(), "cores": str(os.cpu_count()), "runs": str(RUNS)}
    RESULTS.mkdir(exist_ok=True)
    rows = [asdict(timing) | {"ratio": timing.ratio} for timing in timings]
    written = {"machine": machine, "timings": rows}
    (RESULTS / "query.json").write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    if not asked.lines:
        publish(timings, machine)


def publish(timings: Sequence[Timing], machine: Mapping[str, str]) -> None:
    """Put a run of the usual sizes into the README of the benchmarks."""
    headers = ("lines", "question", "answered from", *COLUMNS)
    lines = [headers, ("---",) * 3 + ("---:",) * len(COLUMNS)]
    lines += [(f"{each.lines:,}", each.title, f"`{each.table}`", *cells(each)) for each in timings]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    on = ", ".join(f"{name} {value}" for name, value in machine.items())
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition("<!-- query -->\n")
    _, _, after = rest.partition("<!-- /query -->")
    block = f"<!-- query -->\nMilliseconds, medians; {on}.\n\n{table}<!-- /query -->"
    README.write_text(before + block + after, encoding="utf-8")


def measure(lines: int, folder: Path) -> list[Timing]:
    """Build the store once, then time every headline on it."""
    store = Store(folder / "store")
    if store.current is None:
        exports = folder / "exports"
        simulate(lines, exports)
        files = sorted(exports.glob("*.parquet"))
        import_files(files, store=store, profile="generic", shop="bench", as_of=None)
    shop = metrics.open_shop(store.root)
    assert shop.as_of is not None
    current = next(version.path for version in store.versions() if version.current)
    parquet = facts_as_parquet(current, folder)
    with duckdb.connect(str(current), read_only=True) as con:
        return [timing(headline, shop, con, parquet, lines) for headline in HEADLINES]


def facts_as_parquet(version: Path, folder: Path) -> dict[str, Path]:
    """Write the columns of each fact that the headlines read, for those who do not read the store."""
    written = {}
    with duckdb.connect(str(version), read_only=True) as con:
        for fact in {headline.reading.fact for headline in HEADLINES}:
            columns = sorted({name for each in HEADLINES if each.reading.fact == fact for name in each.columns})
            written[fact] = folder / f"{fact}.parquet"
            named = ", ".join(f"CAST({name} AS {KINDS[name]}) AS {name}" if name in KINDS else name for name in columns)
            con.execute(f"COPY (SELECT {named} FROM {fact}) TO '{written[fact]}' (FORMAT parquet)")
    return written


def timing(
    headline: Headline, shop: metrics.Shop, con: duckdb.DuckDBPyConnection, parquet: dict[str, Path], lines: int
) -> Timing:
    """Ask one headline every way, check that all say the same, and time each."""
    assert shop.as_of is not None
    last_day = shop.as_of.date() - timedelta(days=headline.age)
    source = parquet[headline.reading.fact]
    loaded = pd.read_parquet(source, columns=headline.columns)
    ways: dict[str, Callable[[], Any]] = {
        "query": lambda: shop.query(headline.question),
        "sql": lambda: with_sql(headline, con, last_day),
        "pandas": lambda: with_pandas(headline, pd.read_parquet(source, columns=headline.columns), last_day),
        "polars": lambda: with_polars(headline, source, last_day),
        "pandas_loaded": lambda: with_pandas(headline, loaded, last_day),
    }
    first, answer = clocked(ways["query"])
    for name in ("sql", "pandas", "polars"):
        check(headline, answer, ways[name](), name)
    took = {name: statistics.median(clocked(way)[0] for _ in range(RUNS)) for name, way in ways.items()}
    laid = plan(headline.question, shop)
    assert laid is not None
    return Timing(lines, headline.title, laid.table, first, **took)


def with_sql(headline: Headline, con: duckdb.DuckDBPyConnection, last_day: date) -> pd.DataFrame:
    """Ask as an analyst would who knows the fact table by heart."""
    key = "CAST(date_trunc('week', day) AS DATE)" if headline.key == "week" else headline.key
    reading = headline.reading
    return (
        con.cursor()
        .execute(
            f"SELECT {key} AS key, SUM({headline.numerator}) AS numerator, SUM({reading.denominator}) AS denominator "
            f"FROM {reading.fact} WHERE day <= ? GROUP BY 1 ORDER BY 1 NULLS LAST",
            [last_day],
        )
        .df()
    )


def with_pandas(headline: Headline, frame: pd.DataFrame, last_day: date) -> pd.DataFrame:
    """Ask in pandas."""
    if headline.age:
        frame = frame[frame["day"] <= pd.Timestamp(last_day)]
    key = frame[headline.key] if headline.key != "week" else frame["day"].dt.to_period("W").dt.start_time
    sums = frame.groupby(key.rename("key"), dropna=False)[[headline.numerator, headline.reading.denominator]].sum()
    return sums.set_axis(["numerator", "denominator"], axis=1).reset_index()


def with_polars(headline: Headline, source: Path, last_day: date) -> pd.DataFrame:
    """Ask in polars, lazily, so that it reads no more than it needs."""
    frame = pl.scan_parquet(source)
    if headline.age:
        frame = frame.filter(pl.col("day") <= last_day)
    key = pl.col("day").dt.truncate("1w") if headline.key == "week" else pl.col(headline.key)
    sums = frame.group_by(key.alias("key")).agg(
        pl.col(headline.numerator).sum().alias("numerator"),
        pl.col(headline.reading.denominator).sum().alias("denominator"),
    )
    return sums.sort("key", nulls_last=True).collect().to_pandas()


def check(headline: Headline, answer: pd.DataFrame, other: pd.DataFrame, way: str) -> None:
    """Stop where two ways disagree: the faster one would win by answering something else."""
    for column in ("numerator", "denominator"):
        if headline.question.metric == "aftersales_cost" and column == "denominator":
            continue  # a sum of money, and no ratio
        ours, theirs = (float(np.nansum(frame[column].astype(float))) for frame in (answer, other))
        if not np.isclose(ours, theirs, rtol=1e-9):
            raise SystemExit(f"{headline.title}: {column} is {ours} by shop.query and {theirs} by {way}.")


def clocked(ask: Callable[[], Any]) -> tuple[float, Any]:
    """Return the milliseconds that a call took, and its answer."""
    began = time.perf_counter()
    answer = ask()
    return (time.perf_counter() - began) * 1000, answer


def show(lines: int, timings: Sequence[Timing]) -> None:
    """Print one size as a table."""
    table = Table(title=f"{lines:,} order lines, milliseconds, median of {RUNS} runs", box=None)
    table.add_column("question")
    table.add_column("answered from")
    for header in COLUMNS:
        table.add_column(header, justify="right")
    for each in timings:
        table.add_row(each.title, each.table, *cells(each))
    Console(width=160).print(table)


def cells(timing: Timing) -> list[str]:
    """Return what a row of the table says, in the order of `COLUMNS`."""
    times = [timing.first, timing.query, timing.sql, None, timing.pandas, timing.pandas_loaded, timing.polars]
    return [f"{timing.ratio:.2f}" if took is None else f"{took:,.1f}" for took in times]


if __name__ == "__main__":
    main()
