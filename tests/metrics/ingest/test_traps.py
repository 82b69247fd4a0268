"""Every trap that real exports hold, each with a small file that shows it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from metrics.words import Refused

if TYPE_CHECKING:
    from conftest import Desk

ORDERS = "order_id,line_id,sku_id,quantity,amount,ordered_at,paid_at\n"
JD_TICKETS = "服务单号,订单编号,商品编号,服务类型,申请时间,审核结果,退款金额\n"


def test_fan_out_a_ticket_that_stands_once_a_line_is_one_ticket(desk: Desk) -> None:
    """A returns file joined to the lines of its orders: ten rows for three tickets, each refund repeated."""
    rows = "".join(
        f"T{ticket},O{ticket},S{line},退货,2026-11-0{ticket} 10:00:00,审核通过,50\n"
        for ticket, lines in ((1, 5), (2, 4), (3, 1))
        for line in range(lines)
    )
    report = desk.bring_one("tickets.csv", JD_TICKETS + rows)
    assert desk.ask("SELECT ticket_id, sku_id, refund_amount FROM tickets ORDER BY ticket_id") == [
        ("T1", None, Decimal(50)),  # about several products: about its order as a whole
        ("T2", None, Decimal(50)),
        ("T3", "S0", Decimal(50)),
    ]
    assert (report.rows_read, report.rows_accepted, report.duplicates) == (10, 3, 7)
    assert ("ingest.fanned_out", {"count": 2}) in [(note.code, note.values) for note in report.notes]


def test_a_paid_column_net_of_refunds_is_not_the_amount(desk: Desk) -> None:
    desk.bring_one(
        "tmall.csv",
        "订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额\n"
        "1,100,40,上海,2020-02-20 10:00:00,2020-02-20 10:01:00,60\n",
    )
    assert desk.ask("SELECT amount FROM order_lines") == [(Decimal(100),)]
    assert desk.ask("SELECT refund_amount FROM tickets") == [(Decimal(60),)]


def test_overlapping_files_count_an_order_once(desk: Desk) -> None:
    first = desk.write("week1.csv", ORDERS + "A,1,S,1,10,2026-11-01,\nB,1,S,1,10,2026-11-08,\n")
    second = desk.write("week2.csv", ORDERS + "B,1,S,1,10,2026-11-08,\nC,1,S,1,10,2026-11-09,\n")
    desk.bring(first, second)
    assert desk.ask("SELECT order_id FROM order_lines ORDER BY 1") == [("A",), ("B",), ("C",)]


def test_exact_duplicate_rows_are_dropped_and_counted(desk: Desk) -> None:
    header = "订单编号,商品编号,订购数量,商品金额,下单时间\n"
    row = "A,S,1,10,2026-11-01 10:00:00\n"
    report = desk.bring_one("orders.csv", header + row + row + "A,S,2,20,2026-11-01 10:00:00\n")
    assert desk.ask("SELECT line_id, quantity FROM order_lines ORDER BY 1") == [("1", 1), ("2", 2)]
    assert (report.rows_read, report.rows_accepted, report.duplicates) == (3, 2, 1)


def test_a_date_that_reads_two_ways_stops_the_import_of_an_unknown_file(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.bring_one("complaints.csv", "Ticket #,Date,Status\n1,22-04-15,Open\n2,04-08-15,Closed\n")
    assert refused.value.finding.code == "ingest.guessed_ambiguous"
    shown = [line.split() for line in str(refused.value).splitlines() if "…" in line and line.startswith("  %")]
    assert [line[:4] for line in shown] == [
        ["%y-%m-%d", "2004-08-15", "…", "2022-04-15"],
        ["%d-%m-%y", "2015-04-22", "…", "2015-08-04"],
    ]
    assert desk.store.current is None


def test_two_date_formats_in_one_column(desk: Desk) -> None:
    header = "订单编号,商品编号,订购数量,商品金额,下单时间\n"
    desk.bring_one("orders.csv", header + "A,S,1,10,2026-11-01 10:00:00\nB,S,1,10,2026/11/2 9:05\n")
    assert desk.ask("SELECT ordered_at FROM order_lines ORDER BY 1") == [
        (datetime(2026, 11, 1, 10),),
        (datetime(2026, 11, 2, 9, 5),),
    ]


def test_a_status_that_flips_on_the_last_event(desk: Desk) -> None:
    """A file with one row an event: the ticket is what its last event says, wherever that row stands."""
    header = JD_TICKETS.strip() + ",更新时间\n"
    row = "T1,O1,S1,退货,2026-11-01 10:00:00,{},,{}\n"
    desk.bring_one(
        "tickets.csv",
        header + row.format("客户取消", "2026-11-03 10:00:00") + row.format("待审核", "2026-11-01 10:00:00"),
    )
    assert desk.ask("SELECT outcome FROM tickets") == [("withdrawn",)]


def test_a_negative_quantity_is_not_a_return(desk: Desk) -> None:
    """A stock write-off has no C invoice: it becomes neither a ticket nor a line, and is counted."""
    report = desk.bring_one(
        "retail.csv",
        "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
        "700001,P1,TEA TIN,12,2010-03-01 07:45:00,6.5,501,United Kingdom\n"
        "700004,P5,mixed up,-96,2010-03-01 10:52:00,0,,United Kingdom\n",
    )
    assert desk.ask("SELECT count(*) FROM tickets") == [(0,)]
    assert desk.ask("SELECT count(*) FROM order_lines") == [(1,)]
    assert (report.rows_accepted, report.set_aside) == (1, 1)


def test_a_negative_quantity_in_an_order_file_is_rejected(desk: Desk) -> None:
    report = desk.bring_one("order_lines.csv", ORDERS + "A,1,S,-1,10,2026-11-01,\nB,1,S,1,10,2026-11-01,\n")
    assert desk.ask("SELECT order_id FROM order_lines") == [("B",)]
    assert "out of range" in desk.rejected(report)[0]


def test_a_refund_larger_than_what_was_paid_is_kept_and_said(whole_desk: Desk) -> None:
    orders = whole_desk.write("order_lines.csv", ORDERS + "A,1,S,1,10,2026-11-01,2026-11-01\n")
    tickets = whole_desk.write("tickets.csv", JD_TICKETS + "T1,A,S,退货,2026-11-02 10:00:00,审核通过,99\n")
    report = whole_desk.bring(orders, tickets)
    assert whole_desk.ask("SELECT refund_amount FROM tickets") == [(Decimal(99),)]
    assert "refund_above_paid" in [warning.check for warning in report.warnings]


def test_a_ticket_older_than_its_order_is_said(whole_desk: Desk) -> None:
    orders = whole_desk.write("order_lines.csv", ORDERS + "A,1,S,1,10,2026-11-05,2026-11-05\n")
    tickets = whole_desk.write("tickets.csv", JD_TICKETS + "T1,A,S,退货,2026-11-02 10:00:00,审核通过,5\n")
    report = whole_desk.bring(orders, tickets)
    assert "ticket_before_order" in [warning.check for warning in report.warnings]


def test_headers_that_end_in_blanks(desk: Desk) -> None:
    desk.bring_one("order_lines.csv", "order_id ,ordered_at\u3000, quantity\nA,2026-11-01,2\n")
    assert desk.ask("SELECT order_id, quantity FROM order_lines") == [("A", 2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_encodings(desk: Desk, encoding: str) -> None:
    desk.bring_one("tickets.csv", JD_TICKETS + "T1,A,S,维修,2026-11-02 10:00:00,待审核,\n", encoding)
    assert desk.ask("SELECT type, outcome FROM tickets") == [("repair", "open")]


def test_cp1252_is_asked_for_and_read_when_the_profile_names_it(desk: Desk) -> None:
    orders = desk.write("order_lines.csv", "order_id,ordered_at,courier\nA,2026-11-01,Müller\n", "cp1252")
    with pytest.raises(Refused, match="encoding"):
        desk.bring(orders)
    mapping = desk.write(
        "mine.toml",
        'encoding = "cp1252"\n[order_lines]\norder_id = "order_id"\nordered_at = "ordered_at"\ncourier = "courier"\n',
    )
    desk.bring(orders, profile=str(mapping))
    assert desk.ask("SELECT courier FROM order_lines") == [("Müller",)]


def test_a_last_row_cut_short_is_rejected_and_not_read_as_empty_cells(desk: Desk) -> None:
    report = desk.bring_one("order_lines.csv", ORDERS + "A,1,S,1,10,2026-11-01,\nB,1,S,1,1")
    assert desk.ask("SELECT order_id FROM order_lines") == [("A",)]
    assert (report.rows_read, report.rows_accepted, report.rows_rejected) == (2, 1, 1)
    assert desk.rejected(report)[0].startswith("3,")
    assert "cut short" in desk.rejected(report)[0]


def test_a_header_that_stands_twice_stops_the_import_if_it_matters(desk: Desk) -> None:
    with pytest.raises(Refused, match="“amount” stands twice \\(columns 3, 4\\)"):
        desk.bring_one("order_lines.csv", "order_id,ordered_at,amount,amount\nA,2026-11-01,10,12\n")
    desk.bring_one("order_lines.csv", "order_id,ordered_at,note,note\nA,2026-11-01,x,y\n")
    assert desk.ask("SELECT order_id FROM order_lines") == [("A",)]


@pytest.mark.parametrize("word", ["?", "N/A", "--"])
def test_words_for_null(desk: Desk, word: str) -> None:
    desk.bring_one("order_lines.csv", ORDERS + f"A,1,{word},1,{word},2026-11-01,{word}\n")
    assert desk.ask("SELECT sku_id, amount, paid_at FROM order_lines") == [(None, None, None)]


def test_spellings_of_provinces(desk: Desk) -> None:
    header = "index,Order ID,Date,Status,Fulfilment,Sales Channel,Category,Size,Qty,Amount,ship-state\n"
    states = ("RAJASTHAN", "Rajasthan", "rajasthan ", "Rajshthan", "RJ", "rajsthan", "Odisha", "Orissa")
    rows = "".join(
        f"{n},O{n},04-30-22,Shipped,Merchant,Amazon.in,Set,S,1,10,{state}\n" for n, state in enumerate(states)
    )
    desk.bring_one("amazon.csv", header + rows)
    assert desk.ask("SELECT DISTINCT province FROM order_lines ORDER BY 1") == [("ODISHA",), ("RAJASTHAN",)]
    rows = "".join(f"{n},2026-11-01 10:00:00,{name}\n" for n, name in enumerate(("广东省", "广东", "广西壮族自治区")))
    desk.bring_one("orders.csv", "订单编号,下单时间,收货省份\n" + rows, shop="other")
    assert desk.ask("SELECT province, count(*) FROM order_lines WHERE shop = 'other' GROUP BY 1 ORDER BY 1") == [
        ("广东", 2),
        ("广西", 1),
    ]


@pytest.mark.parametrize("score", ["0", "6", "4.5", "满意"])
def test_a_score_outside_one_to_five_is_rejected(desk: Desk, score: str) -> None:
    header = "评价编号,订单编号,评分,评价时间\n"
    report = desk.bring_one("surveys.csv", header + f"V1,A,{score},2026-11-02 10:00:00\nV2,A,5,2026-11-02 10:00:00\n")
    assert desk.ask("SELECT survey_id, score FROM surveys") == [("V2", 5)]
    assert report.rows_rejected == 1
    assert score in desk.rejected(report)[0]


def test_a_footer_of_sums_is_no_row(desk: Desk) -> None:
    report = desk.bring_one("order_lines.csv", ORDERS + "A,1,S,1,10,2026-11-01,\n合计,,,1,10,,\n")
    assert desk.ask("SELECT order_id FROM order_lines") == [("A",)]
    assert (report.rows_rejected, report.set_aside) == (0, 1)


def test_ids_keep_their_zeros_and_their_letters(desk: Desk) -> None:
    desk.bring_one("order_lines.csv", ORDERS + "00012,1,007,1,10,2026-11-01,\nC000379,1,P12A,1,10,2026-11-01,\n")
    assert desk.ask("SELECT order_id, sku_id FROM order_lines ORDER BY 1") == [("00012", "007"), ("C000379", "P12A")]


def test_an_id_that_a_spreadsheet_rounded_is_rejected(desk: Desk) -> None:
    report = desk.bring_one("order_lines.csv", ORDERS + "2.90E+11,1,S,1,10,2026-11-01,\nB,1,S,1,10,2026-11-01,\n")
    assert desk.ask("SELECT order_id FROM order_lines") == [("B",)]
    assert "rounded by a spreadsheet" in desk.rejected(report)[0]


def test_row_numbers_used_as_order_ids_stop_the_second_month(desk: Desk) -> None:
    header = "订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额\n"
    row = "{},100,100,上海,2020-{}-{:02} 10:00:00,2020-{}-{:02} 10:01:00,0\n"
    desk.bring_one("february.csv", header + "".join(row.format(n, "02", n, "02", n) for n in range(1, 11)))
    with pytest.raises(Refused, match=r"10 of 10 orders .* row numbers"):
        desk.bring_one("march.csv", header + "".join(row.format(n, "03", n, "03", n) for n in range(1, 11)))
    assert desk.ask("SELECT max(month(ordered_at)) FROM order_lines") == [(2,)]
    assert desk.store.current == 1


def test_phones_in_descriptions_are_masked_on_the_way_in(desk: Desk) -> None:
    desk.bring_one(
        "tickets.csv",
        JD_TICKETS.strip() + ",问题描述\nT1,A,S,退货,2026-11-02 10:00:00,待审核,,请打13800138000找我\n",
    )
    assert desk.ask("SELECT description FROM tickets") == [("请打138****8000找我",)]
