from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from metrics.meeting import Meeting
from metrics.warehouse.engine import open_reader
from metrics.warehouse.store import STORAGE_VERSION, Store
from metrics.words import LANGUAGES, Finding, Refused, say
from tests.metrics.warehouse import clean_shop

ROOT = Path(__file__).parents[3]


def lines(store: Store, number: int | None = None) -> int:
    current = store.current if number is None else number
    assert current is not None
    reader = open_reader(store.path(current))
    try:
        return int(reader.sql("SELECT COUNT(*) AS lines FROM sold_lines")["lines"][0])
    finally:
        reader.close()


def add_order(store: Store, name: str) -> None:
    with store.build() as build:
        build.con.execute(
            "INSERT INTO order_lines BY NAME SELECT * REPLACE ($1 AS order_id) FROM order_lines WHERE order_id = 'O5'",
            [name],
        )
        build.touch(f"SELECT '甲店' AS shop, '{name}' AS order_id")


def left_behind(store: Store) -> list[str]:
    return sorted(path.name for path in store.root.glob("building_*"))


# ── where it lies ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_named_folder_comes_before_the_setting_and_the_setting_before_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AFTERSALES_STORE", raising=False)
    assert Store.locate() == Path("data/store")
    monkeypatch.setenv("AFTERSALES_STORE", "elsewhere")
    assert Store.locate() == Path("elsewhere")
    assert Store.locate("named") == Path("named")


def test_looking_at_an_empty_store_creates_nothing(store: Store) -> None:
    assert store.current is None
    assert store.versions() == []
    assert not store.root.exists()


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_build_publishes_the_next_version_and_leaves_the_one_before_as_it_was(clean: Store) -> None:
    before = clean.path(1).read_bytes()
    add_order(clean, "O6")
    assert [(version.number, version.current) for version in clean.versions()] == [(1, False), (2, True)]
    assert (lines(clean, 1), lines(clean, 2)) == (6, 7)
    assert clean.path(1).read_bytes() == before


def test_a_version_tells_its_as_of_as_the_earliest_end_of_orders_and_tickets(clean: Store) -> None:
    with clean.build() as build:
        build.con.execute(
            "INSERT INTO coverage VALUES ('甲店', 'other', 'tickets', NULL, '2026-10-31 08:00', FALSE, TRUE, FALSE),"
            "('甲店', 'other', 'surveys', NULL, '2026-10-01', FALSE, TRUE, NULL)"
        )
    first, second = clean.versions()
    assert first.as_of == datetime(2026, 11, 1)
    assert second.as_of == datetime(2026, 10, 31, 8)


def test_a_published_file_is_readable_by_older_engines_and_has_no_log_beside_it(clean: Store) -> None:
    assert not list(clean.root.glob("*.wal"))
    add_order(clean, "O6")
    with duckdb.connect(":memory:") as con:
        con.execute(f"ATTACH '{clean.path(2)}' AS version (READ_ONLY)")
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'version'").fetchone()
    assert tags is not None
    assert tags[0]["storage_version"].startswith(STORAGE_VERSION)


def test_an_exception_publishes_nothing(clean: Store) -> None:
    class Broken(Exception):
        pass

    def break_off() -> None:
        with clean.build() as build:
            build.con.execute("DELETE FROM order_lines")
            raise Broken

    with pytest.raises(Broken):
        break_off()
    assert (clean.current, lines(clean), left_behind(clean)) == (1, 6, [])


def test_a_discarded_build_publishes_nothing(clean: Store) -> None:
    with clean.build() as build:
        build.con.execute("DELETE FROM order_lines")
        build.discard()
    assert (clean.current, lines(clean), left_behind(clean)) == (1, 6, [])
    add_order(clean, "O6")
    assert clean.current == 2  # the number was not used up


def test_the_last_three_stay_and_pinned_ones(clean: Store) -> None:
    add_order(clean, "O6")
    clean.pin(2)
    for name in ("O7", "O8", "O9"):
        add_order(clean, name)
    assert [(version.number, version.pinned) for version in clean.versions()] == [
        (2, True),
        (3, False),
        (4, False),
        (5, False),
    ]
    clean.unpin(2)
    add_order(clean, "O10")
    assert [version.number for version in clean.versions()] == [4, 5, 6]


def test_rolling_back_makes_an_earlier_version_the_current_one_and_the_next_build_starts_there(clean: Store) -> None:
    add_order(clean, "O6")
    clean.rollback(1)
    assert (clean.current, lines(clean)) == (1, 6)
    add_order(clean, "O7")
    assert clean.current == 3  # numbers are never given twice
    reader = open_reader(clean.path(3))
    assert reader.sql("SELECT order_id FROM order_lines ORDER BY order_id")["order_id"].tolist()[-2:] == ["O5", "O7"]
    reader.close()


def test_a_version_that_is_not_there_is_refused_with_those_that_are(clean: Store) -> None:
    for ask in (clean.rollback, clean.pin, clean.unpin, clean.path):
        with pytest.raises(Refused, match=r"has no version 9\. It has: 1"):
            ask(9)


def test_a_damaged_current_is_refused_and_mended_by_rolling_back(clean: Store) -> None:
    (clean.root / "CURRENT").write_text("???")
    with pytest.raises(Refused, match="damaged"):
        _ = clean.current
    clean.rollback(1)
    assert clean.current == 1


# ── checks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_failed_check_publishes_nothing_and_says_which_rows(clean: Store) -> None:
    def import_twice() -> None:
        with clean.build() as build:
            build.con.execute("INSERT INTO tickets FROM tickets WHERE ticket_id = 'T2'")

    with pytest.raises(Refused, match="table_name tickets, key 甲店 T2, rows 2"):
        import_twice()
    assert (clean.current, lines(clean), left_behind(clean)) == (1, 6, [])


def test_warnings_are_kept_in_the_version_and_told_by_the_build(clean: Store) -> None:
    with clean.build() as build:
        build.con.execute("UPDATE surveys SET order_id = 'nowhere'")
    assert [(found.check, found.rows) for found in build.warnings] == [("surveys_without_order", 1)]
    reader = open_reader(clean.path(2))
    kept = reader.sql("SELECT check_name, level, rows, sample FROM check_results").values.tolist()
    assert kept == [["surveys_without_order", "warn", 1, "shop 甲店, survey_id S1, order_id nowhere"]]
    reader.close()


# ── what people typed ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_build_takes_over_what_people_typed_and_never_writes_to_their_file(clean: Store) -> None:
    assert not (clean.root / "meeting.sqlite").exists()
    meeting = Meeting(clean.root / "meeting.sqlite")
    meeting.add_policy("response_hours", datetime(2026, 10, 1), 2, author="li")
    meeting.map_reason("色差", "other", "none", author="li")
    before = hashlib.sha256(meeting.path.read_bytes()).hexdigest()
    with clean.build():
        pass
    assert hashlib.sha256(meeting.path.read_bytes()).hexdigest() == before
    reader = open_reader(clean.path(2))
    assert reader.sql("SELECT reason, liable FROM reasons WHERE reason_text = '色差'").values.tolist() == [
        ["other", "none"]
    ]
    answers = reader.sql("SELECT SUM(answered_in_time) AS in_time, SUM(due) AS due FROM handled_tickets")
    assert answers.values.tolist() == [[0, 3]]  # answered after 3 hours or not yet, and 2 are allowed now
    reader.close()


def test_verdicts_are_taken_over_by_a_version_and_one_from_before_them_gets_the_table(clean: Store) -> None:
    with duckdb.connect(str(clean.path(1))) as old:  # as a version was before people gave verdicts
        old.execute("DROP TABLE verdicts")
    meeting, day = Meeting(clean.root / "meeting.sqlite"), date(2026, 11, 1)
    meeting.give_verdict("甲店", "001", "B1", "confirmed", judged_on=day, author="li")
    meeting.give_verdict("甲店", "001", "B1", "false_alarm", judged_on=day, author="wang")
    meeting.give_verdict("甲店", "002", "B2", "confirmed", judged_on=day, author="li")
    meeting.withdraw_verdict("甲店", "002", "B2", judged_on=day, author="li")
    for version in (2, 3):
        with clean.build():
            pass
        reader = open_reader(clean.path(version))
        kept = reader.sql("SELECT * FROM verdicts")
        assert kept.astype(str).values.tolist() == [["甲店", "001", "B1", "false_alarm", "2026-11-01"]]
        reader.close()
    meeting.withdraw_verdict("甲店", "001", "B1", judged_on=day, author="li")
    with clean.build():
        pass
    reader = open_reader(clean.path(4))
    assert reader.sql("SELECT * FROM verdicts").empty
    reader.close()


# ── one importer at a time ───────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def child(script: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run a script in another process, and end it with the block."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


HOLDING = """
import sys, time
from pathlib import Path
from metrics.warehouse.store import Store
with Store(Path(sys.argv[1])).build():
    print("building", flush=True)
    time.sleep(600)
"""


def test_a_second_importer_is_refused_with_who_is_at_work_and_since_when(clean: Store) -> None:
    with child(HOLDING, clean.root) as process:
        assert read_line(process) == "building"
        with pytest.raises(Refused) as refusal:
            add_order(clean, "O6")
        values = refusal.value.finding.values
        assert values["pid"] == process.pid
        assert 0 <= float(values["minutes"]) < 2
        assert str(clean.root) in str(refusal.value)
        with pytest.raises(Refused, match="Another import"):
            clean.rollback(1)
    add_order(clean, "O6")  # the dead process holds nothing
    assert lines(clean) == 7


# ── killed ───────────────────────────────────────────────────────────────────────────────────────────────────────────

KILLED = """
import sys, time
from pathlib import Path
from metrics.warehouse.store import Store

root, point = Path(sys.argv[1]), sys.argv[2]

def stop():
    print("here", flush=True)
    time.sleep(600)

steps = 0
def count(finding):
    global steps
    if point == str(steps) or point == finding.code:
        stop()
    steps += 1

if point == "named":
    Store._point_to = lambda self, path: stop()

with Store(root).build(progress=count) as build:
    build.con.execute("UPDATE order_lines SET quantity = 5")
    if point == "updated":
        stop()
    build.con.execute("DELETE FROM tickets")
    build.touch_all()
    if point == "deleted":
        stop()
"""
"""Loaded anew for each point: a fork of a process in which engines have threads may wait for ever for one of them."""

POINTS = [
    "0",
    "updated",
    "deleted",
    "1",
    "3",
    "7",
    "12",
    "store.step_rollup",
    "store.step_write",
    "store.step_publish",
    "named",
]


@pytest.mark.parametrize("point", POINTS)
def test_a_build_killed_at_any_point_leaves_the_current_version_intact_and_the_next_build_works(
    clean: Store, point: str
) -> None:
    before = clean.path(1).read_bytes()
    with child(KILLED, clean.root, point) as process:
        assert read_line(process) == "here"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    if point not in ("0", "named"):  # before the copy, and after it got its name, there is nothing to clean up
        assert left_behind(clean)
    assert (clean.current, lines(clean)) == (1, 6)
    assert clean.path(1).read_bytes() == before

    add_order(clean, "O6")
    assert left_behind(clean) == []
    assert lines(clean) == 7
    assert clean.current == (3 if point == "named" else 2)


# ── readers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

READING = """
import sys, time
from pathlib import Path
from metrics.warehouse.engine import open_reader
from metrics.warehouse.store import Store

store = Store(Path(sys.argv[1]))
while True:
    number = store.current
    reader = open_reader(store.path(number))
    found = reader.sql("SELECT COUNT(*) AS lines, SUM(units) AS units FROM sold_lines")
    print(number, int(found["lines"][0]), int(found["units"][0]), flush=True)
    reader.close()
    time.sleep(0.05)  # time enough for an import to happen between two answers, and for others on the machine
"""


def test_readers_in_another_process_keep_answering_while_an_import_runs(clean: Store) -> None:
    with child(READING, clean.root) as reader:
        assert read_line(reader) == "1 6 9"
        with clean.build() as build:
            build.con.execute("UPDATE order_lines SET quantity = quantity + 1")
            build.touch_all()
            started = time.monotonic()
            answers = [read_line(reader) for _ in range(20)]  # they come while the private file is half changed
            assert set(answers) == {"1 6 9"}
            assert time.monotonic() - started < 60
        seen = read_line(reader)
        while seen == "1 6 9":  # asked before the version was published
            seen = read_line(reader)
        assert seen == "2 6 15"


def test_an_open_reader_keeps_its_version_when_a_newer_one_is_published(clean: Store) -> None:
    reader = open_reader(clean.path(1))
    for name in ("O6", "O7", "O8", "O9"):  # version 1 is pushed out while it is read
        add_order(clean, name)
    assert reader.sql("SELECT COUNT(*) AS lines FROM sold_lines")["lines"][0] == 6
    assert lines(clean) == 10
    reader.close()


def test_each_step_is_told_in_both_languages(store: Store) -> None:
    told: list[Finding] = []
    for _ in range(2):
        with store.build(progress=told.append) as build:
            if build.number == 1:
                clean_shop.fill(build)
    assert {finding.code for finding in told} >= {"store.step_copy", "store.step_fact", "store.step_publish"}
    assert all(say(finding, language) for finding in told for language in LANGUAGES)


def test_a_version_from_before_a_column_existed_gets_it_empty(tmp_path: Path) -> None:
    """Nobody has to import everything anew because a later release asks one thing more of a list."""
    store = Store(tmp_path)
    with store.build() as build:
        clean_shop.fill(build)
    old = store.path(store.current or 0)
    with duckdb.connect(str(old)) as con:
        con.execute("ALTER TABLE followups DROP COLUMN answered")
    with store.build() as build:
        build.touch_all()
    reader = open_reader(store.path(store.current or 0))
    try:
        told = reader.sql("SELECT customer_id, contacted_at, answered FROM followups")
    finally:
        reader.close()
    assert told["customer_id"].tolist() == ["C1"]
    assert told["contacted_at"].notna().all(), "what was known stays"
    assert told["answered"].isna().all()
