"""A look at a file before it is imported, and what becomes of it once its mapping is corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from metrics.ingest import columns_offered, import_files, preview, preview_as
from metrics.words import Refused, say

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Desk

COMPLAINTS = (
    "Ticket #,Customer Complaint,Date,Time,Status\n"
    "101,call 13812345678,22-04-15,3:10:50 PM,Closed\n"
    "102,Lost,04-08-15,10:20:30 AM,Zombie\n"
)


def written(desk: Desk, name: str, text: str) -> Path:
    path = desk.folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_that_a_profile_knows_is_named_with_the_headers_that_gave_it_away(desk: Desk) -> None:
    path = written(
        desk, "任意名字.csv", "服务单编号,服务类型,申请时间,审核结果,备注\n1,退货,2026-11-01 10:00:00,待审核,\n"
    )
    seen = preview(path)
    assert (seen.profile, seen.table) == ("jd", "tickets")
    assert seen.known_by == ("服务单编号", "服务类型", "申请时间", "审核结果")  # as the file spells them
    assert seen.guess is None
    assert seen.ready


def test_a_look_writes_nothing(desk: Desk) -> None:
    path = written(desk, "complaints.csv", COMPLAINTS)
    preview(path)
    assert [each.name for each in desk.folder.iterdir() if each.is_file()] == ["complaints.csv"]


def test_the_samples_show_what_stands_in_a_column_but_no_phone_number(desk: Desk) -> None:
    seen = preview(written(desk, "complaints.csv", COMPLAINTS))
    assert seen.samples["Date"] == ("22-04-15", "04-08-15")
    assert seen.samples["Customer Complaint"] == ("call 138****5678", "Lost")


def test_an_ambiguous_date_shows_every_reading_and_is_imported_in_the_one_that_was_chosen(desk: Desk) -> None:
    path = written(desk, "complaints.csv", COMPLAINTS)
    seen = preview(path, today=datetime(2020, 1, 1))
    assert seen.guess is not None
    assert not seen.ready
    mapping = seen.guess.mapping
    assert mapping.columns["requested_at"] == ("Date", "Time")
    assert mapping.undecided == ("requested_at",)
    assert mapping.open_words == (("outcome", "Zombie"),)
    readings = {reading.format: reading for reading in seen.guess.readings["requested_at"]}
    assert {format_: reading.later for format_, reading in readings.items()} == {
        "%y-%m-%d %I:%M:%S %p": 1,
        "%d-%m-%y %I:%M:%S %p": 0,
    }
    corrected = mapping.with_format("requested_at", "%d-%m-%y %I:%M:%S %p").with_word("outcome", "Zombie", "open")
    again = preview(path, mapping=corrected)
    assert again.ready
    assert again.guess is not None
    import_files([path], store=desk.store, mappings={path: again.guess.mapping})
    assert desk.ask("SELECT ticket_id, requested_at, outcome FROM tickets ORDER BY 1") == [
        ("101", datetime(2015, 4, 22, 15, 10, 50), "closed"),
        ("102", datetime(2015, 8, 4, 10, 20, 30), "open"),
    ]


def test_a_format_that_does_not_fit_is_not_kept(desk: Desk) -> None:
    path = written(desk, "complaints.csv", COMPLAINTS)
    seen = preview(path)
    assert seen.guess is not None
    again = preview(path, mapping=seen.guess.mapping.with_format("requested_at", "%Y"))
    assert again.guess is not None
    assert again.guess.mapping.undecided == ("requested_at",)


def test_a_header_can_mean_something_else_or_nothing(desk: Desk) -> None:
    text = "Order Number,Placed,Order Date,Total,Net\nA,2026-11-01,2026-11-02,100,40\n"
    seen = preview(written(desk, "o.csv", text))
    assert seen.guess is not None
    mapping, headers = seen.guess.mapping, seen.headers
    assert mapping.columns["amount"] == ("Total",)
    assert mapping.with_meaning("Net", "amount", headers).columns["amount"] == ("Net",)  # it takes the place
    joined = mapping.with_meaning("Placed", "ordered_at", headers).columns["ordered_at"]
    assert joined == ("Placed", "Order Date")  # a day and a time, in the order of the file
    without = mapping.with_meaning("Order Date", None, headers)
    assert without.missing == ("ordered_at",)
    assert without.meaning("Order Date") is None
    assert "ordered_at" not in without.formats
    moved = without.with_meaning("Placed", "ordered_at", headers)
    assert moved.columns["ordered_at"] == ("Placed",)
    assert preview(seen.path, mapping=moved).ready


def test_what_is_still_open_is_refused_and_not_imported(desk: Desk) -> None:
    path = written(desk, "complaints.csv", COMPLAINTS)
    seen = preview(path)
    assert seen.guess is not None
    with pytest.raises(Refused, match="choose the format of requested_at"):
        import_files([path], store=desk.store, mappings={path: seen.guess.mapping})
    assert desk.store.current is None


def test_a_file_can_be_taken_for_another_table(desk: Desk) -> None:
    text = "Order Number,Score,Date\nA,5,2026-11-01\n"
    path = written(desk, "answers.csv", text)
    seen = preview_as(path, "surveys")
    assert seen.guess is not None
    assert seen.guess.mapping.table == "surveys"
    assert seen.guess.mapping.columns["score"] == ("Score",)
    assert "survey_id" in seen.guess.mapping.missing


def test_files_of_one_import_may_each_have_a_mapping_of_their_own(desk: Desk) -> None:
    orders = written(desk, "o.csv", "Order Number,Order Date,Total\nA,2026-11-01,100\n")
    known = written(
        desk, "t.csv", "服务单号,订单编号,服务类型,申请时间,审核结果\n1,A,退货,2026-11-02 10:00:00,待审核\n"
    )
    seen = preview(orders)
    assert seen.guess is not None
    report = import_files([orders, known], store=desk.store, mappings={orders: seen.guess.mapping})
    assert report.version == 1
    assert {(file.kind, file.profile, file.rows_accepted) for file in report.files} == {
        ("order_lines", "o", 1),
        ("tickets", "jd", 1),
    }
    corrected = seen.guess.mapping.with_meaning("Total", None, seen.headers)
    again = import_files([orders], store=desk.store, mappings={orders: corrected})
    assert not again.files[0].already_imported  # a corrected mapping is another way to read the same bytes


def test_what_a_page_may_offer_for_a_column_is_what_the_contract_has() -> None:
    assert {"order_id", "product_name", "tier"} <= set(columns_offered("order_lines"))
    assert not {"shop", "source", "import_id"} & set(columns_offered("order_lines"))


def test_a_dry_run_says_what_the_checks_would(whole_desk: Desk) -> None:
    orphan = written(
        whole_desk, "t.csv", "服务单号,订单编号,服务类型,申请时间,审核结果\n1,X,退货,2026-11-02 10:00:00,待审核\n"
    )
    dry = import_files([orphan], store=whole_desk.store, dry_run=True)
    assert whole_desk.store.current is None
    done = import_files([orphan], store=whole_desk.store)
    assert "store.check_orphan_tickets" in {warning.sentence for warning in dry.warnings}
    assert dry.warnings == done.warnings


@pytest.mark.parametrize(
    ("language", "title", "why"), [("zh", "行号", "不在已知取值之列"), ("en", "line", "not a known")]
)
def test_rejected_rows_are_explained_in_the_language_of_whoever_imports(
    desk: Desk, language: str, title: str, why: str
) -> None:
    head = "服务单号,订单编号,服务类型,申请时间,审核结果\n"
    good, bad = "1,A,退货,2026-11-02 10:00:00,待审核\n", "2,A,退货,2026-11-02 10:00:00,谁知道\n"
    report = import_files(
        [written(desk, "t.csv", head + good + bad)], store=desk.store, language="zh" if language == "zh" else "en"
    )
    rejects = report.files[0].rejects
    assert rejects is not None
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.startswith(title)
    assert why in text
    with pytest.raises(Refused) as caught:
        import_files([written(desk, "u.csv", head + bad)], store=desk.store)
    assert why in say(caught.value.finding, "zh" if language == "zh" else "en")


def test_a_mapping_is_a_value(desk: Desk) -> None:
    seen = preview(written(desk, "o.csv", "Order Number,Order Date\nA,2026-11-01\n"))
    assert seen.guess is not None
    mapping = seen.guess.mapping
    mapping.with_meaning("Order Date", None, seen.headers)
    assert mapping == replace(mapping)
    assert "ordered_at" in mapping.columns


def test_a_file_that_fits_no_table_can_be_mapped_by_hand(desk: Desk) -> None:
    seen = preview(written(desk, "abc.csv", "col a,col b\nA,2026-11-01\n"))
    assert seen.guess is not None
    mapping = seen.guess.mapping
    assert mapping.missing == ("order_id", "ordered_at")
    mapping = mapping.with_meaning("col a", "order_id", seen.headers).with_meaning("col b", "ordered_at", seen.headers)
    again = preview(seen.path, mapping=mapping)
    assert again.ready
    assert again.guess is not None
    import_files([seen.path], store=desk.store, mappings={seen.path: again.guess.mapping})
    assert desk.ask("SELECT order_id, ordered_at FROM order_lines") == [("A", datetime(2026, 11, 1))]


def test_a_corrected_mapping_keeps_the_encoding(desk: Desk) -> None:
    path = desk.write("o.csv", "主订单编号,成交时间,备注\nA,2026-11-01 10:00:00,中文\n", "gb18030")
    seen = preview(path)
    assert seen.guess is not None
    assert seen.samples["备注"] == ("中文",)
    corrected = seen.guess.mapping.with_meaning("备注", "channel", seen.headers)
    import_files([path], store=desk.store, mappings={path: corrected})
    assert desk.ask("SELECT channel FROM order_lines") == [("中文",)]
