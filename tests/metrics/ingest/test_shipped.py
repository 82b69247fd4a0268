"""The lessons of the real exports, each on a few invented rows with the same defects."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Desk

TMALL = "订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额\n"
AMAZON = "index,Order ID,Date,Status,Fulfilment,Sales Channel,Category,Size,Qty,Amount,ship-state\n"
RETAIL = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"


def test_tmall_a_row_is_an_order_and_a_ticket_if_money_went_back(desk: Desk) -> None:
    report = desk.bring_one(
        "report.csv",
        TMALL
        + "1,88.8,0.0,上海,2021-06-18 00:00:00,,0.0\n"  # never paid
        + "2,45.5,0.0,江苏省,2021-06-17 22:10:04,2021-06-17 22:10:31,45.5\n"  # paid back in full
        + "3,300,120,浙江省,2021-06-17 21:40:39,2021-06-17 21:41:53,180\n"
        + "4,12,12,内蒙古自治区,2021-06-17 23:59:50,2021-06-18 00:00:05,0\n",
    )
    assert (report.profile, report.rows_accepted) == ("tmall", 4)
    assert desk.ask("SELECT order_id, province, amount, paid_at IS NOT NULL FROM order_lines ORDER BY 1") == [
        ("1", "上海", Decimal("88.8"), False),
        ("2", "江苏", Decimal("45.5"), True),
        ("3", "浙江", Decimal(300), True),
        ("4", "内蒙古", Decimal(12), True),
    ]
    assert desk.ask("SELECT order_id, refund_amount, requested_at, type, outcome FROM tickets ORDER BY 1") == [
        ("2", Decimal("45.5"), None, "other", "closed"),
        ("3", Decimal(180), None, "other", "closed"),
    ]
    assert desk.ask("SELECT table_name, dated, refund_dated FROM coverage ORDER BY 1") == [
        ("order_lines", True, None),
        ("tickets", False, False),
    ]


def test_amazon_months_come_first_duplicates_go_and_unrecorded_returns_are_marked(desk: Desk) -> None:
    returned = "2,B,04-12-2022,Shipped - Returned to Seller,Merchant,Amazon.in,Shirt,M,1,300,DELHI\n"
    report = desk.bring_one(
        "sale.csv",
        AMAZON
        + "0,A,04-30-22,Cancelled,Merchant,Amazon.in,T-shirt,S,0,500.5,PUNJAB\n"
        + "1,A,04-30-22,Shipped,Merchant,Amazon.in,T-shirt,S,1,450,PUNJAB\n"
        + returned
        + returned
        + "3,C,05-31-22,Shipped,Amazon,Amazon.in,Scarf,XL,1,,New Delhi\n",
    )
    assert (report.rows_read, report.rows_accepted, report.duplicates) == (5, 4, 1)
    assert desk.ask(
        "SELECT order_id, line_id, cancelled, returns_recorded, province, CAST(paid_at AS DATE) "
        "FROM order_lines ORDER BY order_id, line_id"
    ) == [
        ("A", "1", True, True, "PUNJAB", date(2022, 4, 30)),
        ("A", "2", False, True, "PUNJAB", date(2022, 4, 30)),
        ("B", "1", False, True, "DELHI", date(2022, 4, 12)),
        ("C", "1", False, False, "DELHI", date(2022, 5, 31)),
    ]
    assert desk.ask("SELECT order_id, line_id, type, requested_at FROM tickets") == [("B", "1", "return", None)]
    assert desk.ask("SELECT time_zone FROM shops") == [("Asia/Kolkata",)]
    assert "ingest.currency" in [note.code for note in report.notes]


def test_online_retail_cancellations_write_offs_and_adjustments_are_three_things(desk: Desk) -> None:
    sale = "700001,P1,TEA TIN,24,2010-03-01 07:45:00,1.25,501,United Kingdom\n"
    report = desk.bring_one(
        "retail.csv",
        RETAIL
        + sale
        + sale  # the shop counted both
        + "C700002,P2,GARLAND,-12,2010-03-01 10:33:00,2.95,502,France\n"
        + "C700002,P3A,EGG CUP,-6,2010-03-01 10:33:00,1.65,502,France\n"
        + "C700003,P4,BELL,-3,2010-03-01 10:44:00,4.25,503,United Kingdom\n"
        + "700004,P5,mixed up,-96,2010-03-01 10:52:00,0,,United Kingdom\n"
        + "A700005,B,Adjust,1,2010-03-02 13:36:00,-1200.5,,United Kingdom\n",
    )
    assert desk.ask("SELECT order_id, line_id, sku_id, amount FROM order_lines ORDER BY 2") == [
        ("700001", "1", "P1", Decimal(30)),
        ("700001", "2", "P1", Decimal(30)),
    ]
    assert desk.ask("SELECT ticket_id, order_id, sku_id, refund_amount, refunded_at FROM tickets ORDER BY 1") == [
        ("C700002", None, None, Decimal("45.30"), datetime(2010, 3, 1, 10, 33)),
        ("C700003", None, "P4", Decimal("12.75"), datetime(2010, 3, 1, 10, 44)),
    ]
    counts = {note.code: note.values["count"] for note in report.notes if "count" in note.values}
    assert counts == {"ingest.count_cancelled_invoices": 2, "ingest.count_write_offs": 1, "ingest.count_adjustments": 1}
    assert (report.rows_read, report.rows_accepted, report.set_aside) == (7, 5, 2)


def test_online_retail_a_price_that_cannot_be_read_rejects_its_row(desk: Desk) -> None:
    report = desk.bring_one(
        "retail.csv",
        RETAIL
        + "1,S,BOX,2,2009-12-01 07:45:00,cheap,1,UK\n2,S,BOX,2,2009-12-01 07:45:00,3,1,UK\n"
        + "C3,S,BOX,-2,2009-12-01 07:45:00,cheap,1,UK\n",
    )
    assert desk.ask("SELECT order_id FROM order_lines") == [("2",)]
    assert desk.ask("SELECT count(*) FROM tickets") == [(0,)]
    assert ["2 × cheap" in line or "-2 × cheap" in line for line in desk.rejected(report)] == [True, True]


def test_jd_orders_bring_lines_products_and_customers(desk: Desk) -> None:
    desk.bring_one(
        "订单_20261116090000.csv",
        "订单编号,下单时间,商品编号,商品名称,商品类目,订购数量,商品金额,下单账号,客户等级,运费险,生产批次,发货时间\n"
        "900,2026-11-11 00:03:59,100,加湿器,小家电,2,¥258.00,jd_a***,PLUS会员,是,B1,2026-11-11 15:00:00\n"
        "900,2026-11-11 00:03:59,200,卫衣,服饰,1,129.00,jd_a***,PLUS会员,否,,2026-11-11 15:00:00\n",
        "gb18030",
    )
    assert desk.ask(
        "SELECT line_id, sku_id, quantity, amount, freight_insured, batch_source, customer_id "
        "FROM order_lines ORDER BY line_id"
    ) == [
        ("1", "100", 2, Decimal(258), True, "given", "jd_a***"),
        ("2", "200", 1, Decimal(129), False, "week", "jd_a***"),
    ]
    assert desk.ask("SELECT sku_id, product_name, category FROM products ORDER BY 1") == [
        ("100", "加湿器", "小家电"),
        ("200", "卫衣", "服饰"),
    ]
    assert desk.ask("SELECT customer_id, tier FROM customers") == [("jd_a***", "PLUS会员")]
    assert desk.ask("SELECT covered_until, until_assumed FROM coverage") == [(datetime(2026, 11, 16, 9), False)]


@pytest.mark.parametrize(
    ("audit", "feedback", "responded"),
    [
        ("2026-11-02 10:00:00", "", datetime(2026, 11, 2, 10)),
        ("", "2026-11-01 12:00:00", datetime(2026, 11, 1, 12)),
        ("2026-11-02 10:00:00", "2026/11/1 12:00", datetime(2026, 11, 1, 12)),
        ("2026-11-01 11:00:00", "2026-11-03 12:00:00", datetime(2026, 11, 1, 11)),
        ("", "", None),
    ],
)
def test_jd_the_answer_is_the_audit_or_a_question_back(
    desk: Desk, audit: str, feedback: str, responded: datetime | None
) -> None:
    desk.bring_one(
        "tickets.csv",
        "服务单号,订单编号,服务类型,申请时间,审核时间,待客户反馈时间,审核结果\n"
        f"T1,A,退货,2026-11-01 10:00:00,{audit},{feedback},审核通过\n",
    )
    assert desk.ask("SELECT responded_at FROM tickets") == [(responded,)]


def test_jd_an_answer_that_cannot_be_read_rejects_its_row(desk: Desk) -> None:
    report = desk.bring_one(
        "tickets.csv",
        "服务单号,订单编号,服务类型,申请时间,审核时间,待客户反馈时间,审核结果\n"
        "T1,A,退货,2026-11-01 10:00:00,昨天,2026-11-01 12:00:00,审核通过\n"
        "T2,A,退货,2026-11-01 10:00:00,,2026-11-01 12:00:00,审核通过\n",
    )
    assert desk.ask("SELECT ticket_id FROM tickets") == [("T2",)]
    assert "“昨天” in 审核时间" in desk.rejected(report)[0]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("退货", "return"),
        ("换货", "exchange"),
        ("维修", "repair"),
        ("仅退款", "refund_only"),
        ("发货前退款", "refund_before_shipping"),
        ("补发", "reship"),
        ("以旧换新", "other"),
    ],
)
def test_jd_service_types(desk: Desk, theirs: str, ours: str) -> None:
    desk.bring_one("tickets.csv", f"服务单号,服务类型,申请时间,审核结果\nT1,{theirs},2026-11-01 10:00:00,待审核\n")
    assert desk.ask("SELECT type FROM tickets") == [(ours,)]


def test_jd_a_ruling_that_nobody_knows_is_rejected_with_its_word(desk: Desk) -> None:
    report = desk.bring_one(
        "disputes.csv",
        "纠纷单号,服务单号,订单编号,发起时间,判定时间,责任方\nD1,T1,A,2026-11-02 10:00:00,,处理中\n"
        "D2,T2,B,2026-11-02 10:00:00,2026-11-05 10:00:00,天责\n",
    )
    assert desk.ask("SELECT dispute_id, liable FROM disputes") == [("D1", "open")]
    assert "“天责” in 责任方 is not a known word" in desk.rejected(report)[0]
