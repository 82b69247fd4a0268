from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from metrics import CATALOG
from metrics.compare import beside
from metrics.export import to_csv, to_xlsx, workbook
from metrics.export.columns import header
from metrics.export.workbook import MOST_SIGNS
from metrics.frame import MEASURES
from metrics.warehouse import store
from metrics.words import LANGUAGES, Language, Refused
from tests.metrics.export.opened import cells_of, origin, rows_of, table_of

COLUMNS = {
    line.split()[0]
    for line in (Path(store.__file__).parent / "tables.sql").read_text(encoding="utf-8").splitlines()
    if line.startswith("    ") and line.split()[1:2] and line.split()[1].startswith(tuple("VBDT")) and line[4] != " "
}


def sheet(content: bytes, name: str) -> list[list[object]]:
    return [
        list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()
    ]


def answer() -> pd.DataFrame:
    frame = pd.DataFrame({"category": ["服饰", None], "value": [0.0789, np.nan], "n": [1154, 12]})
    frame.attrs["metric"] = "refund_rate"
    return frame


def test_excel_and_a_program_read_the_same_csv() -> None:
    content = to_csv(answer(), origin("zh", question="类目：服饰, 家居", definitions=(("退款率", "付款商品行中…"),)))
    assert content.startswith(b"\xef\xbb\xbf"), "without the mark Excel reads Chinese in another code"
    assert table_of(content)[0] == ["类目", "退款率", "样本数"]
    read = pd.read_csv(io.BytesIO(content), comment="#")
    assert read["退款率"].tolist()[0] == 0.0789
    assert read.isna().sum().tolist() == [1, 1, 0], "absent is empty, never 0"
    below = [row[0] for row in rows_of(content) if row[0].startswith("#")]
    assert "# 筛选条件：类目：服饰， 家居" in below
    assert "# 数据版本：7" in below
    assert "# 数据截至：2026-11-16 09:00" in below
    assert "# 退款率：付款商品行中…" in below


def test_a_workbook_has_typed_numbers_and_says_where_they_come_from() -> None:
    when = pd.to_datetime(["2026-11-09 08:05", "2026-11-10 00:00"])
    frame = answer().assign(
        order_id=["320101234567890123", "0012"],
        requested_at=when,
        refund_amount=[Decimal("12.50"), None],
        auto_approved=[True, False],
    )
    frame.attrs["metric"] = "refund_rate"
    content = to_xlsx({"答案": frame}, origin("zh", definitions=(("退款率", "付款商品行中…"),)))
    head, first, second = sheet(content, "答案")
    assert head == ["类目", "退款率", "样本数", "订单编号", "申请时间", "退款金额", "自动审核"]
    assert first == ["服饰", 0.0789, 1154, "320101234567890123", datetime(2026, 11, 9, 8, 5), 12.5, "自动审核"]
    assert second[:2] == ["", ""]
    assert second[3] == "0012"
    cells = cells_of(content)
    assert cells["B2"][:2] == ("number", "[<0.00995]0.00%;0.0%")
    assert "B3" not in cells, "an absent number is an empty cell"
    assert cells["D2"][0] == "s"
    about = {str(row[0]): row[1] for row in sheet(content, "说明")}
    assert about["数据版本"] == "7"
    assert about["退款率"] == "付款商品行中…"
    assert about["筛选条件"] == "全部"


@pytest.mark.parametrize(
    ("metric", "form"), [("refund_rate", "%"), ("aftersales_cost", "#,##0.00"), ("response_hours", "0.0")]
)
def test_a_value_is_shown_in_the_unit_of_its_metric(metric: str, form: str) -> None:
    frame = answer()
    frame.attrs["metric"] = metric
    assert form in cells_of(to_xlsx({"x": frame}, origin()))["B2"][1]


def test_of_several_metrics_each_row_has_the_unit_of_its_own() -> None:
    rows = [("refund_rate", 0.25), ("aftersales_cost", 1234.5), ("response_hours", 3.25), (None, 2.5)]
    content = to_xlsx({"x": pd.DataFrame(rows, columns=["metric", "before"], dtype=object)}, origin())
    cells = cells_of(content)
    forms = [cells[f"B{row}"][1] for row in (2, 3, 4, 5)]
    assert "%" in forms[0]
    assert forms[2] == "#,##0.0"
    assert forms[1] == cells_of(to_xlsx({"x": pd.DataFrame({"refund_amount": [1.5]})}, origin()))["A2"][1]
    assert [row[0] for row in sheet(content, "x")[1:]] == ["Refund rate", "After-sales cost", "Hours to answer", ""]


def test_what_is_to_be_read_wraps_and_is_one_page_wide() -> None:
    frame = pd.DataFrame({"text": ["很长的一句话" * 12, "短"]}, dtype=object)
    content = to_xlsx({"x": frame}, origin(), to_read=True)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    high = re.search(r'<row r="2"[^>]* ht="([\d.]+)"', page)
    assert high is not None
    assert float(high[1]) >= 5 * 15, "72 Chinese signs of which no more than 17 stand in a line"
    assert 'fitToHeight="0"' in page
    assert 'orientation="landscape"' in page


def test_the_same_input_gives_the_same_bytes_and_the_data_date_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    first = to_xlsx({"x": answer()}, origin())
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert to_xlsx({"x": answer()}, origin()) == first
    assert to_xlsx({"x": answer()}, origin(as_of=None)) == to_xlsx({"x": answer()}, origin(as_of=None))
    assert to_xlsx({"x": answer()}, origin(version=8)) != first


def test_customers_are_masked_in_both() -> None:
    frame = pd.DataFrame({"customer_id": ["jd_10002297"], "description": ["打13812345678"]})
    assert b"10002297" not in to_csv(frame, origin())
    assert b"13812345678" not in to_csv(frame, origin())
    assert sheet(to_xlsx({"x": frame}, origin()), "x")[1] == ["j***7", "打138****5678"]


def test_sheets_have_names_that_a_spreadsheet_takes() -> None:
    names = ["a/b:c", "A b c", "About", "history", "", "很长" * 20, "很长" * 20 + "!"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx({name: answer() for name in names}, origin())))
    assert len(book.sheet_names) == len(names) + 1
    assert len({name.casefold() for name in book.sheet_names}) == len(names) + 1
    assert all(len(name) <= 31 for name in book.sheet_names)


def test_what_a_cell_or_a_sheet_cannot_hold_is_not_lost_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"number": [2**60 + 1, float("inf")], "text": ["x" * 40_000, "\ud800"]}, dtype=object)
    rows = sheet(to_xlsx({"x": frame}, origin()), "x")
    assert rows[1][0] == str(2**60 + 1)
    assert len(str(rows[1][1])) == MOST_SIGNS
    assert str(rows[1][1]).endswith("…")
    assert rows[2][0] == ""
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    with pytest.raises(Refused, match="Narrow the filters"):
        to_xlsx({"x": answer()}, origin())


def test_an_empty_answer_is_a_file_with_headers() -> None:
    nothing = answer().iloc[:0]
    assert table_of(to_csv(nothing, origin())) == [["Category", "Refund rate", "n"]]
    assert sheet(to_xlsx({"x": nothing}, origin()), "x") == [["Category", "Refund rate", "n"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_the_contract_and_of_an_answer_has_words(language: Language) -> None:
    assert len(COLUMNS) > 80
    for name in {*COLUMNS, *MEASURES, *CATALOG}:
        words = header(name, language)
        assert words != name or name == "n"
        assert language == "en" or name in ("sku_id", "source") or not words.isascii()


def test_a_column_that_somebody_named_himself_keeps_its_name() -> None:
    assert header("my {column}", "zh") == "my {column}"


def test_an_answer_and_its_comparison_say_whose_unit_they_have() -> None:
    shown = answer().assign(low=0.07, high=0.09, status="ok")
    shown.attrs["metric"] = "refund_rate"
    both = beside(shown, shown, ["category"], "down")
    formats = [code for kind, code, _ in cells_of(to_xlsx({"x": both}, origin())).values() if kind == "number"]
    assert formats.count("[<0.00995]0.00%;0.0%") > 5
