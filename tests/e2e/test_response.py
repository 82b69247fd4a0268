"""The response queue in a browser: seen, narrowed by a click, read in English, and led through in a meeting."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import metrics
from metrics.warehouse.store import Store
from tests.e2e.conftest import Open, settled, turn
from tests.e2e.test_journey import CUT_TABLES, SMALL_TEXT
from tests.metrics.filled import contract, fill
from tests.metrics.shops import BIG, make_shop

TITLE = ".st-key-panel-queue .as-finding"
TICKETS = ".st-key-queue tbody tr"
CUT_REASONS = """() => [...document.querySelectorAll('.st-key-queue td small')]
    .filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"""


def queue_of(visit: Open, demo: str, **options: str) -> Page:
    page = visit(f"{demo}/response", **options)
    expect(page.locator(TICKETS)).to_have_count(10)
    return page


def count(page: Page) -> int:
    found = re.search(r"待审核 (\d+) 单", page.locator(f"{TITLE} small").inner_text())
    assert found is not None
    return int(found[1])


def test_the_queue_is_seen_and_narrowed_and_seen_whole_again(visit: Open, demo: str) -> None:
    page = queue_of(visit, demo)
    assert "超时" in page.locator(TITLE).inner_text()
    late = page.locator(f"{TICKETS} td.as-late")
    expect(late.first).to_be_visible()
    page.get_by_role("button", name="只看剩余时间：2–4 小时").click()
    page.wait_for_url(re.compile("due=4h"))
    expect(late).to_have_count(0)
    page.get_by_role("button", name="取消只看：2–4 小时").click()
    expect(page.locator(TICKETS)).to_have_count(10)
    assert "due=" not in page.url


def test_the_order_is_turned_round_by_a_switch_and_explained_behind_its_sign(visit: Open, demo: str) -> None:
    page = queue_of(visit, demo)
    expect(page.locator(f"{TICKETS} small").first).to_contain_text("·")
    page.get_by_role("radio", name="按截止时间").click()
    page.wait_for_url(re.compile("order=deadline"))
    page.get_by_role("button", name="怎么排的").click()
    expect(page.get_by_role("dialog")).to_contain_text("预计损失 = ")
    expect(page.get_by_role("dialog").locator("tbody tr").first).to_be_visible()


def test_another_category_is_another_queue(visit: Open, demo: str) -> None:
    page = queue_of(visit, demo)
    everything = count(page)
    page.get_by_role("combobox", name="类目").click()
    page.get_by_role("option", name="服饰").click()
    page.wait_for_url(re.compile("where.category="))
    expect(page.locator(f"{TITLE} small")).not_to_contain_text(f"待审核 {everything} 单")
    assert 0 < count(page) < everything


def test_a_cell_of_the_clock_filters_the_page(visit: Open, demo: str) -> None:
    page = queue_of(visit, demo)
    everything = count(page)
    clock = page.locator(".st-key-panel-clock [data-testid=stDataFrame]")
    clock.scroll_into_view_if_needed()
    expect(clock.locator("canvas").first).to_be_visible()
    box = clock.bounding_box()
    assert box is not None
    # The last column is Sunday; the first row under the header is the whole day.
    clock.click(position={"x": box["width"] - 30, "y": 37 + 13})
    page.wait_for_url(re.compile("where.weekday=7"))
    expect(page.get_by_role("button", name="申请星期 · 周日")).to_be_visible()
    expect(page.locator(f"{TITLE} small")).not_to_contain_text(f"待审核 {everything} 单")
    assert "where.hour" not in page.url
    assert count(page) < everything


def test_the_queue_leaves_as_a_file_and_its_numbers_can_be_copied(visit: Open, demo: str) -> None:
    page = queue_of(visit, demo)
    with page.expect_download() as waiting:
        page.locator(".st-key-panel-queue").get_by_role("button", name="下载 CSV").click()
    sheet = Path(waiting.value.path()).read_bytes()
    assert sheet.startswith(b"\xef\xbb\xbf")
    assert len(re.findall(r"\b71\d{8}\b", sheet.decode("utf-8-sig"))) == count(page)
    page.get_by_role("button", name="复制单号（10）").click()
    numbers = page.locator("[data-testid=stPopoverBody] code").inner_text().split()
    assert numbers == page.locator(f"{TICKETS} td:nth-child(2)").all_inner_texts()


def test_the_number_behind_the_handlers_opens_to_its_tickets(visit: Open, demo: str) -> None:
    page = queue_of(visit, demo)
    page.get_by_role("button", name=re.compile("% 的明细$")).click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("24小时审核及时率")
    expect(drawer).to_contain_text("这个数背后的记录")


def test_it_is_read_in_english_and_its_link_opens_the_same_view(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/response?lang=en&due=late&sound=1")
    expect(page.locator(TITLE)).to_contain_text("late")
    expect(page.locator(".st-key-queue thead")).to_contain_text("Time left")
    expect(page.get_by_role("switch", name="Alarm sound")).to_be_checked()
    expect(page.locator(f"{TICKETS} td:not(.as-late):first-child")).to_have_count(0)


def test_the_title_of_the_tab_counts_on_every_page(visit: Open, demo: str) -> None:
    page = queue_of(visit, demo)
    expect(page).to_have_title(re.compile(r"^\(\d+\) 即将超时 · "))
    page.get_by_role("link", name="批次").click()
    page.wait_for_url(re.compile("/batches"))
    expect(page).to_have_title(re.compile(r"^\(\d+\) 即将超时 · "))


def test_a_published_version_redraws_an_open_page(visit: Open, serve: Callable[..., str], tmp_path: Path) -> None:
    """Nobody touches the page: what was answered meanwhile leaves the title and the queue by itself."""
    tables = contract([make_shop(BIG)])
    fill(tmp_path / "store", tables)
    due = int((metrics.open_shop(tmp_path / "store").queue()["hours_left"] <= 2).sum())
    assert due
    page = visit(f"{serve('dashboard', '--store', str(tmp_path / 'store'))}/response")
    expect(page).to_have_title(re.compile(rf"^\({due}\) "))
    tables["tickets"]["outcome"] = "approved"
    fill(tmp_path / "store", tables)
    assert Store(tmp_path / "store").current == 2
    expect(page.locator(TITLE)).to_contain_text("没有待审核的售后单")
    expect(page).not_to_have_title(re.compile("即将超时"))


def test_a_meeting_is_led_through_its_sections(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/response?meeting=1&section=queue")
    expect(page.locator(TICKETS)).to_have_count(7)
    for section in ("剩余时间", "大促来单", "各时段及时率"):
        turn(page, "ArrowRight")
        expect(page.locator(".as-slide")).to_contain_text(section)
    expect(page.locator(".as-square tbody tr")).to_have_count(8)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_another_promotion_is_picked_and_one_without_a_year_before_takes_a_line(visit: Open, demo: str) -> None:
    page = queue_of(visit, demo)
    panel = page.locator(".st-key-panel-promotion")
    expect(panel.locator(".as-finding")).to_contain_text("双11")
    expect(panel.locator(".js-plotly-plot")).to_be_visible()
    panel.get_by_role("radio", name="2026 618").click()
    page.wait_for_url(re.compile("promotion=2026-06-18"))
    expect(panel).to_contain_text("推算不了618")
    expect(panel.locator(".js-plotly-plot")).to_have_count(0)
    panel.get_by_role("radio", name="2026 双11").click()
    expect(panel.locator(".js-plotly-plot")).to_be_visible()
    assert "promotion=" not in page.url


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_no_table_is_cut_on_a_small_screen(visit: Open, demo: str, locale: str) -> None:
    page = visit(f"{demo}/response", locale=locale)
    expect(page.locator(".st-key-repairs tbody tr").first).to_be_visible()
    settled(page)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 1366
    assert page.evaluate(CUT_TABLES) == []
    assert page.evaluate(CUT_REASONS) == []
    assert page.evaluate(SMALL_TEXT) == []
