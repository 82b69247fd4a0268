from __future__ import annotations

import tomllib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from metrics.words import Refused, say

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Desk

COMPLAINTS = (
    "Ticket #,Customer Complaint,Date,Date_month_year,Time,Status\n"
    "101,Late,22-04-15,22-Apr-15,3:10:50 PM,Closed\n"
    "102,Lost,04-08-15,04-Aug-15,10:20:30 AM,Open\n"
    "103,Dear,18-04-15,18-Apr-15,9:05:40 AM,Pending\n"
)


def refused(desk: Desk, name: str, text: str, **how: Any) -> tuple[Refused, Path]:
    with pytest.raises(Refused) as caught:
        desk.bring_one(name, text, **how)
    return caught.value, desk.folder / f"{name.rpartition('.')[0]}.mapping.toml"


def test_an_unknown_file_stops_at_dates_that_read_two_ways_and_goes_on_once_they_are_chosen(desk: Desk) -> None:
    stopped, mapping = refused(desk, "complaints.csv", COMPLAINTS, as_of=datetime(2020, 1, 1))
    assert stopped.finding.code == "ingest.guessed_ambiguous"
    shown = [line.split() for line in stopped.finding.values["readings"].splitlines()]
    assert [(line[0], line[-4], line[-2], line[-1]) for line in shown] == [
        ("%y-%m-%d", "2004-08-15", "2022-04-15", "1"),
        ("%d-%m-%y", "2015-04-18", "2015-08-04", "0"),
    ]
    assert desk.store.current is None

    path = desk.folder / "complaints.csv"
    with pytest.raises(Refused, match="choose the format of requested_at"):
        desk.bring(path, profile=str(mapping))
    chosen = mapping.read_text(encoding="utf-8").replace("requested_at = []", 'requested_at = ["%d-%m-%y %I:%M:%S %p"]')
    mapping.write_text(chosen, encoding="utf-8")
    desk.bring(path, profile=str(mapping))
    assert desk.ask("SELECT ticket_id, outcome, requested_at, type, source FROM tickets ORDER BY 1") == [
        ("101", "closed", datetime(2015, 4, 22, 15, 10, 50), "other", "complaints"),
        ("102", "open", datetime(2015, 8, 4, 10, 20, 30), "other", "complaints"),
        ("103", "open", datetime(2015, 4, 18, 9, 5, 40), "other", "complaints"),
    ]


def test_a_complete_guess_is_shown_and_saved_but_not_imported_by_itself(desk: Desk) -> None:
    text = "主订单编号,成交时间,宝贝数量,应付金额,会员名,省份,备注\nA,2026-11-01 10:00:00,2,30,小明,广东,\n"
    stopped, mapping = refused(desk, "订单导出.csv", text)
    assert stopped.finding.code == "ingest.guessed"
    assert "order_lines.ordered_at" in stopped.finding.values["table"]
    assert str(mapping) in say(stopped.finding, "zh")
    assert desk.store.current is None
    desk.bring(desk.folder / "订单导出.csv", profile=str(mapping))
    assert desk.ask(
        "SELECT order_id, quantity, CAST(amount AS INT), customer_id, province, ordered_at FROM order_lines"
    ) == [("A", 2, 30, "小明", "广东", datetime(2026, 11, 1, 10))]


def test_what_cannot_be_guessed_is_named(desk: Desk) -> None:
    stopped, mapping = refused(desk, "orders.csv", "Order Number,Quantity,Colour\nA,1,red\n")
    assert stopped.finding.code == "ingest.guessed_incomplete"
    assert stopped.finding.values["missing"] == "ordered_at"
    with pytest.raises(Refused, match="ordered_at must be mapped"):
        desk.bring(desk.folder / "orders.csv", profile=str(mapping))


def test_a_word_that_nobody_knows_is_left_open(desk: Desk) -> None:
    text = "Case ID,Opened At,Status\n1,2026-11-01,Open\n2,2026-11-02,Zombie\n"
    _, mapping = refused(desk, "cases.csv", text)
    assert tomllib.loads(mapping.read_text(encoding="utf-8"))["values"]["outcome"] == {"Open": "open", "Zombie": ""}
    with pytest.raises(Refused, match="say what Zombie stands for"):
        desk.bring(desk.folder / "cases.csv", profile=str(mapping))


def test_a_mapping_that_was_corrected_is_not_written_over(desk: Desk) -> None:
    _, mapping = refused(desk, "complaints.csv", COMPLAINTS)
    mapping.write_text("# mine\n", encoding="utf-8")
    stopped, _ = refused(desk, "complaints.csv", COMPLAINTS)
    assert stopped.finding.code == "ingest.guessed_before"
    assert mapping.read_text(encoding="utf-8") == "# mine\n"


def test_a_file_that_is_like_none_of_our_tables(desk: Desk) -> None:
    stopped, mapping = refused(desk, "weather.csv", "station,temperature\nHZ,21\n")
    assert stopped.finding.code == "ingest.guessed_nothing"
    assert not mapping.exists()


def test_gross_is_taken_for_the_amount_and_not_what_was_paid_in_the_end(desk: Desk) -> None:
    """买家实际支付金额 is net of refunds: a rate over it would be too high."""
    text = "订单编号,创建时间,买家实际支付金额,总金额\nA,2026-11-01 10:00:00,40,100\n"
    _, mapping = refused(desk, "orders.csv", text)
    assert tomllib.loads(mapping.read_text(encoding="utf-8"))["order_lines"]["amount"] == "总金额"


def test_the_guess_keeps_the_encoding_of_the_file(desk: Desk) -> None:
    text = "主订单编号,成交时间\nA,2026-11-01 10:00:00\n"
    with pytest.raises(Refused):
        desk.bring_one("orders.csv", text, "gb18030")
    mapping = tomllib.loads((desk.folder / "orders.mapping.toml").read_text(encoding="utf-8"))
    assert mapping["encoding"] == "gb18030"
