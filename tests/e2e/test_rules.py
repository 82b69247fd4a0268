"""Rules in a real browser: one is typed and announced, and from a row of the replay the way leads to its tickets."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from metrics.meeting import Meeting
from tests.e2e.conftest import Open, settled, written
from tests.e2e.test_journey import CUT_TABLES, SMALL_TEXT, keep

PANELS = ("calendar", "effect", "replay", "waiting")


def drawn(page: Page) -> None:
    for panel in PANELS:
        expect(page.locator(f".st-key-panel-{panel} .as-finding")).to_be_visible()
    expect(page.locator(".st-key-panel-effect .js-plotly-plot .points path").first).to_be_visible()
    settled(page)


def test_a_rule_that_is_typed_is_announced_here_and_on_the_overview(visit: Open, own: str, store: Path) -> None:
    Meeting(store / "meeting.sqlite").add_policy("return_window_days", datetime(2026, 10, 26), 15, author="li")
    page = visit(f"{own}/rules?lang=zh")
    drawn(page)
    page.get_by_role("button", name="登记新规则").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("数值").fill("20")
    for label, day in (("生效日", "2026-11-25"), ("公告日", "2026-11-12")):
        field = dialog.locator(".stDateInput").filter(has_text=label).locator("input")
        field.fill(day)
        field.press("Tab")
    dialog.get_by_label("出处").fill("规则中心 118")
    dialog.get_by_label("你的名字").fill("小王")
    dialog.get_by_role("button", name="保存规则").click()
    banner = "退货期 15→20 天：11-25 起生效，还有 9 天（11-12 公告）"
    expect(page.get_by_role("status").filter(has_text=banner)).to_be_visible()
    expect(page.locator(".st-key-panel-calendar .as-table")).to_contain_text("规则中心 118")
    assert any(rule.source == "规则中心 118" for rule in Meeting(store / "meeting.sqlite").policies())
    page.get_by_role("link", name="概览", exact=True).click()
    expect(page.get_by_role("status").filter(has_text=banner)).to_be_visible()


def test_from_a_row_of_the_replay_to_its_tickets(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/rules?lang=zh")
    drawn(page)
    page.get_by_role("button", name="只看规则 尺码不合换货").click()
    page.wait_for_url(re.compile("rule="))
    chosen = page.locator(".st-key-ranked-replay tr[aria-selected]")
    expect(chosen).to_contain_text("尺码不合换货")
    other = visit(page.url)
    expect(other.locator(".st-key-ranked-replay tr[aria-selected]")).to_have_text(written(chosen))
    other.locator(".st-key-replay-rows button").click()
    drawer = other.get_by_role("dialog")
    expect(drawer.get_by_role("tab", name="出错的")).to_be_visible()
    expect(drawer.get_by_test_id("stDataFrame").first).to_be_visible()


@pytest.mark.parametrize(("locale", "mode"), [("zh-CN", "light"), ("en-US", "dark")])
def test_the_page_fits_a_small_screen(visit: Open, demo: str, locale: str, mode: str) -> None:
    page = visit(f"{demo}/rules", locale=locale, mode=mode)
    drawn(page)
    keep(page, f"rules-{locale[:2]}-{mode}")
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 1366
    assert page.evaluate(CUT_TABLES) == []
    assert page.evaluate(SMALL_TEXT) == []
