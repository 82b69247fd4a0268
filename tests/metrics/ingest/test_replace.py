"""What an import replaces, and what it leaves as it was."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.ingest import TableChange
from metrics.words import Refused

if TYPE_CHECKING:
    from conftest import Desk

EXPORT = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["open", "approved", "rejected"]), st.integers(1, 28)), max_size=4
)

LINES = "order_id,line_id,sku_id,quantity,amount,province,ordered_at\n"
TICKETS = "ticket_id,order_id,type,outcome,requested_at,refund_amount,updated_at\n"
TMALL = "订单编号,总金额,买家实际支付金额,收货地址,订单创建时间,订单付款时间,退款金额\n"


def test_all_lines_of_an_order_in_the_file_are_replaced(desk: Desk) -> None:
    desk.bring_one(
        "order_lines.csv", LINES + "A,1,S,1,10,广东,2026-11-01\nA,2,S,1,20,广东,2026-11-01\nB,1,S,1,5,北京,2026-11-01\n"
    )
    report = desk.bring_one("order_lines.csv", LINES + "A,1,S,1,11,广东,2026-11-01\nA,3,S,1,30,广东,2026-11-01\n")
    assert desk.ask("SELECT order_id, line_id, amount FROM order_lines ORDER BY ALL") == [
        ("A", "1", Decimal(11)),
        ("A", "3", Decimal(30)),
        ("B", "1", Decimal(5)),
    ]
    assert report.changes["order_lines"] == TableChange(added=1, removed=1, cells={"amount": 1})


def test_only_the_columns_of_the_file_are_overwritten(desk: Desk) -> None:
    desk.bring_one("order_lines.csv", LINES + "A,1,S,2,10,广东,2026-11-01\n")
    desk.bring_one("order_lines.csv", "order_id,line_id,ordered_at,courier,amount\nA,1,2026-11-01,顺丰,12\n")
    assert desk.ask("SELECT sku_id, quantity, province, courier, amount FROM order_lines") == [
        ("S", 2, "广东", "顺丰", Decimal(12))
    ]


def test_an_empty_cell_of_a_column_that_the_file_brings_is_overwritten(desk: Desk) -> None:
    desk.bring_one("order_lines.csv", LINES + "A,1,S,2,10,广东,2026-11-01\n")
    desk.bring_one("order_lines.csv", LINES + "A,1,S,2,10,,2026-11-01\n")
    assert desk.ask("SELECT province FROM order_lines") == [(None,)]


def test_a_file_without_order_times_adds_its_columns_to_known_orders_only(desk: Desk) -> None:
    desk.bring_one("order_lines.csv", LINES + "A,1,S,2,10,广东,2026-11-01\nA,2,S,1,5,广东,2026-11-01\n")
    report = desk.bring_one("order_lines.csv", "order_id,line_id,courier\nA,1,顺丰\nX,1,京东\n")
    assert desk.ask("SELECT order_id, line_id, courier FROM order_lines ORDER BY ALL") == [
        ("A", "1", "顺丰"),
        ("A", "2", None),
    ]
    assert report.rows_rejected == 1
    assert "not in the store yet" in desk.rejected(report)[0]


def test_the_same_file_again_does_nothing(desk: Desk) -> None:
    path = desk.write("order_lines.csv", LINES + "A,1,S,1,10,广东,2026-11-01\n")
    assert desk.bring(path).version == 1
    again = desk.bring(path)
    assert again.version is None
    assert again.files[0].already_imported
    assert [version.number for version in desk.store.versions()] == [1]


def test_the_same_file_for_another_shop_is_another_import(desk: Desk) -> None:
    path = desk.write("order_lines.csv", LINES + "A,1,S,1,10,广东,2026-11-01\n")
    desk.bring(path)
    desk.bring(path, shop="second")
    assert desk.ask("SELECT shop, count(*) FROM order_lines GROUP BY 1 ORDER BY 1") == [("second", 1), ("shop", 1)]


def test_the_same_rows_in_another_file_change_nothing(desk: Desk) -> None:
    desk.bring_one("order_lines.csv", LINES + "A,1,S,1,10,广东,2026-11-01\n")
    report = desk.bring_one("order_lines.csv", LINES + "A,1,S,1,10.00, 广东 ,2026-11-01 00:00:00\n")
    assert report.changes["order_lines"].nothing
    assert desk.ask("SELECT DISTINCT import_id FROM order_lines") == [(1,)]


def test_a_newer_export_updates_a_ticket_and_an_older_one_is_skipped(desk: Desk) -> None:
    row = "T1,A,return,{},2026-11-01 10:00:00,{},{}\n"
    desk.bring_one("tickets.csv", TICKETS + row.format("open", "", "2026-11-02 10:00:00"))
    newer = desk.bring_one("tickets.csv", TICKETS + row.format("approved", "10", "2026-11-05 10:00:00"))
    assert newer.changes["tickets"].cells == {"outcome": 1, "refund_amount": 1}
    older = desk.bring_one("tickets.csv", TICKETS + row.format("rejected", "", "2026-11-03 10:00:00"))
    assert (older.older, older.rows_accepted) == (1, 0)
    assert desk.ask("SELECT outcome, refund_amount FROM tickets") == [("approved", Decimal(10))]


def test_where_no_row_has_a_time_of_its_own_the_export_s_time_decides(desk: Desk) -> None:
    body = "服务单号,订单编号,服务类型,申请时间,审核结果\nT1,A,退货,2026-11-01 10:00:00,{}\n"
    desk.bring_one("售后_20261110090000.csv", body.format("审核通过"))
    report = desk.bring_one("售后_20261105090000.csv", body.format("待审核"))
    assert report.older == 1
    assert desk.ask("SELECT outcome, updated_at FROM tickets") == [("approved", datetime(2026, 11, 10, 9))]


def test_without_any_time_the_later_import_wins(desk: Desk) -> None:
    body = "服务单号,订单编号,服务类型,申请时间,审核结果\nT1,A,退货,2026-11-01 10:00:00,{}\n"
    desk.bring_one("a.csv", body.format("审核通过"))
    desk.bring_one("b.csv", body.format("待审核"))
    assert desk.ask("SELECT outcome FROM tickets") == [("open",)]


def test_tickets_read_off_order_rows_go_with_their_order(desk: Desk) -> None:
    row = "{},100,100,上海,2020-02-20 10:00:0{},2020-02-20 10:01:00,{}\n"
    desk.bring_one("a.csv", TMALL + row.format(1, 1, 60) + row.format(2, 2, 40))
    report = desk.bring_one("b.csv", TMALL + row.format(1, 1, 0))
    assert desk.ask("SELECT ticket_id FROM tickets") == [("2",)]
    assert report.changes["tickets"].removed == 1


def test_tickets_of_their_own_file_stay_when_their_order_is_replaced(desk: Desk) -> None:
    desk.bring_one(
        "tickets.csv", "服务单号,订单编号,服务类型,申请时间,审核结果\nT1,A,退货,2026-11-01 10:00:00,待审核\n"
    )
    orders = "订单编号,商品编号,下单时间,订单状态\nA,S,2026-10-30 10:00:00,{}\n"
    desk.bring_one("o1.csv", orders.format("完成"))
    desk.bring_one("o2.csv", orders.format("已取消"))
    assert desk.ask("SELECT ticket_id FROM tickets") == [("T1",)]
    assert desk.ask("SELECT cancelled FROM order_lines") == [(True,)]


def test_a_file_saved_again_by_a_spreadsheet_takes_no_seconds_away(desk: Desk) -> None:
    desk.bring_one("a.csv", TMALL + "1,100,100,上海,2020-02-20 23:59:54,2020-02-21 00:00:02,0\n")
    report = desk.bring_one("b.csv", TMALL + "1,100,100,上海,2020/2/20 23:59,2020/2/21 0:00,0\n")
    assert report.changes["order_lines"].nothing
    assert desk.ask("SELECT ordered_at, paid_at FROM order_lines") == [
        (datetime(2020, 2, 20, 23, 59, 54), datetime(2020, 2, 21, 0, 0, 2))
    ]


def test_a_coarser_time_that_disagrees_does_replace(desk: Desk) -> None:
    desk.bring_one("a.csv", TMALL + "1,100,100,上海,2020-02-20 23:59:54,2020-02-21 00:00:02,0\n")
    desk.bring_one("b.csv", TMALL + "1,100,100,上海,2020/2/20 23:59,2020/2/21 0:07,0\n")
    assert desk.ask("SELECT paid_at FROM order_lines") == [(datetime(2020, 2, 21, 0, 7),)]


@pytest.mark.parametrize(("moved", "stops"), [(2, False), (3, True)])
def test_the_import_stops_when_more_than_a_fifth_of_the_known_orders_moved(desk: Desk, moved: int, stops: bool) -> None:
    """Two of ten are 20 %, and pass; three stop. Orders that the store does not know count for nothing."""
    row = "O{},1,S,1,10,广东,{}\n"
    desk.bring_one("order_lines.csv", LINES + "".join(row.format(n, "2026-11-01 10:00:00") for n in range(10)))
    second = "".join(
        row.format(n, "2026-11-01 10:02:00" if n < moved else "2026-11-01 10:00:59") for n in range(10)
    ) + "".join(row.format(n, "2026-11-02 10:00:00") for n in range(10, 30))
    if stops:
        with pytest.raises(Refused, match="3 of 10 orders"):
            desk.bring_one("order_lines.csv", LINES + second)
    else:
        desk.bring_one("order_lines.csv", LINES + second)
        assert desk.ask("SELECT count(*) FROM order_lines") == [(30,)]


def test_a_dry_run_says_what_would_change_and_publishes_nothing(desk: Desk) -> None:
    desk.bring_one("order_lines.csv", LINES + "A,1,S,1,10,广东,2026-11-01\nB,1,S,1,10,广东,2026-11-01\n")
    path = desk.write(
        "order_lines.csv", LINES + "A,1,S,3,12,广东,2026-11-01\nB,1,S,1,12,广东,2026-11-01\nC,1,S,1,1,广东,2026-11-01\n"
    )
    report = desk.bring(path, dry_run=True)
    assert report.version is None
    assert report.files[0].changes["order_lines"] == TableChange(added=1, cells={"quantity": 1, "amount": 2})
    assert desk.ask("SELECT count(*), sum(quantity) FROM order_lines") == [(2, 2)]
    assert desk.bring(path).version == 2  # the dry run has not been taken for an import


def test_lines_of_an_order_with_a_rejected_row_are_not_deleted(desk: Desk) -> None:
    desk.bring_one("order_lines.csv", LINES + "A,1,S,1,10,广东,2026-11-01\nA,2,S,1,20,广东,2026-11-01\n")
    desk.bring_one("order_lines.csv", LINES + "A,1,S,1,11,广东,2026-11-01\nA,2,S,1,twenty,广东,2026-11-01\n")
    assert desk.ask("SELECT line_id, amount FROM order_lines ORDER BY 1") == [("1", Decimal(11)), ("2", Decimal(20))]


def test_products_out_of_orders_fill_gaps_once_a_product_file_has_spoken(desk: Desk) -> None:
    row = "{0},2026-11-01 10:00:00,S{0},{{}},服饰\n"
    orders = "订单编号,下单时间,商品编号,商品名称,商品类目\n" + row.format(1) + row.format(2)
    desk.bring_one("o1.csv", orders.format("旧名", "旧名"))
    desk.bring_one("o2.csv", orders.format("新名", "新名"))
    assert desk.ask("SELECT DISTINCT product_name FROM products") == [("新名",)]
    desk.bring_one("products.csv", "商品编号,商品名称,成本价\nS1,正名,9.9\n")
    desk.bring_one("o3.csv", orders.format("又一名", "又一名"))
    assert desk.ask("SELECT sku_id, product_name, category, unit_cost FROM products ORDER BY 1") == [
        ("S1", "正名", "服饰", Decimal("9.9")),
        ("S2", "新名", "服饰", None),
    ]


def test_files_of_one_call_are_one_version(desk: Desk) -> None:
    lines = desk.write("order_lines.csv", LINES + "A,1,S,1,10,广东,2026-11-01\n")
    tickets = desk.write("tickets.csv", TICKETS + "T1,A,return,open,2026-11-02 10:00:00,,\n")
    assert desk.bring(tickets, lines).version == 1
    assert desk.ask("SELECT import_id, file_name FROM imports ORDER BY 1") == [
        (1, "order_lines.csv"),
        (2, "tickets.csv"),
    ]


def test_one_refused_file_keeps_all_others_out(desk: Desk) -> None:
    lines = desk.write("order_lines.csv", LINES + "A,1,S,1,10,广东,2026-11-01\n")
    broken = desk.write("tickets.csv", TICKETS + "T1,A,return,open,yesterday,,\n")
    with pytest.raises(Refused, match="none of its 1 rows could be read"):
        desk.bring(lines, broken)
    assert desk.store.current is None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EXPORT, min_size=1, max_size=3))
def test_whatever_the_order_of_the_files_a_ticket_is_what_its_newest_row_says(
    desk: Desk, exports: list[list[tuple[str, str, int]]]
) -> None:
    """Two rows with the same time are told apart by the order of imports, then by their place in the file."""
    expected: dict[str, tuple[int, str]] = {}
    with TemporaryDirectory() as folder:
        here = type(desk)(Path(folder))
        for number, rows in enumerate(exports):
            lines = "".join(f"{t},O,return,{said},2026-11-01,,2026-11-{day:02}\n" for t, said, day in rows)
            here.bring_one(f"tickets{number}.csv", TICKETS + lines)
            for ticket, said, day in rows:
                if day >= expected.get(ticket, (0, ""))[0]:
                    expected[ticket] = (day, said)
        found = {
            ticket: (at.day, said)
            for ticket, at, said in here.ask("SELECT ticket_id, updated_at, outcome FROM tickets")
        }
    assert found == expected
