"""What is done about one batch: found out, decided, proved, and heard from its customers."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import Mock

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

import metrics
from dashboard import data, evidence
from dashboard.page import Page
from dashboard.text import Text
from metrics.batches.report import SpikeReport
from metrics.export import to_xlsx
from metrics.export.columns import header
from metrics.meeting import Meeting
from metrics.words import LANGUAGES, Language
from tests.dashboard.visits import html, opened

BATCH, SKU, SHOP = "B261017-00", "100052000000", "演示店铺"


@pytest.fixture(scope="module")
def report(sample_store: Path) -> SpikeReport:
    return metrics.open_shop(sample_store).spike_report()


@pytest.fixture
def meeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """What this test types, and nobody else reads."""
    typed = Meeting(tmp_path / "meeting.sqlite")
    monkeypatch.setattr(data, "meeting", Mock(return_value=typed))
    return typed


def row_of(report: SpikeReport, batch: str = BATCH) -> dict[str, object]:
    found = report.batches[report.batches["batch_id"] == batch]
    return {str(name): value for name, value in found.iloc[0].to_dict().items()}


def labels(page: AppTest) -> set[str]:
    return {button.label for button in page.button}


def batch_page(store: Path, monkeypatch: pytest.MonkeyPatch, batch: str = f"{SKU}/{BATCH}") -> AppTest:
    return opened(store, "batches", monkeypatch, lang="zh", batch=batch)


def test_a_verdict_is_shown_with_who_gave_it_and_counts_from_the_next_version(
    meeting: Meeting, report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = html(batch_page(sample_store, monkeypatch))
    meeting.give_verdict(
        SHOP, SKU, BATCH, "false_alarm", judged_on=report.as_of, author="<b>王敏</b>", note="<script>抽检 20 件"
    )
    shown = html(batch_page(sample_store, monkeypatch))
    for words in ("误报：这批货没问题", "&lt;b&gt;王敏&lt;/b&gt;", "&lt;script&gt;抽检 20 件", "从下个版本起计入"):
        assert words not in before
        assert words in shown
    assert f"{BATCH} · 误报" in shown, "the batch stays in the list, with its verdict"
    monkeypatch.setattr(data, "counted_verdicts", Mock(return_value={(SHOP, SKU, BATCH, "false_alarm")}))
    assert "已计入版本 1" in html(batch_page(sample_store, monkeypatch))


def test_decisions_stand_under_the_batch_that_they_are_about(
    meeting: Meeting, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = {"owner": "李雷", "due": date(2026, 11, 20), "author": "王敏", "week": date(2026, 11, 16)}
    meeting.decide("停售 <b>全部</b>", subject_kind="batch", subject=f"{SHOP}/{SKU}/{BATCH}", **about)
    meeting.decide("别的批次的事", subject_kind="batch", subject=f"{SHOP}/{SKU}/B0", **about)
    shown = html(batch_page(sample_store, monkeypatch))
    assert "停售 &lt;b&gt;全部&lt;/b&gt;" in shown
    assert "李雷 · 11-20 到期 · 进行中" in shown
    assert "别的批次的事" not in shown


@pytest.mark.usefixtures("meeting")
def test_a_calm_batch_has_no_flag_to_judge_but_can_be_decided_on(
    report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = report.batches[report.batches["level"] == "calm"].iloc[0]
    found = labels(batch_page(sample_store, monkeypatch, f"{calm['sku_id']}/{calm['batch_id']}"))
    assert {"确认", "误报"} <= labels(batch_page(sample_store, monkeypatch))
    assert {"确认", "误报"}.isdisjoint(found)
    assert "记为决议" in found


@pytest.mark.usefixtures("meeting")
def test_customers_are_heard_in_their_own_words_or_it_is_said_what_is_missing(
    report: SpikeReport, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = report.words(BATCH, SKU)
    shown = html(batch_page(sample_store, monkeypatch))
    assert shown.count("<q>") == len(words) > 2
    assert f"“{words['description'].loc[words['said'].idxmax()]}”" in shown
    monkeypatch.setattr(SpikeReport, "words", Mock(return_value=words.head(0)))
    assert "客户没有写问题描述" in html(batch_page(sample_store, monkeypatch))
    asked = data.sql
    monkeypatch.setattr(
        data, "sql", lambda source, text: asked(source, text).head(0 if "description" in text else None)
    )
    assert "导出里没有“问题描述”一列" in html(batch_page(sample_store, monkeypatch))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_evidence_is_about_the_batch_and_tells_nothing_of_the_shops_stock(
    language: Language, report: SpikeReport
) -> None:
    text, row = Text(language), row_of(report)
    page = Mock(spec=Page, text=text, source=Mock(version=4, as_of=pd.Timestamp("2026-11-16 09:00")))
    sheets = evidence.evidence(report, row, text)
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(sheets, evidence.provenance(page, report, row))))
    told = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    summary = dict(told[text("evidence.summary")])
    assert summary[text("evidence.batch")] == BATCH
    heads, *tickets = told[text("evidence.tickets")]
    returned = sum(cells[heads.index(header("returns", language))] for cells in tickets)
    assert summary[text("evidence.observed")] == row["observed"] == returned
    if language == "zh":
        assert not [head for name in list(told)[:5] for head in told[name][0] if str(head).isascii()]
    assert str(row["units_in_stock"]) not in map(str, summary.values())
    about = {str(name): str(words) for name, words in told[book.sheet_names[-1]]}
    assert {text(f"evidence.{name}") for name in evidence.DEFINED} <= about.keys()
    assert any(BATCH in words for words in about.values())
    assert len(told) == 6
    for rows in told.values():
        assert not [cell for cells in rows for cell in cells if str(cell) in {"nan", "None", "NaT", "<NA>"}]


def test_the_evidence_of_a_batch_without_supplier_or_name_leaves_them_out(report: SpikeReport) -> None:
    text = Text("zh")
    bare = {**row_of(report), "supplier": float("nan"), "product_name": None, "first_flagged_on": pd.NaT}
    summary = evidence.evidence(replace(report), bare, text)[text("evidence.summary")]
    assert set(summary.iloc[:, 0]).isdisjoint({"供应商", "商品", "首次标红"})
