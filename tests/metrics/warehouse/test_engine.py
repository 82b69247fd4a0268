from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from metrics.warehouse.engine import Reader, open_reader
from metrics.warehouse.store import Store
from metrics.words import Refused

frame_of_the_process = pd.DataFrame({"secret": [1]})


@pytest.fixture
def reader(clean: Store) -> Iterator[Reader]:
    opened = open_reader(clean.path(1))
    yield opened
    opened.close()


def test_tables_need_no_prefix_and_values_are_bound(reader: Reader) -> None:
    named = reader.sql("SELECT sku_id FROM order_lines WHERE order_id = $order", {"order": "O2"})
    placed = reader.sql("SELECT sku_id FROM order_lines WHERE order_id = ?", ["O2"])
    assert named["sku_id"].tolist() == placed["sku_id"].tolist() == ["001"]


def test_threads_may_share_a_reader(reader: Reader) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: reader.sql("SELECT $n AS n FROM order_lines LIMIT 1", {"n": n}), range(200)))
    assert [int(answer["n"][0]) for answer in answers] == list(range(200))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO shops VALUES ('x', 'y', NULL)",
        "DELETE FROM tickets",
        "DROP TABLE tickets",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY tickets TO 'tickets.csv'",
        "ATTACH 'other.duckdb' AS other",
        "SELECT * FROM frame_of_the_process",
        "SET memory_limit = '1TB'",
        "SET enable_external_access = true",
    ],
)
def test_nothing_can_be_written_or_reached_outside_the_version(reader: Reader, statement: str) -> None:
    with pytest.raises(duckdb.Error):
        reader.sql(statement)


def test_the_store_next_to_the_version_cannot_be_read(clean: Store, reader: Reader) -> None:
    (clean.root / "meeting.sqlite").write_text("private")
    with pytest.raises(duckdb.Error):
        reader.sql(f"SELECT * FROM read_text('{clean.root / 'meeting.sqlite'}')")


@pytest.mark.parametrize(
    "text", ["", "SELECT 1; SELECT 2", "DROP TABLE tickets", "EXPLAIN SELECT 1", "SET threads = 1"]
)
def test_only_one_select_may_be_typed(reader: Reader, text: str) -> None:
    with pytest.raises(Refused, match="Exactly one SELECT"):
        reader.untrusted(text, seconds=10)


@pytest.mark.parametrize(
    "text", ["SELEC 1", "SELECT nothing FROM tickets", "SELECT CAST(ticket_id AS INT) FROM tickets"]
)
def test_a_typed_query_that_is_wrong_is_answered_in_one_line(reader: Reader, text: str) -> None:
    with pytest.raises(Refused, match="cannot be run") as refusal:
        reader.untrusted(text, seconds=10)
    assert "\n" not in str(refusal.value)


def test_a_typed_query_that_runs_too_long_is_stopped_and_the_reader_stays_usable(reader: Reader) -> None:
    endless = "SELECT SUM(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b"
    with pytest.raises(Refused, match=r"more than 0\.2 s"):
        reader.untrusted(endless, seconds=0.2)
    assert reader.untrusted("SELECT COUNT(*) AS n FROM tickets", seconds=10)["n"][0] == 3


def test_memory_and_threads_are_bounded_by_settings(clean: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERSALES_MEMORY_LIMIT", "128MiB")
    monkeypatch.setenv("AFTERSALES_THREADS", "1")
    reader = open_reader(clean.path(1))
    asked = "SELECT current_setting('memory_limit') AS memory, current_setting('threads') AS threads"
    assert reader.sql(asked).values.tolist() == [["128.0 MiB", 1]]
    # What does not fit is put on the disk, although the connection is locked.
    larger = (
        "SELECT COUNT(*) AS n FROM (SELECT range, HASH(range) AS h FROM range(20000000) ORDER BY h) WHERE range >= 0"
    )
    assert reader.sql(larger)["n"][0] == 20_000_000
    reader.close()


@pytest.mark.parametrize(("name", "value"), [("AFTERSALES_MEMORY_LIMIT", "much"), ("AFTERSALES_THREADS", "two")])
def test_a_setting_that_is_not_understood_is_refused(
    clean: Store, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused, match=f"{name} .*{value}"):
        open_reader(clean.path(1))


def test_a_damaged_version_is_refused_by_name(clean: Store) -> None:
    with clean.path(1).open("r+b") as file:
        file.write(b"\0" * 4096)
    for ask in (lambda: open_reader(clean.path(1)), clean.versions):
        with pytest.raises(Refused, match=r"warehouse-000001\.duckdb is damaged"):
            ask()


def test_a_path_with_a_quote_in_it_can_be_opened(tmp_path: Path, published: Path) -> None:
    copy = tmp_path / "shop's.duckdb"
    copy.write_bytes(Store(published).path(1).read_bytes())
    reader = open_reader(copy)
    assert reader.sql("SELECT COUNT(*) AS n FROM tickets")["n"][0] == 3
    reader.close()
