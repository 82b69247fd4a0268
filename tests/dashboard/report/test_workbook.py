"""The workbook, opened as a spreadsheet opens it: numbers of their kinds, ids as text, and nothing that executes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dashboard.report.file import rendered
from metrics.export.guard import executes
from metrics.review.model import Review
from metrics.words import LANGUAGES, Language
from tests.dashboard.reviews import EMPTY, FULL, HOSTILE, retold
from tests.metrics.export.opened import cells_of, has_formula

NAMES = (
    *("本次议程", "上周决议", "五个数", "走势", "变化拆分", "批次", "批次走势", "原因与处理建议"),
    *("时效", "处理人", "满意度", "纠纷判责", "回访", "本周决议", "省钱账", "指标口径", "说明"),
)


def rows(content: bytes, sheet: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet by the headers above them."""
    head, *below = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in below]


def made(review: Review = FULL, language: Language = "zh") -> bytes:
    return rendered(review, ".xlsx", language)


@pytest.fixture(scope="module")
def full() -> bytes:
    return made()


def place_of(content: bytes, sheet: str, header: str, row: int) -> str:
    head = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()[0]
    at = head.index(header)
    return f"{'' if at < 26 else chr(64 + at // 26)}{chr(65 + at % 26)}{row}"


def form(content: bytes, sheet: str, header: str, row: int) -> tuple[str, str]:
    kind, code, _ = cells_of(content, NAMES.index(sheet) + 1)[place_of(content, sheet, header, row)]
    return kind, code


def test_sheets_stand_in_the_order_of_the_meeting(full: bytes) -> None:
    assert tuple(CalamineWorkbook.from_filelike(io.BytesIO(full)).sheet_names) == NAMES


def test_each_number_has_the_unit_of_its_own_metric(full: bytes) -> None:
    told = {row["指标"]: row for row in rows(full, "五个数")}
    assert (told["退款率"]["值"], told["售后成本"]["值"]) == (0.079, 18_640.0)
    assert told["退款率"]["变化（差值）"] == 0.008
    assert told["退款率"]["对比期"] == 0.071
    refunds, cost = (2 + list(told).index(name) for name in ("退款率", "售后成本"))
    for header in ("值", "区间下限", "对比期", "变化（差值）", "去年同周"):
        assert "%" in form(full, "五个数", header, refunds)[1], header
        assert form(full, "五个数", header, cost) == ("number", "#,##0.00"), header


def test_days_are_days_and_counts_are_whole(full: bytes) -> None:
    first = rows(full, "上周决议")[0]
    assert (first["周"], first["到期日"]) == (date(2026, 11, 2), date(2026, 11, 13))
    assert form(full, "上周决议", "到期日", 2) == ("number", "yyyy-mm-dd")
    assert rows(full, "省钱账")[0]["月份"] == date(2026, 9, 1)
    assert rows(full, "原因与处理建议")[0]["单数"] == 62
    assert form(full, "原因与处理建议", "单数", 2)[1] in ("0", "1")


def test_ids_are_text(full: bytes) -> None:
    spike = rows(full, "批次")[0]
    assert (spike["SKU"], spike["批次"]) == ("100012345678", "B1033")
    assert form(full, "批次", "SKU", 2)[0] in ("s", "str", "inlineStr")


def test_what_is_not_known_is_empty_and_no_zero(full: bytes) -> None:
    assert rows(full, "批次")[1]["库存件数"] == ""
    assert rows(full, "省钱账")[2]["少损失"] == ""


def test_heads_stay_in_sight_and_rows_can_be_filtered(full: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(full)) as book:
        for at, name in enumerate(NAMES, start=1):
            sheet = book.read(f"xl/worksheets/sheet{at}.xml").decode()
            if name != "说明":
                assert 'state="frozen"' in sheet, name
                assert "<autoFilter" in sheet, name


def test_it_says_where_it_comes_from(full: bytes) -> None:
    told = {
        str(label): str(words)
        for label, words, *_ in CalamineWorkbook.from_filelike(io.BytesIO(full)).get_sheet_by_name("说明").to_python()
    }
    assert told["数据版本"] == "12"
    assert told["修订号"] == "48"
    assert told["未满观察期占比"] == "43.0%"
    assert told["时间"] == "2026-W46　2026-11-09 至 2026-11-15"
    assert told["筛选条件"] == "类目 女鞋、未知"
    assert told["数据截至"] == "2026-11-16 09:00"
    assert re.fullmatch("[0-9a-f]{64}", told["校验和（SHA-256）"])


def test_the_definitions_are_those_of_the_catalogue(full: bytes) -> None:
    from metrics import CATALOG

    told = {row["名称"]: row["口径"] for row in rows(full, "指标口径")}
    for name in ("refund_rate", "dispute_rate", "satisfaction", "response_in_time", "aftersales_cost", "return_rate"):
        assert told[CATALOG[name].label("zh")] == CATALOG[name].definition("zh")


@pytest.mark.parametrize(
    "attack", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x", "　=1", "\t=1", '=cmd|"/c"!A1']
)
def test_nothing_that_somebody_typed_executes(attack: str) -> None:
    content = made(retold(FULL, lambda *_: attack))
    assert not has_formula(content)
    held = 0
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for at, name in enumerate(book.sheet_names, start=1):
        told = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for place, (kind, _, quoted) in cells_of(content, at).items():
            found = re.fullmatch(r"([A-Z]+)(\d+)", place)
            assert found is not None
            column, row = found.groups()
            across = sum((ord(sign) - 64) * 26**power for power, sign in enumerate(reversed(column))) - 1
            value = told[int(row) - 1][across]
            if isinstance(value, str) and executes(value):
                assert kind != "number"
                assert quoted or row == "1", (name, place)
                held += 1
    assert held > 20


def test_signs_that_no_file_holds_are_left_out() -> None:
    told = str(rows(made(HOSTILE), "上周决议"))
    assert "evil.example" in told
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\u202e]", told)


def test_a_phone_is_struck_out_everywhere_but_in_ids() -> None:
    content = made(retold(FULL, lambda *_: "13812345678"))
    spike = rows(content, "批次")[0]
    assert spike["批次"] == "13812345678"
    assert spike["名称"] == spike["供应商"] == "138****5678"
    assert rows(content, "本周决议")[0]["负责人"] == "138****5678"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_with_nothing_to_say_says_so_on_each_sheet(language: Language) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made(EMPTY, language)))
    assert len(book.sheet_names) == len(NAMES)
    assert all(book.get_sheet_by_name(name).to_python() for name in book.sheet_names)


def test_the_books_date_is_that_of_the_data(full: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(full)) as book:
        assert f"{datetime(2026, 11, 16, 9):%Y-%m-%dT%H:%M:%SZ}" in book.read("docProps/core.xml").decode()
