"""Files brought in through the browser: the sample counted, garbage refused, dates decided, an import taken back."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PROJECT, Open, pick, serving
from tests.e2e.test_journey import CUT_TABLES, SMALL_TEXT, keep

SAMPLE = PROJECT / "data" / "sample"
COMPLAINTS = (
    "Ticket #,Customer Complaint,Date,Time,Status\n"
    "101,<b>late</b>,04-05-26,3:10:50 PM,Closed\n"
    "102,Lost,05-06-26,10:20:30 AM,Open\n"
    "103,Dear,06-07-26,9:05:40 AM,Zombie\n"
)
PATIENT = 120_000


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a shop without data; one test imports into it, which none of the others minds."""
    return tmp_path_factory.mktemp("imports") / "store"


@pytest.fixture(scope="module")
def served(browser: Browser, empty: Path) -> Iterator[str]:
    del browser
    with serving("dashboard", "--store", str(empty)) as address:
        yield address


def send(page: Page, *files: Path) -> None:
    place = page.locator('input[type="file"]')
    expect(place).to_have_count(1)  # after an import the old place of the files goes while the new one is drawn
    place.set_input_files([str(path) for path in files])


def test_a_link_into_the_glossary_opens_the_metric_with_its_select(visit: Open, served: str) -> None:
    page = visit(f"{served}/glossary?find=dispute_rate&lang=zh")
    entry = page.locator("#dispute_rate")
    expect(entry).to_contain_text("纠纷率")
    entry.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(entry.locator("pre").first).to_contain_text("SELECT")
    keep(page, "glossary")
    assert page.evaluate(SMALL_TEXT) == []
    page.get_by_role("button", name="显示全部指标").click()
    page.get_by_role("link", name="满意度均分", exact=True).click()
    expect(page.locator("#satisfaction_score")).to_be_in_viewport()


def test_the_sample_is_counted_row_by_row(visit: Open, served: str, empty: Path) -> None:
    orders, tickets = SAMPLE / "订单.xlsx", SAMPLE / "售后服务单.csv"
    with tickets.open(encoding="gb18030", newline="") as lines:
        of_tickets = sum(1 for _ in csv.DictReader(lines))
    of_orders = len(pd.read_excel(orders, dtype=str, engine="calamine"))

    page = visit(served)
    page.get_by_role("link", name="导入我的数据").click()
    send(page, orders, tickets)
    files = page.locator(".st-key-panel-import table").first
    expect(files).to_contain_text("表头 订单编号、下单时间", timeout=PATIENT)
    expect(files).to_contain_text("表头 服务单号")
    page.get_by_role("button", name="导入", exact=True).click()
    result = page.locator(".st-key-import-result")
    expect(result).to_contain_text(f"已导入 {of_orders + of_tickets:,} 行，成为版本 1", timeout=PATIENT)
    rows = result.locator("table").first.locator("tbody tr")
    expect(rows.nth(0)).to_contain_text(f"{of_orders:,}")
    expect(rows.nth(1)).to_contain_text(f"{of_tickets:,}")
    keep(page, "imported")
    assert [path for path in (empty / "uploads").rglob("*") if path.is_file()] == []
    expect(page.get_by_role("link", name="去看概览")).to_have_attribute("href", "/?lang=zh")
    expect(page.locator(".st-key-panel-versions")).to_contain_text("当前")


def test_garbage_is_told_dates_are_decided_and_an_import_is_taken_back(
    visit: Open, serve: Callable[..., str], tmp_path: Path
) -> None:
    garbage, complaints, orders = tmp_path / "垃圾.csv", tmp_path / "complaints.csv", tmp_path / "orders.csv"
    garbage.write_bytes(bytes(range(128, 256)) * 40)
    complaints.write_text(COMPLAINTS, encoding="utf-8")
    orders.write_text(
        "订单编号,下单时间\n" + "".join(f"A{n},2026-06-{n:02d} 10:00:00\n" for n in range(1, 21)), "utf-8"
    )
    page = visit(serve("dashboard", "--store", str(tmp_path / "store")) + "/imports")

    send(page, garbage)
    expect(page.get_by_text("垃圾.csv 既不是 UTF-8 也不是 GB18030 编码")).to_be_visible()
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_disabled()
    page.reload()  # the desk goes with the visit

    send(page, complaints)
    expect(page.get_by_text("申请时间有不止一种读法")).to_be_visible()
    expect(page.get_by_text("<b>late</b>")).to_be_visible()  # shown, and not obeyed
    expect(page.get_by_role("radio")).to_have_count(5)  # three readings, and the two languages of the page
    keep(page, "mapping")
    assert page.evaluate(CUT_TABLES) == []
    assert page.evaluate(SMALL_TEXT) == []
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 1366
    page.get_by_text("DD-MM-YY hh:mm:ss AM/PM · 2026-05-04").click()
    expect(page.get_by_text("申请时间有不止一种读法")).to_have_count(0)
    pick(page, "审核结果: Zombie", "处理中")
    page.get_by_role("button", name="试导入").click()
    result = page.locator(".st-key-import-result")
    expect(result).to_contain_text("试导入：3 行可以导入")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(result).to_contain_text("已导入 3 行，成为版本 1")
    expect(page.locator(".st-key-panel-freshness")).to_contain_text("2026-05-04 15:10")

    send(page, orders)
    page.get_by_role("button", name="导入", exact=True).click()
    expect(result).to_contain_text("已导入 20 行，成为版本 2")
    versions = page.locator(".st-key-panel-versions")
    versions.get_by_role("button", name="退回到 1").click()
    page.get_by_role("button", name="确认退回到版本 1").click()
    expect(page.locator(".st-key-panel-freshness")).to_contain_text("当前版本 1")
    expect(page.locator(".st-key-panel-files")).not_to_contain_text("orders.csv")
    keep(page, "versions")
