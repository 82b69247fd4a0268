"""A newcomer's way, as the README tells it: an empty page, one import, and the first number of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ARTIFACTS, Open, aftersales, written

PROVINCES = {"湖北省": (60, 43), "广东省": (80, 12), "西藏自治区": (2, 0)}

SMALL_TEXT = """() => [...document.querySelectorAll('.stMain *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.offsetParent !== null)
    .filter(e => !['STYLE', 'SCRIPT'].includes(e.tagName))
    .filter(e => { const size = parseFloat(getComputedStyle(e).fontSize); return size > 0 && size < 13; })
    .map(e => e.textContent.trim().slice(0, 40))"""

CUT_TABLES = """() => [...document.querySelectorAll('.as-scroll')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText.slice(0, 40))"""


def write_report(path: Path) -> Path:
    lines = ["订单编号,总金额,买家实际支付金额,收货地址 ,订单创建时间,订单付款时间 ,退款金额"]
    for province, (paid, refunded) in PROVINCES.items():
        for place in range(paid):
            at = f"{date(2020, 2, 1) + timedelta(days=len(lines) % 28)} 10:0"
            back = 100 if place < refunded else 0
            lines.append(f"{len(lines)},100.0,{100 - back}.0,{province},{at}0:00,{at}5:00,{back}.0")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def keep(page: Page, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)


def test_from_an_empty_page_to_the_refund_rate_by_province(
    visit: Open, serve: Callable[..., str], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    page = visit(serve("dashboard", "--store", str(store)))
    expect(page.get_by_role("heading", name="还没有数据")).to_be_visible()
    expect(page.get_by_text("售后服务单").first).to_be_visible()
    keep(page, "empty")

    # The page that is open turns by itself when the import is done.
    aftersales("import", str(write_report(tmp_path / "report.csv")), "--profile", "tmall", "--store", str(store))
    tile = page.locator(".st-key-tile-refund_rate .as-value")
    expect(tile).to_have_text("38.7%")  # 55 of 142 paid orders
    province = page.locator(".st-key-panel-breakdown tbody tr")
    expect(province.nth(0)).to_contain_text("湖北")
    expect(province.nth(0)).to_contain_text("71.7%")
    expect(province.nth(0)).to_contain_text("43/60")
    expect(province.nth(2)).to_contain_text("样本太少")
    keep(page, "tmall")

    page.get_by_text("English", exact=True).click()
    expect(page.locator(".st-key-tile-refund_rate .as-label")).to_have_text("Refund rate")
    page.get_by_role("link", name="Glossary").click()
    expect(page.get_by_role("heading", name="Glossary")).to_be_visible()
    assert "lang=en" in page.url


def test_a_link_opens_the_same_view_elsewhere(visit: Open, demo: str) -> None:
    page = visit(demo)
    expect(page.locator(".as-tile .as-value:not(.as-none)")).to_have_count(5)
    page.get_by_role("radio", name="满意度").click()
    finding = page.locator(".st-key-panel-trend .as-finding")
    expect(finding).to_contain_text("满意度")
    page.wait_for_url(re.compile("metric=satisfaction"))

    other = visit(page.url)
    expect(other.locator(".st-key-panel-trend .as-finding")).to_have_text(written(finding))

    page.get_by_role("button", name="明细").first.click()
    drawer = page.locator(".as-drawer")
    expect(drawer).to_contain_text("分子 / 分母")
    keep(page, "drawer")


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_overview_fits_a_small_screen(visit: Open, demo: str, locale: str, mode: str) -> None:
    page = visit(demo, locale=locale, mode=mode)
    expect(page.locator(".as-tile .as-value:not(.as-none)")).to_have_count(5)
    expect(page.locator(".st-key-panel-trend .js-plotly-plot")).to_be_visible()
    expect(page.locator(".st-key-panel-breakdown tbody tr").first).to_be_visible()
    keep(page, f"overview-{locale[:2]}-{mode}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 1366
    last_tile = page.locator(".st-key-tile-aftersales_cost").bounding_box()
    assert last_tile is not None
    assert last_tile["y"] + last_tile["height"] < 768
    assert page.evaluate(SMALL_TEXT) == []


def test_a_bad_batch_is_found_opened_and_sent_on(visit: Open, demo: str) -> None:
    page = visit(demo)
    page.get_by_role("link", name="批次", exact=True).click()
    rows = page.locator(".st-key-ranking tbody tr")
    expect(rows.first).to_contain_text("B261017-00")
    expect(rows.first).to_contain_text("红")
    finding = page.locator(".st-key-panel-batch .as-finding").first
    expect(finding).to_contain_text("主要是无法开机")
    expect(page.locator(".st-key-panel-batch .js-plotly-plot")).to_have_count(2)
    keep(page, "batches")

    other = rows.nth(1).locator("td").nth(1).inner_text().split(" · ")[0].replace("\n", " ")
    page.get_by_role("button", name=other).click()
    page.wait_for_url(re.compile(r"batch=\d+%2FB"))
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    expect(finding).not_to_contain_text("主要是无法开机")

    again = visit(page.url)
    expect(again.locator(".st-key-panel-batch .as-finding").first).to_have_text(written(finding))
    expect(again.locator(".st-key-ranking tbody tr").nth(1)).to_have_attribute("aria-selected", "true")
    again.get_by_text("批次对照图").click()
    expect(again.locator(".st-key-folded .js-plotly-plot")).to_have_count(2)
    keep(again, "batches-folded")


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_batches_fit_a_small_screen(visit: Open, demo: str, locale: str, mode: str) -> None:
    page = visit(f"{demo}/batches", locale=locale, mode=mode)
    expect(page.locator(".st-key-ranking tbody tr").first).to_be_visible()
    expect(page.locator(".st-key-panel-batch .js-plotly-plot")).to_have_count(2)
    keep(page, f"batches-{locale[:2]}-{mode}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 1366
    assert page.evaluate(CUT_TABLES) == []
    assert page.evaluate(SMALL_TEXT) == []
