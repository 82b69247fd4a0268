"""Monday's table of the trade: a case is picked, its advice is typed in the cell, and a new reason gets its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from metrics.ingest import import_files
from metrics.warehouse.store import Store
from tests.e2e.conftest import Open, copied, pick
from tests.e2e.test_journey import CUT_TABLES, SMALL_TEXT, keep

NEW = "包裹里有<i>异味</i>"
HEAD, ROW, ADVICE = 36, 66, 700
"""Where the cells of the editor lie, in pixels: it is drawn on a canvas, which has no elements to ask for."""


def drawn(page: Page) -> None:
    """Wait until every table of the page is drawn."""
    expect(page.locator(".st-key-ranked-reasons tbody tr").first).to_be_visible()
    for panel in ("pairs", "advice"):
        expect(page.locator(f".st-key-panel-{panel} [data-testid='data-grid-canvas']")).to_be_visible()


def cell(page: Page, panel: str, column: int, row: int) -> Locator:
    """Return a cell of a table on a canvas, as it is told to whoever hears the page."""
    return page.locator(f".st-key-panel-{panel} [data-testid='glide-cell-{column}-{row}']")


def click_at(page: Page, panel: str, x: float, y: float) -> None:
    grid = page.locator(f".st-key-panel-{panel} .dvn-scroller").first
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": x, "y": y})


def sign(page: Page, panel: str) -> None:
    name = page.locator(f".st-key-panel-{panel}").get_by_label("你的名字")
    name.fill("小李")
    name.press("Enter")


def test_advice_typed_in_the_cell_is_read_in_another_browser(own: str, visit: Open) -> None:
    address = f"{own}/reasons?lang=zh"
    page = visit(address)
    drawn(page)
    expect(page.locator(".st-key-panel-advice")).to_contain_text("先填署名")
    expect(cell(page, "advice", 6, 0)).to_have_attribute("aria-readonly", "true")
    sign(page, "advice")
    expect(cell(page, "advice", 6, 0)).to_have_attribute("aria-readonly", "false")
    expect(cell(page, "advice", 5, 0)).to_have_attribute("aria-readonly", "true")
    click_at(page, "advice", ADVICE, HEAD + ROW / 2)
    page.keyboard.press("Enter")
    expect(page.locator("#portal textarea")).to_be_visible()
    page.keyboard.type("先问原因，能补差价的补差价")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已保存：退货 · 不想要了")).to_be_visible()

    other = visit(address)
    drawn(other)
    expect(cell(other, "advice", 6, 0)).to_have_text("先问原因，能补差价的补差价")
    expect(other.locator(".st-key-panel-reasons")).to_contain_text("建议：先问原因，能补差价的补差价")
    other.get_by_text("修改记录").click()
    change = other.locator(".st-key-panel-advice .as-table tbody tr")
    expect(change).to_have_count(1)
    expect(change).to_contain_text("小李")
    expect(change).to_contain_text("退货 · 不想要了")
    keep(other, "reasons-advice")


def test_a_reason_that_nobody_knows_is_mapped_in_place(
    sample_store: Path, serve: Callable[..., str], visit: Open, tmp_path: Path
) -> None:
    store = copied(sample_store, tmp_path / "store")
    lines = ["ticket_id,order_id,type,reason_text,outcome,requested_at"]
    lines += [f"X{number},,return,{NEW},open,2026-11-12 1{number}:00:00" for number in range(3)]
    export = tmp_path / "tickets.csv"
    export.write_text("\n".join(lines) + "\n", encoding="utf-8")
    import_files([export], store=Store(store), profile="generic", shop="二店", as_of=datetime(2026, 11, 16, 9))
    address = f"{serve('dashboard', '--store', str(store))}/reasons?lang=zh"
    page = visit(address)
    panel = page.locator(".st-key-panel-unmapped")
    expect(panel).to_contain_text("1 种原因写法还没归类，共 3 单")
    expect(panel).to_contain_text(NEW)
    expect(panel.locator("i")).to_have_count(0)
    button = panel.get_by_role("button", name="归类")
    expect(button).to_be_disabled()
    sign(page, "unmapped")
    expect(button).to_be_enabled()
    pick(page, "归为", "破损")
    pick(page, "责任方", "物流责")
    button.click()  # at once: the page need not have been drawn with what was picked
    expect(panel).to_contain_text("已归为破损 · 物流责，从下个版本起生效")

    later = visit(address, locale="en-GB")
    expect(later.locator(".st-key-panel-unmapped")).to_contain_text("已归为破损 · 物流责")
    keep(later, "reasons-unmapped")


def test_a_click_on_a_bar_or_a_cell_limits_the_page_and_one_lifts_it(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/reasons?lang=en")
    drawn(page)
    page.get_by_role("button", name="Show only Wrong size").click()
    page.wait_for_url(re.compile("where.reason=wrong_size"))
    chosen = page.locator(".st-key-ranked-reasons tr[aria-selected]")
    expect(chosen).to_contain_text("Wrong size")
    offers = page.locator(".st-key-panel-saved tbody tr")
    expect(offers.first).to_contain_text("Wrong size")

    other = visit(page.url)
    expect(other.locator(".st-key-ranked-reasons tr[aria-selected]")).to_contain_text("Wrong size")
    other.get_by_role("button", name="Reason · Wrong size").click()
    expect(other.locator(".st-key-ranked-reasons tr[aria-selected]")).to_have_count(0)

    # A cell of type × reason limits both.
    drawn(other)
    click_at(other, "pairs", 160, HEAD + 1.5 * HEAD)
    other.wait_for_url(re.compile("where.reason=wrong_size&where.type=return"))
    other.get_by_role("button", name="Clear all").click()

    # By keyboard as well: the row is a button, and Enter presses it.
    drawn(other)
    other.get_by_role("button", name="Show only Damaged").focus()
    other.keyboard.press("Enter")
    expect(other.locator(".st-key-ranked-reasons tr[aria-selected]")).to_contain_text("Damaged")


def test_a_number_opens_the_tickets_behind_it(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/reasons?lang=zh&where.reason=malfunction&where.type=repair")
    drawn(page)
    opening = page.get_by_role("button", name=re.compile(r"看这 \d+ 单"))
    count = re.search(r"\d+", opening.inner_text())
    assert count is not None
    opening.click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text(f"{count[0]}/")
    expect(drawer).to_contain_text(f"这个数背后的 {count[0]} 条记录")


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_reasons_fit_a_small_screen(visit: Open, demo: str, locale: str, mode: str) -> None:
    page = visit(f"{demo}/reasons", locale=locale, mode=mode)
    drawn(page)
    keep(page, f"reasons-{locale[:2]}-{mode}")
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 1366
    assert page.evaluate(CUT_TABLES) == []
    assert page.evaluate(SMALL_TEXT) == []
    overflow = (
        "() => [...document.querySelectorAll('.dvn-scroller')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert page.evaluate(overflow) == 0
