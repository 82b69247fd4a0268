from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Desk

ORDERS = "order_id,line_id,ordered_at,paid_at\n"
TICKETS = "服务单号,订单编号,服务类型,申请时间,审核结果,退款时间\n"


def coverage(desk: Desk, table: str) -> tuple[Any, ...]:
    return desk.ask(f"SELECT covered_from, covered_until, until_assumed FROM coverage WHERE table_name = '{table}'")[0]


def test_the_newest_time_in_the_file_is_assumed_where_nobody_says(desk: Desk) -> None:
    report = desk.bring_one("order_lines.csv", ORDERS + "A,1,2026-11-01 10:00:00,2026-11-03 09:00:00\n")
    assert coverage(desk, "order_lines") == (datetime(2026, 11, 1, 10), datetime(2026, 11, 3, 9), True)
    assert ("ingest.until_assumed", {"until": "2026-11-03 09:00"}) in [
        (note.code, note.values) for note in report.notes
    ]


def test_what_the_user_says_goes_first(desk: Desk) -> None:
    path = desk.write("order_lines_20261110080000.csv", ORDERS + "A,1,2026-11-01 10:00:00,\n")
    desk.bring(path, as_of=datetime(2026, 11, 16, 9))
    assert coverage(desk, "order_lines") == (datetime(2026, 11, 1, 10), datetime(2026, 11, 16, 9), False)


def test_a_time_with_an_offset_is_brought_to_the_shop_s_clock(desk: Desk) -> None:
    path = desk.write("order_lines.csv", ORDERS + "A,1,2026-11-01 10:00:00,\n")
    desk.bring(path, as_of=datetime(2026, 11, 16, 1, tzinfo=UTC))
    assert coverage(desk, "order_lines")[1] == datetime(2026, 11, 16, 9)


def test_coverage_grows_and_never_shrinks(desk: Desk) -> None:
    desk.bring(desk.write("order_lines.csv", ORDERS + "A,1,2026-11-08,\n"), as_of=datetime(2026, 11, 15))
    desk.bring(desk.write("order_lines.csv", ORDERS + "B,1,2026-11-01,\n"), as_of=datetime(2026, 11, 10))
    assert coverage(desk, "order_lines") == (datetime(2026, 11, 1), datetime(2026, 11, 15), False)


def test_the_as_of_of_a_shop_is_where_the_shorter_of_orders_and_tickets_ends(desk: Desk) -> None:
    orders = desk.write("order_lines.csv", ORDERS + "A,1,2026-11-15 10:00:00,\n")
    tickets = desk.write("tickets.csv", TICKETS + "T1,A,退货,2026-10-31 10:00:00,待审核,\n")
    desk.bring(orders, tickets)
    assert desk.ask("SELECT as_of FROM shops") == [(datetime(2026, 10, 31, 10),)]


def test_the_same_file_with_another_as_of_is_not_the_same_import(desk: Desk) -> None:
    path = desk.write("order_lines.csv", ORDERS + "A,1,2026-11-01,\n")
    desk.bring(path)
    assert desk.bring(path, as_of=datetime(2026, 11, 16)).version == 2
    assert coverage(desk, "order_lines")[1:] == (datetime(2026, 11, 16), False)
    assert desk.bring(path, as_of=datetime(2026, 11, 16)).version is None


def test_tickets_say_whether_they_and_their_money_are_dated(desk: Desk) -> None:
    desk.bring_one("t1.csv", TICKETS + "T1,A,退货,2026-11-01 10:00:00,审核通过,\n")
    assert desk.ask("SELECT dated, refund_dated FROM coverage") == [(True, False)]
    desk.bring_one("t2.csv", TICKETS + "T2,A,退货,2026-11-01 10:00:00,审核通过,2026-11-05 10:00:00\n")
    assert desk.ask("SELECT dated, refund_dated FROM coverage") == [(True, True)]


def test_a_ticket_file_without_rows_covers_its_time_all_the_same(desk: Desk) -> None:
    desk.bring(desk.write("tickets.csv", TICKETS), as_of=datetime(2026, 11, 16))
    assert desk.ask("SELECT covered_until, dated FROM coverage WHERE table_name = 'tickets'") == [
        (datetime(2026, 11, 16), True)
    ]


def test_products_out_of_an_order_file_are_not_covered_by_it(desk: Desk) -> None:
    desk.bring_one("orders.csv", "订单编号,下单时间,商品编号,商品名称\nA,2026-11-01 10:00:00,S,加湿器\n")
    assert desk.ask("SELECT table_name FROM coverage") == [("order_lines",)]
