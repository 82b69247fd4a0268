from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from metrics.ingest.read import Loaded, load_source, open_source
from metrics.words import Refused

TEXT = "订单编号,省份\n0001,广东\n0002,北京\n"


def rows_of(path: Path, encoding: str | None = None) -> tuple[list[tuple[Any, ...]], Loaded]:
    with duckdb.connect() as con:
        loaded = load_source(con, open_source(path, path.parent, encoding))
        return con.execute("SELECT * FROM source_rows ORDER BY source_line").fetchall(), loaded


def file_with(tmp_path: Path, text: str, name: str = "orders.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(TEXT.encode(encoding))
    rows, _ = rows_of(path)
    assert rows == [("0001", "广东", 2), ("0002", "北京", 3)]


def test_an_encoding_that_could_be_two_things_is_asked_for(tmp_path: Path) -> None:
    """`ü` followed by `l` is one rare character in GB18030, so that strict decoding alone would take it."""
    path = tmp_path / "orders.csv"
    path.write_bytes("order,name\n1,Müller\n".encode("cp1252"))
    with pytest.raises(Refused, match="neither UTF-8 nor GB18030"):
        open_source(path, tmp_path)
    assert rows_of(path, "cp1252")[0] == [("1", "Müller", 2)]


def test_a_wrong_encoding_in_a_profile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"order,name\n1,\x81\xff\xff\n")
    with pytest.raises(Refused, match="is not gb18030"):
        open_source(path, tmp_path, "gb18030")


def test_bytes_that_are_not_utf8_far_into_the_file_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"order,name\n" + b"1,plain\n" * 700_000 + "2,杭州西湖".encode("gb18030"))
    assert open_source(path, tmp_path).encoding == "gb18030"


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_the_delimiter_is_read_off_the_headers(tmp_path: Path, mark: str) -> None:
    rows, _ = rows_of(file_with(tmp_path, f"a{mark}b{mark}c\n1{mark}2{mark}3\n"))
    assert rows == [("1", "2", "3", 2)]


def test_cells_lose_their_blanks_and_the_marks_of_spreadsheets(tmp_path: Path) -> None:
    rows, _ = rows_of(file_with(tmp_path, 'id,name\n="00123", 广东\u3000\n\'0456,\t北京\u00a0\n'))
    assert rows == [("00123", "广东", 2), ("0456", "北京", 3)]


@pytest.mark.parametrize("word", ["", "?", "N/A", "--", "NULL", "-"])
def test_words_of_absence_are_null(tmp_path: Path, word: str) -> None:
    assert rows_of(file_with(tmp_path, f"id,amount\n1,{word}\n"))[0] == [("1", None, 2)]


def test_rows_with_too_few_or_too_many_cells_are_told_apart_and_the_rest_keep_their_lines(tmp_path: Path) -> None:
    rows, loaded = rows_of(file_with(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8\n9,9,9,9\n10,11,12\n13,14"))
    assert rows == [("1", "2", "3", 2), ("6", "7", "8", 4), ("10", "11", "12", 6)]
    assert [(line, code) for line, code, _ in loaded.broken] == [
        (3, "cut_short"),
        (5, "too_many_cells"),
        (7, "cut_short"),
    ]


def test_a_line_break_within_quotes_is_no_new_row(tmp_path: Path) -> None:
    rows, loaded = rows_of(file_with(tmp_path, 'id,text\n1,"坏了\n要退"\n2,好\n'))
    assert [row[:2] for row in rows] == [("1", "坏了\n要退"), ("2", "好")]
    assert loaded.broken == ()


def test_footers_and_blank_rows_are_no_rows(tmp_path: Path) -> None:
    rows, loaded = rows_of(file_with(tmp_path, "id,amount\n1,5\n,\n2,7\n合计,12\n"))
    assert [row[0] for row in rows] == ["1", "2"]
    assert loaded.footers == 1


def test_a_footer_with_fewer_cells_is_a_footer_and_not_a_broken_row(tmp_path: Path) -> None:
    _, loaded = rows_of(file_with(tmp_path, "id,name,amount\n1,a,5\n合计,5\n"))
    assert (loaded.footers, loaded.broken) == (1, ())


def sheet(path: Path, rows: list[list[Any]]) -> Path:
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for line, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            page.write(line, column, cell, *([moment] if isinstance(cell, dt.datetime) else []))
    book.close()
    return path


def test_a_spreadsheet_keeps_ids_exact_and_shows_times_in_iso(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "orders.xlsx",
        [
            ["订单编号", "数量", "金额", "下单时间"],
            ["00290000000123456789", 2, 19.9, dt.datetime(2026, 11, 11, 0, 3, 59)],
        ],
    )
    assert rows_of(path)[0] == [("00290000000123456789", "2", "19.9", "2026-11-11 00:03:59", 2)]


def test_a_number_that_lost_digits_does_not_pass_for_an_id(tmp_path: Path) -> None:
    path = sheet(tmp_path / "orders.xlsx", [["订单编号"], [290000000123456789], [290000000123]])
    rounded, exact = (row[0] for row in rows_of(path)[0])
    assert "E+" in rounded
    assert exact == "290000000123"


def test_a_spreadsheet_may_begin_below_the_first_row(tmp_path: Path) -> None:
    path = sheet(tmp_path / "orders.xlsx", [[], ["a", "b"], ["1", "2"]])
    assert rows_of(path)[0] == [("1", "2", 3)]


def test_sheets_that_are_not_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    book = xlsxwriter.Workbook(path)
    for name, cell in (("说明", None), ("订单", "a"), ("汇总", "b"), ("空", None)):
        page = book.add_worksheet(name)
        if cell:
            page.write_column(0, 0, [cell, "1"])
    book.close()
    source = open_source(path, tmp_path)
    assert (source.headers, source.other_sheets) == (("a",), ("汇总",))


def test_a_broken_row_that_begins_like_a_footer_is_not_one(tmp_path: Path) -> None:
    _, loaded = rows_of(file_with(tmp_path, "name,n,m\nSummer dress,1\n"))
    assert (loaded.footers, len(loaded.broken)) == (0, 1)


def test_json_keeps_ids_exact(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text(
        json.dumps([{"id": 290000000123456789012, "n": 1}, {"id": "007", "省份": "广东"}]), encoding="utf-8"
    )
    assert rows_of(path)[0] == [("290000000123456789012", "1", None, 1), ("007", None, "广东", 2)]


def test_parquet_is_read_as_it_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    duckdb.sql("SELECT 501 AS customer, TIMESTAMP '2010-03-01 07:45:00' AS at, 6.95 AS price").write_parquet(str(path))
    assert rows_of(path)[0] == [("501", "2010-03-01 07:45:00", "6.95", 1)]


def test_a_header_that_stands_twice_is_numbered(tmp_path: Path) -> None:
    source = open_source(file_with(tmp_path, "id,备注,备注 \n1,a,b\n"), tmp_path)
    assert source.headers == ("id", "备注 (1)", "备注 (2)")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("orders.csv", "", "is empty"),
        ("orders.csv", "\n\n", "does not begin with a row of headers"),
        ("orders.pdf", "%PDF", "not a kind of file"),
        ("orders.xlsx", "no sheet", "cannot be read"),
        ("orders.parquet", "no parquet", "cannot be read"),
        ("orders.json", "{no json", "cannot be read"),
    ],
)
def test_what_is_no_export_is_refused_in_one_sentence(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        open_source(file_with(tmp_path, text, name), tmp_path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="does not exist"):
        open_source(tmp_path / "orders.csv", tmp_path)
