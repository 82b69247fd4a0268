from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from metrics.warehouse import checks
from metrics.warehouse.checks import CheckResult, refuse_failures, run_checks
from metrics.warehouse.store import Store
from metrics.words import LANGUAGES, Refused, say

CONTRACT = (checks.FOLDER.parent / "tables.sql").read_text(encoding="utf-8")
KEYS = re.findall(r"-- key: (.*)\nCREATE TABLE (\w+)", CONTRACT)

OFFENCES = {
    "as_of_gap": "UPDATE coverage SET covered_until = '2026-10-30' WHERE table_name = 'tickets'",
    "batch_missing": "UPDATE order_lines SET batch_id = NULL WHERE order_id = 'O5'",
    "before_first_ticket": "UPDATE order_lines SET ordered_at = '2026-09-04 08:59' WHERE order_id = 'O1'",
    "closed_before_requested": "UPDATE tickets SET closed_at = requested_at - INTERVAL 1 SECOND WHERE ticket_id = 'T1'",
    "disputes_without_order": "UPDATE disputes SET order_id = 'O9'",
    "followups_without_ticket": "UPDATE followups SET ticket_id = 'T9'",
    "orders_without_payment": "UPDATE order_lines SET paid_at = NULL",
    "orphan_tickets": "UPDATE tickets SET order_id = 'O9' WHERE ticket_id = 'T3'",
    "refund_above_paid": "UPDATE tickets SET refund_amount = 99.01 WHERE ticket_id = 'T2'",
    "responded_before_requested": "UPDATE tickets SET responded_at = '2026-10-06 08:59' WHERE ticket_id = 'T2'",
    "returned_above_sold": "UPDATE tickets SET quantity = 3 WHERE ticket_id = 'T1'",
    "surveys_without_order": "UPDATE surveys SET order_id = 'O9'",
    "ticket_before_order": "UPDATE tickets SET requested_at = '2026-10-02 23:59' WHERE ticket_id = 'T3'",
    "tickets_of_one_type": "UPDATE tickets SET type = 'other', refund_amount = NULL",
    "tickets_without_time": "UPDATE tickets SET requested_at = NULL WHERE ticket_id = 'T3'",
    "unattributed_tickets": "UPDATE ticket_lines SET line_id = NULL WHERE ticket_id = 'T3'",
    "unmapped_reasons": "UPDATE tickets SET reason_text = '星座不合' WHERE ticket_id = 'T3'",
}
"""What makes the clean shop offend each check that warns: one row, and no other check minds."""

HARMLESS = {
    "exports a day apart": "UPDATE coverage SET covered_until = '2026-10-31' WHERE table_name = 'tickets'",
    "a tenth of the lines without batch": """
        INSERT INTO order_lines BY NAME
            SELECT l.* REPLACE ('X' || n AS order_id) FROM order_lines AS l, range(14) AS r (n) WHERE l.order_id = 'O5';
        UPDATE order_lines SET batch_id = NULL WHERE order_id IN ('O2', 'O3')""",
    "orders just 31 days before": "UPDATE order_lines SET ordered_at = '2026-09-04 09:00' WHERE order_id = 'O1'",
    "a refund of all that was paid": "UPDATE tickets SET refund_amount = 217 WHERE ticket_id = 'T1'",
    "a rejected ticket": "UPDATE tickets SET refund_amount = 500, outcome = 'rejected' WHERE ticket_id = 'T2'",
    "an unknown amount": "UPDATE order_lines SET amount = NULL WHERE order_id = 'O2'",
    "a ticket on the day of its order": "UPDATE tickets SET requested_at = '2026-10-03' WHERE ticket_id = 'T3'",
    "an exchange repeated": "UPDATE tickets SET quantity = 5 WHERE ticket_id = 'T3'",
    "refunds of no known type": "UPDATE tickets SET type = 'other'",
    "a ticket without a reason": "UPDATE tickets SET reason_text = NULL",
}


@pytest.fixture
def con(clean: Store) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(clean.path(1)))


def warned(con: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    refuse_failures(con)
    return run_checks(con, "warn")


def test_a_clean_shop_passes_every_check(con: duckdb.DuckDBPyConnection) -> None:
    assert warned(con) == []


def test_every_check_has_an_example_of_what_it_finds() -> None:
    assert {path.stem for path in checks.FOLDER.glob("*.sql")} == {*OFFENCES, "keys", "snapshots"}


@pytest.mark.parametrize("check", sorted(OFFENCES))
def test_an_offence_is_found_by_its_check_and_said_in_both_languages(
    con: duckdb.DuckDBPyConnection, check: str
) -> None:
    con.execute(OFFENCES[check])
    (found,) = warned(con)
    assert (found.check, found.level, found.rows) == (check, "warn", 1)
    assert "甲店" in found.sample
    for language in LANGUAGES:
        assert found.sample in say(found.finding, language)


@pytest.mark.parametrize("change", sorted(HARMLESS))
def test_what_only_looks_like_an_offence_passes(con: duckdb.DuckDBPyConnection, change: str) -> None:
    con.execute(HARMLESS[change])
    assert warned(con) == []


@pytest.mark.parametrize(("key", "table"), KEYS, ids=[table for _, table in KEYS])
def test_a_key_that_stands_twice_fails_in_every_table_of_the_contract(
    con: duckdb.DuckDBPyConnection, key: str, table: str
) -> None:
    columns = {str(row[0]): str(row[1]) for row in con.execute(f"DESCRIBE {table}").fetchall()}
    if table == "imports":
        con.execute("INSERT INTO imports VALUES (1, '甲店', 'a.csv', 'f00', 'jd', NULL, '2026-11-01', 1, 0, '{}')")
    if table == "verdicts":
        con.execute("INSERT INTO verdicts VALUES ('甲店', '001', 'B1', 'confirmed', '2026-11-01')")
    con.execute(f"INSERT INTO {table} FROM {table} ORDER BY ALL LIMIT 1")
    assert set(key.split(", ")) <= set(columns)
    with pytest.raises(Refused, match=rf"^1 keys stand more than once.*table_name {table}, key .*, rows 2$"):
        refuse_failures(con)


def test_a_key_may_share_a_part_with_another(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO order_lines BY NAME SELECT * REPLACE ('乙店' AS shop) FROM order_lines")
    refuse_failures(con)


@pytest.mark.parametrize(
    ("removal", "missing"),
    [
        ("DELETE FROM policies WHERE name = 'response_hours'", "missing response_hours"),
        ("DELETE FROM policies WHERE name = 'return_window_days'", "missing return_window_days"),
        ("DELETE FROM reasons", "missing reasons"),
    ],
)
def test_a_version_without_rules_or_reasons_fails(con: duckdb.DuckDBPyConnection, removal: str, missing: str) -> None:
    con.execute(removal)
    with pytest.raises(Refused, match=missing):
        refuse_failures(con)


def test_a_result_counts_all_rows_and_shows_the_first_five(tmp_path: Path) -> None:
    (tmp_path / "many.sql").write_text(
        "-- warn: store.check_keys\nSELECT range AS n FROM range(7000)", encoding="utf-8"
    )
    with duckdb.connect() as con:
        (found,) = run_checks(con, "warn", tmp_path)
    assert (found.rows, found.sample) == (7000, "n 0; n 1; n 2; n 3; n 4")
