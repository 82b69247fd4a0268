"""The sheet that the sample's orders are written to."""

from __future__ import annotations

from pathlib import Path

from python_calamine import CalamineWorkbook

from metrics.simulate.sheet import write_sheet


def test_a_reader_gets_back_what_was_written(tmp_path: Path) -> None:
    """Shared and single texts, characters that XML escapes, numbers with cents, and gaps that keep their column."""
    header = ["订单编号", "商品名称", "金额", "备注"]
    often = [[f"00{number}", '杯 <大> & "小"', 12345.67, None] for number in range(12)]
    once = [["0099", None, 0.1, "=1+1"]]
    write_sheet(tmp_path / "a.xlsx", "订单 & 退货", header, often + once)
    book = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    assert book.sheet_names == ["订单 & 退货"]
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == header
    assert rows[1] == ["000", '杯 <大> & "小"', 12345.67, ""]
    assert rows[13] == ["0099", "", 0.1, "=1+1"]


def test_same_rows_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_sheet(tmp_path / name, "订单", ["a"], [["x"], ["y"]])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
