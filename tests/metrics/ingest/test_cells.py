from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.ingest import cells

SHANGHAI = "Asia/Shanghai"
CON = duckdb.connect()


def value(expression: str, cell: str) -> Any:
    return CON.execute(f"SELECT {expression} FROM (SELECT CAST($1 AS VARCHAR) AS cell)", [cell]).fetchall()[0][0]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", "12"), ("12.5", "12.5"), ("¥1,234.50", "1234.50"), ("￥ 99", "99"), ("1,234,567", "1234567"),
        ("12元", "12"), ("-3.20", "-3.20"), ("12,5", None), ("十二", None), ("1 2", None), ("nan", None),
    ],
)  # fmt: skip
def test_money(text: str, amount: str | None) -> None:
    found = value(cells.number("cell", "DECIMAL(18, 4)"), text)
    assert found == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(("text", "count"), [("2", 2), ("2.0", 2), ("1,000", 1000), ("2.5", None), ("", None)])
def test_a_count_is_a_whole_number(text: str, count: int | None) -> None:
    assert value(cells.number("cell", "BIGINT"), text) == count


@given(st.decimals(min_value=Decimal("-99999999.99"), max_value=Decimal("99999999.99"), places=2))
def test_money_is_read_back_as_it_was_printed(amount: Decimal) -> None:
    assert value(cells.number("cell", "DECIMAL(18, 4)"), f"{amount:,}") == amount


@pytest.mark.parametrize(
    ("text", "truth"), [("是", True), ("否", False), ("TRUE", True), ("0", False), ("Y", True), ("也许", None)]
)
def test_truth(text: str, truth: bool | None) -> None:
    assert value(cells.truth("cell"), text) is truth


@pytest.mark.parametrize(
    ("text", "formats", "moment"),
    [
        ("2026-11-16 09:00:01", ["iso"], datetime(2026, 11, 16, 9, 0, 1)),
        ("2026-11-16T09:00:01", ["iso"], datetime(2026, 11, 16, 9, 0, 1)),
        ("2026/11/6 9:05", ["iso"], datetime(2026, 11, 6, 9, 5)),
        ("2026-11-16", ["iso"], datetime(2026, 11, 16)),
        ("2026-11-16T01:00:00Z", ["iso"], datetime(2026, 11, 16, 9)),
        ("2026-11-16 09:00:00+08:00", ["iso"], datetime(2026, 11, 16, 9)),
        ("1763254800000", ["epoch_ms"], datetime(2025, 11, 16, 9)),
        ("22-04-15", ["iso"], None),
        ("22-04-15", ["%d-%m-%y"], datetime(2015, 4, 22)),
        ("04-30-22", ["%m-%d-%Y", "%m-%d-%y"], datetime(2022, 4, 30)),  # `%Y` alone reads the year 22
        ("04-12-2022", ["%m-%d-%y", "%m-%d-%Y"], datetime(2022, 4, 12)),
        ("16.11.2026", ["%Y-%m-%d"], None),
    ],
)
def test_moments(text: str, formats: list[str], moment: datetime | None) -> None:
    assert value(cells.moment("cell", formats, SHANGHAI, SHANGHAI), text) == moment


def test_a_profile_s_zone_is_brought_to_the_shop_s_but_a_day_stays_a_day() -> None:
    expression = cells.moment("cell", ["iso", "%d.%m.%Y", "%d.%m.%Y %H:%M"], "Europe/London", SHANGHAI)
    assert value(expression, "2010-06-01 18:30:00") == datetime(2010, 6, 2, 1, 30)
    assert value(expression, "01.06.2010 18:30") == datetime(2010, 6, 2, 1, 30)
    assert value(expression, "2010-06-01") == datetime(2010, 6, 1)
    assert value(expression, "01.06.2010") == datetime(2010, 6, 1)


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 12, 31)).map(
        lambda at: at.replace(microsecond=0)
    )
)
def test_iso_reads_what_python_writes(at: datetime) -> None:
    assert value(cells.moment("cell", ["iso"], SHANGHAI, SHANGHAI), at.isoformat(sep=" ")) == at


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800138000转告", "电话138****8000转告"),
        ("+86 138-0013-8000", "+86 138****8000"),
        ("13800138000,13900139000", "138****8000,139****9000"),
        ("130000013000000000", "130****0000"),  # two numbers run together leave no third behind
        ("0571-87654321", "0571****4321"),
        ("尺码 165/88A，第3天坏的", "尺码 165/88A，第3天坏的"),
    ],
)
def test_phones_are_masked(text: str, masked: str) -> None:
    assert value(cells.masked("cell"), text) == masked


@given(
    st.text(alphabet="0123456789- 号ab", max_size=40),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.text(max_size=10),
)
def test_no_mobile_number_survives(before: str, phone: str, after: str) -> None:
    found = value(cells.masked("cell"), (before + phone + after).replace("\x00", ""))
    assert not re.search(r"1[3-9][0-9]{9}", found)


@pytest.mark.parametrize(
    ("text", "rounded"), [("3.20101E+11", True), ("2e+17", True), ("320101", False), ("SKU-E+1", False)]
)
def test_an_id_that_a_spreadsheet_rounded_is_seen(text: str, rounded: bool) -> None:
    assert value(cells.rounded_id("cell"), text) is rounded


def test_words_are_translated_and_a_star_stands_for_the_others() -> None:
    assert value(cells.word("cell", {"退货": "return", "*": "other"}), "退货") == "return"
    assert value(cells.word("cell", {"退货": "return", "*": "other"}), "以旧换新") == "other"
    assert value(cells.word("cell", {"退货": "return"}), "以旧换新") == "以旧换新"
