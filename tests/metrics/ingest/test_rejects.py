from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from metrics.words import Refused

if TYPE_CHECKING:
    from conftest import Desk

LINES = "order_id,line_id,quantity,amount,ordered_at\n"


def test_rejected_rows_stand_beside_the_input_with_line_column_and_reason(desk: Desk) -> None:
    report = desk.bring_one("order_lines.csv", LINES + "A,1,1,5,2026-11-01\nB,1,1,abc,2026-11-01\nC,1,,5,2026-11-01\n")
    assert report.rejects == desk.folder / "order_lines.rejected.csv"
    assert report.rejects.read_bytes().startswith(b"\xef\xbb\xbf")
    with report.rejects.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["line", "column", "reason", *LINES.strip().split(",")]
    assert rows == [
        ["3", "amount", "“abc” in amount cannot be read.", "B", "1", "1", "abc", "2026-11-01"],
        ["4", "quantity", "quantity is empty.", "C", "1", "", "5", "2026-11-01"],
    ]
    assert (report.rows_read, report.rows_accepted, report.rows_rejected) == (3, 1, 2)


def test_the_reason_is_said_in_the_reader_s_language_with_the_header_of_the_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    report = desk.bring_one(
        "orders.csv", "订单号,下单时间,商品总价\nA,2026-11-01 10:00:00,免费\nB,2026-11-01 10:00:00,5\n"
    )
    assert desk.rejected(report) == ["2,商品总价,商品总价 的值“免费”无法识别。,A,2026-11-01 10:00:00,免费"]


def test_the_lines_are_those_of_the_file_even_after_broken_ones(desk: Desk) -> None:
    report = desk.bring_one(
        "order_lines.csv", LINES + "A,1,1\nB,1,1,5,2026-11-01\nC,1,1,5,2026-11-01,x\nD,1,1,abc,2026-11-01\n"
    )
    assert [line.split(",")[0] for line in desk.rejected(report)] == ["2", "4", "5"]
    assert desk.ask("SELECT order_id FROM order_lines") == [("B",)]


def test_a_row_that_one_table_rejects_brings_nothing_to_another(desk: Desk) -> None:
    """The refund of order 2 can be read, but not its order: a ticket without its order would be half a row."""
    report = desk.bring_one(
        "report.csv",
        "订单编号,总金额,买家实际支付金额,收货地址,订单创建时间,订单付款时间,退款金额\n"
        "1,10,0,上海,2020-02-20 10:00:00,2020-02-20 10:01:00,10\n"
        "2,10,0,上海,gestern,2020-02-20 10:01:00,10\n",
    )
    assert desk.ask("SELECT order_id FROM tickets") == [("1",)]
    assert report.rows_rejected == 1


def test_where_the_folder_cannot_be_written_to_they_go_to_the_store(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def read_only(self: Path, mode: str = "r", *args: object, **how: object) -> object:
        if mode == "w" and self.parent == desk.folder:
            raise PermissionError(self)
        return real(self, mode, *args, **how)  # type: ignore[call-overload]

    path = desk.write("order_lines.csv", LINES + "A,1,1,5,2026-11-01\nB,1,1,abc,2026-11-01\n")
    monkeypatch.setattr(Path, "open", read_only)
    report = desk.bring(path).files[0]
    assert report.rejects == desk.store.root / "order_lines.rejected.csv"
    assert report.rejects.exists()


def test_a_file_without_one_readable_row_is_refused_with_the_first_reason(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"none of its 2 rows could be read. “soon” in ordered_at cannot be read"):
        desk.bring_one("order_lines.csv", LINES + "A,1,1,5,soon\nB,1,1,5,later\n")
    assert desk.store.current is None
    assert (desk.folder / "order_lines.rejected.csv").exists()
