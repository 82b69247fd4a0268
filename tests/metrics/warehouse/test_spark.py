"""The facts are portable SQL: Spark makes of the same text, row for row, what DuckDB made of it."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pytest

from metrics.warehouse.fact_file import read_facts
from tests.metrics.filled import contract, fill, typed_by_people
from tests.metrics.shops import ShopSpec, make_shop

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

spark_sql = pytest.importorskip("pyspark.sql", reason="Spark is in an extra of its own: uv run --extra spark pytest …")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Spark needs Java 17 or newer, and there is none on this machine", allow_module_level=True)

# No frame passes between the two: rows come over as Python values.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")

FACTS = read_facts()
KEPT = [file.name for file in FACTS.values() if file.is_published]
ROLLUPS = [(file.name, table) for file in FACTS.values() for table in file.rollups]
SHOPS = [
    ShopSpec("甲店", 1, 150, frozenset()),
    ShopSpec("乙店", 2, 60, frozenset({"tickets undated", "no disputes", "some returns unrecorded"})),
    ShopSpec("丙店", 3, 40, frozenset({"no tickets", "no products", "no customers", "no batches"})),
]

Rows = Counter[tuple[str | None, ...]]


@dataclass(frozen=True)
class Engines:
    """One version of a store, opened by DuckDB, and its tables given to Spark, which made facts of its own."""

    duck: duckdb.DuckDBPyConnection
    spark: SparkSession

    def assert_same(self, on_duckdb: str, on_spark: str) -> None:
        """Hold the answers of the two against each other, every column of every row."""
        ours, theirs = self.duck.execute(on_duckdb), self.spark.sql(on_spark)
        assert [column[0] for column in ours.description] == theirs.columns
        here, there = as_text(ours.fetchall()), as_text(theirs.collect())
        assert here, "there are no rows, so nothing was proved"
        only_here, only_there = [*(here - there).elements()], [*(there - here).elements()]
        assert (only_here[:3], only_there[:3]) == ([], [])


def as_text(rows: Iterable[Sequence[object]]) -> Rows:
    """Count rows by the text of their values, which tells 1 from 1.00 and an integer from a truth value."""
    return Counter(tuple(None if value is None else str(value) for value in row) for row in rows)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        # For a few hundred rows, planning and compiling the queries well would take most of the time.
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark")),
        "spark.ui.enabled": "false",
        # No shop is there: a time that passed through the zone of the session would come out shifted.
        "spark.sql.session.timeZone": "America/St_Johns",
    }
    session = spark_sql.SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def engines(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    root = tmp_path_factory.mktemp("shops")
    typed_by_people(root / "store")
    store = fill(root / "store", contract(make_shop(spec) for spec in SHOPS))
    with duckdb.connect(str(store.path(1)), read_only=True) as duck:
        for table in {name for file in FACTS.values() for name in file.reads} - FACTS.keys():
            duck.execute(f"COPY {table} TO '{root / table}.parquet'")
            spark.read.parquet(f"{root / table}.parquet").createTempView(table)
        for file in FACTS.values():
            rows = spark.sql(file.sql)
            if file.kind == "view":
                rows.createTempView(file.name)
            else:
                rows.write.saveAsTable(file.name)
        yield Engines(duck, spark)


@pytest.mark.parametrize("name", KEPT)
def test_a_fact_is_the_same_on_spark(engines: Engines, name: str) -> None:
    engines.assert_same(f"FROM {name}", f"SELECT * FROM {name}")


@pytest.mark.parametrize(("fact", "rollup"), ROLLUPS, ids=[rollup for _, rollup in ROLLUPS])
def test_so_is_its_rollup_summed_there(engines: Engines, fact: str, rollup: str) -> None:
    by = ", ".join(FACTS[fact].rollups[rollup])
    sums = ", ".join(f"SUM({measure}) AS {measure}" for measure in FACTS[fact].measures)
    engines.assert_same(f"FROM {rollup}", f"SELECT {by}, {sums} FROM {fact} GROUP BY {by}")
