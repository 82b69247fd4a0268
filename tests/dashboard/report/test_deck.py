"""The deck: few slides, all of it native, nothing past an edge, and every text only a text."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt

from dashboard.report.file import rendered
from metrics import CATALOG
from metrics.review.model import Review
from metrics.words import LANGUAGES, Language
from tests.dashboard.reviews import EMPTY, FULL, HOSTILE, LONG

SLACK = 1.0  # points


def deck(review: Review, language: Language = "zh") -> Any:
    return Presentation(io.BytesIO(rendered(review, ".pptx", language)))


@pytest.fixture(scope="module")
def full() -> Any:
    return deck(FULL)


def shapes(given: Any) -> Iterator[tuple[int, Any]]:
    for number, slide in enumerate(given.slides, start=1):
        for shape in slide.shapes:
            yield number, shape


def charts(given: Any) -> list[Any]:
    return [shape.chart for _, shape in shapes(given) if shape.has_chart]


def tables(given: Any) -> list[Any]:
    return [shape.table for _, shape in shapes(given) if shape.has_table]


def titles(given: Any) -> list[str]:
    return [slide.shapes[1].text_frame.text for slide in given.slides]


def needed(frame: Any, room: float) -> float:
    """Return the height that a text needs at least: letters of a half of their size, Chinese signs of all of it."""
    high = 0.0
    for paragraph in frame.paragraphs:
        size = max([run.font.size.pt for run in paragraph.runs], default=0.0)
        wide = sum(
            run.font.size.pt * (1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.5)
            for run in paragraph.runs
            for sign in run.text
        )
        high += size * 1.2 * max(1, -(-wide // room))
    return high


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("review", [FULL, EMPTY, LONG, HOSTILE], ids=["full", "empty", "long", "hostile"])
def test_nothing_runs_over_an_edge(review: Review, language: Language) -> None:
    given = deck(review, language)
    assert 2 <= len(given.slides) <= 12
    for number, shape in shapes(given):
        where = (number, shape.name)
        assert shape.left >= 0, where
        assert shape.top >= 0, where
        assert shape.left + shape.width <= given.slide_width, where
        assert shape.top + shape.height <= given.slide_height, where
        if shape.has_text_frame and shape.text_frame.text:
            assert needed(shape.text_frame, shape.width / 12_700) <= shape.height / 12_700 + SLACK, where
        if shape.has_table:
            rows = [row.height for row in shape.table.rows]
            assert shape.top + sum(rows) <= Pt(510), where
            for at, row in enumerate(shape.table.rows):
                for cell, column in zip(row.cells, shape.table.columns, strict=True):
                    room = (column.width - cell.margin_left - cell.margin_right) / 12_700
                    around = (cell.margin_top + cell.margin_bottom) / 12_700
                    assert needed(cell.text_frame, room) + around <= rows[at] / 12_700 + SLACK, (*where, at)


@pytest.mark.parametrize("review", [FULL, LONG], ids=["full", "long"])
def test_no_two_parts_of_a_slide_lie_on_each_other(review: Review) -> None:
    for number, slide in enumerate(deck(review).slides, start=1):
        boxes = [
            (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height, shape.name)
            for shape in slide.shapes
        ]
        for at, one in enumerate(boxes):
            for other in boxes[at + 1 :]:
                apart = (
                    one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] + Pt(1) or other[3] <= one[1] + Pt(1)
                )
                assert apart, (number, one[-1], other[-1])


def test_each_finding_has_its_slide_in_the_order_of_the_meeting(full: Any) -> None:
    told = titles(full)
    assert told[0] == "售后周复盘"
    assert told[1].startswith("上周 4 项决议")
    assert told[3] == FULL.headlines[0].sentence["zh"]
    assert told[4] == told[5] == FULL.spikes[0].finding["zh"]
    assert told[9].startswith("本周 2 项决议")
    assert len(told) == 11


def test_a_section_with_nothing_to_say_is_a_line_of_the_cover() -> None:
    given = deck(EMPTY)
    assert len(given.slides) == 2
    cover = [cell.text for row in tables(given)[0].rows for cell in row.cells]
    assert "这一周没有售后单" in cover


def test_charts_are_native_and_hold_the_numbers_of_the_review(full: Any) -> None:
    found = charts(full)
    waterfall, weeks = found[0], found[1]
    start, effects, _ = waterfall.plots[0].series
    moved = sorted(abs(cause.effect) for cause in FULL.headlines[0].causes)
    assert sorted(effects.values)[2:] == pytest.approx(moved)
    ends = [first + size for first, size in zip(start.values, effects.values, strict=True)]
    largest = max(range(1, 6), key=lambda at: effects.values[at])
    assert ends[largest] - start.values[largest] == pytest.approx(0.005)
    assert start.values[-1] - start.values[0] == pytest.approx(0.008)
    assert [value for value in weeks.plots[0].series[0].values if value is not None] == pytest.approx(
        [week.now.value for week in FULL.headlines[0].weeks if week.now.value is not None]
    )
    course = found[2].plots[0].series[0].values
    assert list(course) == [point.observed for point in FULL.spikes[0].course]
    for chart in found:
        assert chart.part.chart_workbook.xlsx_part is not None


def test_there_is_no_picture_in_it(full: Any) -> None:
    assert [shape.name for _, shape in shapes(full) if shape.shape_type == 13] == []
    with zipfile.ZipFile(io.BytesIO(rendered(FULL, ".pptx", "zh"))) as archive:
        assert [name for name in archive.namelist() if name.endswith((".jpeg", ".png", ".emf"))] == []


def test_every_run_names_its_latin_and_its_chinese_face(full: Any) -> None:
    runs = [run for slide in full.slides for run in slide._element.iter(qn("a:r"))]
    runs += [run for slide in full.slides for run in slide.notes_slide._element.iter(qn("a:r"))]
    assert len(runs) > 100
    for run in runs:
        faces = {child.tag: child.get("typeface") for child in run.find(qn("a:rPr"))}
        assert faces[qn("a:latin")] == "Segoe UI"
        assert faces[qn("a:ea")] == "Microsoft YaHei"
    for chart in charts(full):
        faces = {each.get("typeface") for each in chart._chartSpace.iter(qn("a:ea"))}
        assert faces == {"Microsoft YaHei"}


def test_the_notes_say_what_the_numbers_mean_and_where_they_come_from(full: Any) -> None:
    numbers = full.slides[2].notes_slide.notes_text_frame.text
    for given in FULL.headlines:
        assert CATALOG[given.metric].definition("zh") in numbers
    for slide in full.slides:
        notes = slide.notes_slide.notes_text_frame.text
        assert all(words in notes for words in ("2026-W46", "类目 女鞋、未知", "43.0%", "12", "48"))


def test_every_slide_says_its_week_version_limits_and_what_is_young(full: Any) -> None:
    for slide in full.slides:
        told = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert any(all(words in text for words in ("2026-W46", "版本 12", "43.0%", "类目 女鞋、未知")) for text in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_text_stays_a_text(language: Language) -> None:
    content = rendered(HOSTILE, ".pptx", language)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                part = ElementTree.fromstring(archive.read(name))
                assert not [each for each in part.iter() if each.tag.endswith(("}script", "}img", "}a"))], name
            if name.endswith(".rels"):
                assert b"evil.example" not in archive.read(name)
    told = [
        cell.text for table in tables(Presentation(io.BytesIO(content))) for row in table.rows for cell in row.cells
    ]
    assert any("=HYPERLINK(" in text for text in told)


def test_numbers_of_a_chart_can_be_opened_and_names_in_them_execute_nothing() -> None:
    with zipfile.ZipFile(io.BytesIO(rendered(HOSTILE, ".pptx", "zh"))) as archive:
        books = [archive.read(name) for name in archive.namelist() if name.endswith(".xlsx")]
    assert books
    for content in books:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet


def test_rows_without_room_are_counted() -> None:
    cases = tuple(replace(FULL.cases[0], tickets=100 - number) for number in range(30))
    given = deck(replace(FULL, cases=cases))
    slide = next(slide for slide in given.slides if slide.name == "原因与处理建议")
    rows = len(next(shape.table for shape in slide.shapes if shape.has_table).rows) - 1
    assert 1 <= rows <= 8
    told = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert f"另有 {30 - rows} 行见工作簿" in told
