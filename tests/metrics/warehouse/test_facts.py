from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from metrics.meeting import Meeting
from metrics.warehouse.fact_file import FactFile, read_facts
from metrics.warehouse.facts import FactsRun
from metrics.warehouse.store import Store

FACTS = read_facts()
MADE = [table for file in FACTS.values() if file.is_published for table in (file.name, *file.rollups)]

# ── what the first lines say ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_lines_say_how_a_fact_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "sold.sql"
    path.write_text(
        "-- fact: one row per line; a colon in prose: means nothing.\n"
        "-- incremental: order\n"
        "-- reads: order_lines, tickets\n"
        "-- rollup sku: day, sku_id\n"
        "-- measures: lines,\n"
        "--   units\n"
        "SELECT 1 -- reads: nothing\n",
        encoding="utf-8",
    )
    file = FactFile.read(path)
    assert (file.name, file.kind, file.incremental) == ("sold", "fact", True)
    assert file.reads == ("order_lines", "tickets")
    assert file.measures == ("lines", "units")
    assert file.rollups == {"sold_sku": ("day", "sku_id")}


@pytest.mark.parametrize("file", FACTS.values(), ids=FACTS)
def test_a_fact_names_what_it_reads(clean: Store, file: FactFile) -> None:
    with duckdb.connect(str(clean.path(1))) as con:
        for view in FACTS.values():
            if view.kind == "view":  # as a table, because the names would be those that the view reads
                con.execute(f"CREATE TEMP TABLE {view.name} AS FROM ({view.sql}) LIMIT 0")
        assert con.get_table_names(file.sql) == set(file.reads)


@pytest.mark.parametrize("file", [file for file in FACTS.values() if file.rollups], ids=lambda file: str(file.name))
def test_a_rollup_sums_to_its_fact_and_begins_with_the_day(clean: Store, file: FactFile) -> None:
    sums = ", ".join(f"SUM({measure})" for measure in file.measures)
    with duckdb.connect(str(clean.path(1))) as con:
        whole = con.execute(f"SELECT {sums} FROM {file.name}").fetchone()
        for table, columns in file.rollups.items():
            assert columns[0] == "day"
            assert con.execute(f"SELECT {sums} FROM {table}").fetchone() == whole


# ── incremental equals whole ─────────────────────────────────────────────────────────────────────────────────────────

CHANGES: dict[str, tuple[str, str]] = {
    "an order is new": (
        "INSERT INTO order_lines BY NAME SELECT * REPLACE ('N1' AS order_id) FROM order_lines WHERE order_id = 'O1'",
        "VALUES ('甲店', 'N1')",
    ),
    "an order is gone": ("DELETE FROM order_lines WHERE order_id = 'O3'", "VALUES ('甲店', 'O3')"),
    "an order is paid on another day": (
        "UPDATE order_lines SET paid_at = '2026-10-28 08:00', province = '西藏' WHERE order_id = 'O2'",
        "VALUES ('甲店', 'O2')",
    ),
    "a line is cancelled": (
        "UPDATE order_lines SET cancelled = TRUE WHERE order_id = 'O1' AND line_id = '2'",
        "VALUES ('甲店', 'O1')",
    ),
    "a ticket is rejected": (
        "UPDATE tickets SET outcome = 'rejected' WHERE ticket_id = 'T2'",
        "SELECT shop, order_id FROM tickets WHERE ticket_id = 'T2'",
    ),
    "a ticket moves to another order": (
        "UPDATE tickets SET order_id = 'O5', line_id = NULL WHERE ticket_id = 'T2'",
        "VALUES ('甲店', 'O2'), ('甲店', 'O5')",
    ),
    "a ticket loses its order": (
        "UPDATE tickets SET order_id = NULL WHERE ticket_id = 'T3'",
        "VALUES ('甲店', 'O3'), ('甲店', NULL)",
    ),
    "a ticket without an order changes": (
        "UPDATE tickets SET type = 'repair' WHERE order_id IS NULL",
        "SELECT shop, order_id FROM tickets WHERE order_id IS NULL",
    ),
    "a dispute is ruled for the shop": (
        "UPDATE disputes SET liable = 'buyer'",
        "SELECT shop, order_id FROM disputes",
    ),
    "a dispute about another order": (
        "INSERT INTO disputes VALUES ('甲店', 'D2', NULL, 'O4', '2026-10-09', NULL, 'open')",
        "SELECT shop, order_id FROM disputes WHERE dispute_id = 'D2'",
    ),
    "a survey is answered": (
        "INSERT INTO surveys VALUES ('甲店', 'S2', 'O3', NULL, 1, '2026-10-28')",
        "VALUES ('甲店', 'O3')",
    ),
    "an offer is accepted": ("UPDATE offers SET accepted = TRUE", ""),
    "a product changes its category": ("UPDATE products SET category = '家居' WHERE sku_id = '001'", ""),
    "a product is forgotten": ("DELETE FROM products WHERE sku_id = '002'", ""),
    "a batch gets its supplier": ("UPDATE batches SET supplier = '丙厂' WHERE batch_id = 'B2'", ""),
    "a customer rises": ("UPDATE customers SET tier = '钻石' WHERE customer_id = 'C2'", ""),
    "disputes were never recorded": ("DELETE FROM coverage WHERE table_name = 'disputes'", ""),
    "tickets carry no time": (
        "UPDATE tickets SET requested_at = NULL; UPDATE coverage SET dated = FALSE WHERE table_name = 'tickets'",
        "SELECT shop, order_id FROM tickets",
    ),
    "the data reach further": ("UPDATE coverage SET covered_until = covered_until + INTERVAL 9 DAY", ""),
    "another shop joins": (
        """INSERT INTO shops VALUES ('乙店', 'Asia/Shanghai', NULL);
        INSERT INTO order_lines BY NAME SELECT * REPLACE ('乙店' AS shop) FROM order_lines WHERE order_id = 'O4';
        INSERT INTO coverage SELECT '乙店', * EXCLUDE (shop) FROM coverage WHERE shop = '甲店'""",
        "VALUES ('乙店', 'O4')",
    ),
}
"""What may come in, and the orders that the importer touches for it; what needs no touch is found by the build."""


def import_changes(store: Store, names: Sequence[str], *, whole: bool) -> None:
    with store.build() as build:
        if whole:
            build.touch_all()
        else:  # far more lines than any change touches, or all would be built anew anyway
            build.touch("SELECT '甲店' AS shop, 'O1' AS order_id")
        for name in names:
            change, touched = CHANGES[name]
            build.con.execute(change)
            if touched:
                build.touch(touched)


def differences(one: Path, other: Path) -> Iterator[tuple[str, list[object]]]:
    """Give each table that differs, with the rows that only one of two versions has."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{one}' AS one (READ_ONLY)")
        con.execute(f"ATTACH '{other}' AS other (READ_ONLY)")
        for table in MADE:
            a, b = f"FROM one.main.{table}", f"FROM other.main.{table}"
            rows = con.execute(f"({a} EXCEPT ALL {b}) UNION ALL ({b} EXCEPT ALL {a})").fetchall()
            if rows:
                yield table, [*rows]


@pytest.fixture(scope="module")
def wide(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clean shop, a ticket that names no order, and forty orders more, so that a change touches few lines."""
    root = tmp_path_factory.mktemp("wide") / "store"
    shutil.copytree(published, root)
    with Store(root).build() as build:
        build.con.execute(
            "INSERT INTO order_lines BY NAME "
            "SELECT l.* REPLACE ('X' || n AS order_id, NULL AS customer_id, 'S' || n AS sku_id) "
            "FROM order_lines AS l, range(40) AS r (n) WHERE l.order_id = 'O5'"
        )
        build.con.execute(
            "INSERT INTO tickets BY NAME SELECT * REPLACE ('T4' AS ticket_id, NULL AS order_id, NULL AS line_id) "
            "FROM tickets WHERE ticket_id = 'T2'"
        )
        build.touch_all()
    return root


def compare(wide: Path, folder: Path, names: Sequence[str]) -> None:
    stores = {}
    for whole in (False, True):
        root = folder / ("whole" if whole else "by order")
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(wide, root)
        stores[whole] = Store(root)
        import_changes(stores[whole], names, whole=whole)
    assert list(differences(stores[False].path(3), stores[True].path(3))) == []


@pytest.mark.parametrize("name", CHANGES)
def test_a_build_by_touched_orders_equals_a_whole_one_row_for_row(wide: Path, tmp_path: Path, name: str) -> None:
    compare(wide, tmp_path, [name])
    root = tmp_path / "by order"
    changed = differences(Store(root).path(2), Store(root).path(3))
    assert next(changed, None), "the change shows nowhere, so nothing was proved"


@settings(
    max_examples=4,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(names=st.lists(st.sampled_from(sorted(CHANGES)), min_size=4, max_size=8, unique=True))
def test_so_do_many_changes_at_once(wide: Path, tmp_path: Path, names: list[str]) -> None:
    compare(wide, tmp_path, names)


def test_changed_rules_and_reasons_reach_the_facts_without_a_touch(clean: Store, tmp_path: Path) -> None:
    shutil.copytree(clean.root, tmp_path / "whole")
    for root, whole in ((clean.root, False), (tmp_path / "whole", True)):
        Meeting(root / "meeting.sqlite").map_reason("尺码不合适", "not_as_described", "merchant", author="li")
        with Store(root).build() as build:
            if whole:
                build.touch_all()
    assert list(differences(clean.path(2), tmp_path / "whole" / clean.path(2).name)) == []
    with duckdb.connect(str(clean.path(2)), read_only=True) as con:
        assert con.execute("SELECT SUM(quality_ever) FROM sold_lines").fetchone() == (2,)


# ── what is built anew, and what is left ─────────────────────────────────────────────────────────────────────────────

STAMPED = "-- fact: x\n-- incremental: order\n-- reads: order_lines{more}\n-- measures: lines\n-- rollup day: day\n"
ROWS = "SELECT CAST(l.paid_at AS DATE) AS day, l.shop, l.order_id, 1 AS lines, GEN_RANDOM_UUID() AS stamp FROM {source}"


class Folder:
    """A folder of facts, and a version that they are built in."""

    def __init__(self, root: Path, facts: Path) -> None:
        self.root, self.facts = root, facts
        self.facts.mkdir()

    def write(self, name: str, text: str) -> None:
        (self.facts / f"{name}.sql").write_text(text, encoding="utf-8")

    def refresh(self, *touched: str, change: str = "") -> None:
        before = self.root.with_name("before.duckdb")
        shutil.copyfile(self.root, before)
        with duckdb.connect(str(self.root)) as con:
            con.execute("CREATE TEMP TABLE touched_orders (shop VARCHAR, order_id VARCHAR)")
            for order in touched:
                con.execute("INSERT INTO touched_orders VALUES ('甲店', $1)", [order])
            con.execute(change or "SELECT 1")
            FactsRun(con, before=before, everything=False, folder=self.facts).refresh()

    def stamps(self, table: str = "stamped") -> dict[str, str]:
        with duckdb.connect(str(self.root), read_only=True) as con:
            return dict(con.execute(f"SELECT order_id, CAST(stamp AS VARCHAR) FROM {table}").fetchall())

    def tables(self) -> set[str]:
        with duckdb.connect(str(self.root), read_only=True) as con:
            return {str(row[0]) for row in con.execute("SELECT table_name FROM information_schema.tables").fetchall()}


@pytest.fixture
def folder(wide: Path, tmp_path: Path) -> Folder:
    root = tmp_path / "private.duckdb"
    shutil.copyfile(Store(wide).path(2), root)
    made = Folder(root, tmp_path / "facts")
    made.write("stamped", STAMPED.format(more="") + ROWS.format(source="order_lines AS l WHERE l.order_id <> 'O1'"))
    made.refresh()
    return made


def rebuilt(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {order for order, stamp in after.items() if before.get(order) != stamp}


def test_only_the_rows_of_touched_orders_are_built_anew(folder: Folder) -> None:
    before = folder.stamps()
    folder.refresh("O2", "O3")
    assert rebuilt(before, folder.stamps()) == {"O2", "O3"}


def test_nothing_is_built_anew_where_nothing_changed(folder: Folder) -> None:
    before = folder.stamps()
    folder.refresh()
    assert folder.stamps() == before


def test_a_changed_text_builds_the_fact_and_what_reads_it_anew(folder: Folder) -> None:
    reading = STAMPED.format(more="").replace("order_lines", "stamped")
    folder.write("over", reading + ROWS.format(source="stamped AS l").replace("l.paid_at", "l.day"))
    folder.refresh()
    before, over = folder.stamps(), folder.stamps("over")
    folder.refresh("O2")
    assert rebuilt(over, folder.stamps("over")) == {"O2"}
    folder.write("stamped", STAMPED.format(more="") + ROWS.format(source="order_lines AS l"))
    folder.refresh("O2")
    assert rebuilt(before, folder.stamps()) == rebuilt(over, folder.stamps("over")) == {*before, "O1"}


def test_a_changed_product_touches_just_the_orders_that_name_it(folder: Folder) -> None:
    named = "order_lines AS l LEFT JOIN products AS p ON p.shop = l.shop AND p.sku_id = l.sku_id"
    folder.write("stamped", STAMPED.format(more=", products") + ROWS.format(source=named))
    folder.refresh()
    before = folder.stamps()
    folder.refresh(change="UPDATE products SET category = '家居' WHERE sku_id = '001'")
    assert rebuilt(before, folder.stamps()) == {"O1", "O2", "O4"}


def test_a_table_that_no_order_names_is_compared_whole(folder: Folder) -> None:
    ruled = "order_lines AS l CROSS JOIN (SELECT MAX(value) AS most FROM policies)"
    folder.write("stamped", STAMPED.format(more=", policies") + ROWS.format(source=ruled))
    folder.refresh()
    before = folder.stamps()
    folder.refresh("O2")
    assert rebuilt(before, folder.stamps()) == {"O2"}
    folder.refresh(change="UPDATE policies SET value = 48 WHERE name = 'response_hours'")
    assert rebuilt(before, folder.stamps()) == {*before}


def test_a_rollup_follows_an_order_to_another_day(folder: Folder) -> None:
    folder.refresh("O2", change="UPDATE order_lines SET paid_at = '2026-10-03 08:00' WHERE order_id = 'O2'")
    with duckdb.connect(str(folder.root), read_only=True) as con:
        days = con.execute("SELECT strftime(day, '%m-%d'), lines FROM stamped_day ORDER BY day").fetchall()
    assert days == [("10-03", 2), ("10-04", 1), ("10-20", 41)]


def test_what_no_file_asks_for_any_more_is_dropped(folder: Folder) -> None:
    assert folder.tables() >= {"stamped", "stamped_day"}
    (folder.facts / "stamped.sql").unlink()
    folder.write("other", "-- view: x\n-- measures: n\n-- reads: shops\nSELECT shop, 1 AS n FROM shops")
    folder.refresh()
    assert "other" in folder.tables()
    assert not folder.tables() & {"stamped", "stamped_day", "sold_lines"}


def test_a_fact_may_become_a_view_and_a_table_again(folder: Folder) -> None:
    as_fact = (folder.facts / "stamped.sql").read_text(encoding="utf-8")
    folder.write("stamped", as_fact.replace("-- fact: x\n-- incremental: order", "-- view: x"))
    folder.refresh()
    folder.write("stamped", as_fact)
    folder.refresh()
    assert len(folder.stamps()) == 44


def test_no_fact_file_reads_the_clock() -> None:
    for file in FACTS.values():
        code = re.sub(r"--.*", "", file.sql)
        assert not re.search(r"\b(now|current_date|current_timestamp|today)\b", code, re.IGNORECASE), file.name
