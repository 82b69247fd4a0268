"""A batch on the table of a meeting: judged, decided on, and proved to its supplier, for everybody who looks later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from metrics.meeting import Meeting
from tests.e2e.conftest import settled

Open = Callable[..., Page]
BATCH, SKU = "B261017-00", "100052000000"


@pytest.fixture
def address(own: str) -> str:
    return f"{own}/batches?lang=zh&batch={SKU}/{BATCH}"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def write(page: Page, label: str, text: str) -> None:
    page.get_by_role("dialog").get_by_label(label).fill(text)


def test_a_verdict_is_seen_by_whoever_opens_the_page_later(address: str, visit: Open) -> None:
    page = visit(address)
    press(page, "误报")
    press(page, "保存判断")
    expect(page.get_by_role("alert")).to_contain_text("请填写姓名")
    write(page, "备注（查了什么，结果如何）", "抽检 20 件，均正常 <b>")
    write(page, "你的名字", "王敏")
    press(page, "保存判断")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".st-key-verdict")).to_contain_text("误报")

    later = visit(address, locale="en-GB")
    line = later.locator(".st-key-verdict")
    for words in ("误报", "王敏", "抽检 20 件，均正常 <b>", "从下个版本起计入"):
        expect(line).to_contain_text(words)
    expect(later.locator(".as-table tr", has_text=BATCH)).to_contain_text("误报")

    press(later, "撤回判断")
    later.get_by_role("dialog").get_by_label("你的名字").fill("王敏")
    later.get_by_role("dialog").get_by_role("button", name="撤回判断").click()
    expect(line).to_be_hidden()


def test_a_decision_needs_owner_and_date_and_two_who_change_it_are_told(address: str, visit: Open) -> None:
    page = visit(address)
    press(page, "记为决议")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"关于：桌面加湿器 {BATCH}")
    write(page, "决定做什么", "停售并向供应商A索赔")
    write(page, "你的名字", "王敏")
    press(page, "保存决议")
    expect(page.get_by_role("alert")).to_contain_text("请选到期日")
    dialog.get_by_role("spinbutton", name="year, 到期日").click()
    page.keyboard.type("20261120")
    write(page, "你的名字", "王敏")  # and the calendar closes, which lies over the button
    press(page, "保存决议")
    expect(page.get_by_role("alert")).to_contain_text("请填写负责人")
    write(page, "负责人", "李雷")
    press(page, "保存决议")
    expect(dialog).to_be_hidden()
    listed = page.locator(".as-decision")
    expect(listed).to_contain_text("停售并向供应商A索赔")
    expect(listed).to_contain_text("李雷 · 11-20 到期 · 进行中")

    other = visit(address)
    press(other, "更新")
    press(page, "更新")
    write(page, "进展", "已下架")
    press(page, "保存决议")
    expect(page.locator(".as-decision")).to_contain_text("已下架")
    write(other, "进展", "供应商已回复")
    write(other, "你的名字", "韩梅")
    press(other, "保存决议")
    expect(other.get_by_role("alert")).to_contain_text("已下架")
    expect(other.get_by_role("alert")).to_contain_text("供应商已回复")


def test_the_evidence_opens_without_the_page(address: str, visit: Open, tmp_path: Path) -> None:
    page = visit(address)
    with page.expect_download() as download:
        press(page, "导出供应商举证")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["概要", "走势", "原因", "明细", "会不会不是批次", "说明"]
    summary = dict(book.get_sheet_by_name("概要").to_python()[1:])
    heads, *tickets = book.get_sheet_by_name("明细").to_python()
    assert summary["批次"] == BATCH
    assert summary["已退件数"] == sum(row[heads.index("退货件数")] for row in tickets)
    course = book.get_sheet_by_name("走势").to_python()
    assert course[-1][course[0].index("已退件数")] == summary["已退件数"]


def test_a_meeting_can_decide_by_keyboard(address: str, visit: Open) -> None:
    page = visit(f"{address}&meeting=1&section=batch")
    expect(page.locator(".st-key-meeting-bar")).to_be_visible()
    expect(page.locator(".as-voices li").first).to_be_visible()
    page.get_by_role("button", name="记为决议").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("spinbutton", name="day, 到期日")).to_be_visible()  # the date is drawn after the rest
    page.get_by_label("决定做什么").focus()
    page.keyboard.type("抽检剩余库存")
    for answer in ("李雷", "20261120", "", "王敏"):  # between the date and the name stands the button of the calendar
        page.keyboard.press("Tab")
        page.keyboard.type(answer)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".as-decision")).to_contain_text("抽检剩余库存")


def test_a_decision_that_is_due_is_brought_up_to_date_where_the_day_begins(
    address: str, store: Path, visit: Open
) -> None:
    meeting = Meeting(store / "meeting.sqlite")
    about = {"owner": "李雷", "author": "王敏", "week": date(2026, 11, 9)}
    meeting.decide("约供应商A复盘 ![x](http://example.com/x.png)", due=date(2026, 11, 16), **about)
    meeting.decide("下周的事", due=date(2026, 11, 17), **about)
    page = visit(f"{address.split('/batches')[0]}/?lang=zh")
    expect(page.locator(".st-key-panel-batches tbody tr").first).to_be_visible()
    settled(page)  # a page that is drawn anew, as when the batches have been judged, closes its dialogs
    page.get_by_role("button", name="1 项决议到期").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("约供应商A复盘 ![x](http://example.com/x.png)")
    write(page, "进展", "已约周四")
    write(page, "你的名字", "韩梅")
    dialog.get_by_label("状态").click()
    page.get_by_role("option", name="已完成").click()
    press(page, "保存决议")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="项决议到期")).to_have_count(0)
    done = meeting.decisions()[0]
    assert (done.status, done.notes, done.author) == ("done", "已约周四", "韩梅")
