"""自助分析 in a real browser: a link reopens the view, a click limits it, a file leaves whole."""

from __future__ import annotations

import io
import re
from datetime import date

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

from metrics import CATALOG
from tests.e2e.conftest import Open, pick, written
from tests.e2e.test_journey import SMALL_TEXT, keep

FINDING = ".st-key-panel-answer .as-finding"
CHART = ".st-key-panel-answer .js-plotly-plot"


def is_settled(page: Page) -> None:
    """Wait for the answer and until nothing on the page is being replaced any more."""
    expect(page.locator(FINDING)).to_be_visible()
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
    expect(page.locator(".st-key-panel-answer [data-testid=stSkeleton]")).to_have_count(0)


def press(page: Page, mark: Locator) -> None:
    """Click where a bar or a point stands: the figure lays a sheet over all of them that takes the click."""
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.click(x, y)


def test_a_link_opens_the_same_view_elsewhere(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/explore")
    is_settled(page)
    pick(page, "指标", "满意度　·　满意度")
    expect(page.locator(FINDING)).to_contain_text("满意度")
    pick(page, "时间粒度", "按月")
    page.wait_for_url(re.compile(r"metric=satisfaction.*grain=month"))
    pick(page, "对比", "上一期")
    page.wait_for_url(re.compile("against=before"))
    expect(page.locator(FINDING)).to_contain_text("较上一期")
    is_settled(page)
    keep(page, "explore-month")

    other = visit(page.url)
    expect(other.locator(FINDING)).to_have_text(written(page.locator(FINDING)))


def test_a_bar_is_clicked_and_the_chip_lets_it_go(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/explore?metric=refund_rate&reading=same_age&by=category")
    is_settled(page)
    finding = page.locator(FINDING)
    expect(finding).to_contain_text("服饰最高")
    before = written(finding)
    press(page, page.locator(f"{CHART} .bars .point path").first)
    page.wait_for_url(re.compile("where.category="))
    expect(finding).not_to_have_text(before)
    expect(page.get_by_role("combobox", name="类目")).to_be_visible()

    page.goto(f"{demo}/explore?metric=refund_rate&reading=same_age&by=province")
    is_settled(page)
    press(page, page.locator(f"{CHART} .bars .point path").nth(1))
    chip = page.get_by_role("button", name=re.compile("省份 ·"))
    expect(chip).to_be_visible()
    chip.click()
    expect(chip).to_have_count(0)
    assert "where.province" not in page.url


def test_a_week_is_opened_into_its_days(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/explore?metric=satisfaction&grain=month&start=2026-07-01&stop=2026-11-01")
    is_settled(page)
    press(page, page.locator(f"{CHART} .scatterlayer .point").first)
    page.wait_for_url(re.compile("grain=week"))
    assert "start=2026-07-01" in page.url
    assert "stop=2026-08-01" in page.url


def test_the_table_leaves_as_csv_with_the_numbers_of_the_page(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/explore?metric=refund_rate&reading=same_age&by=category")
    is_settled(page)
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载 CSV").click()
    sheet = coming.value.path().read_bytes()
    assert sheet.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(io.BytesIO(sheet), comment="#")
    assert set(table["类目"]) == {"服饰", "家居", "小家电"}
    shown = re.search(r"(\d+\.\d)%", written(page.locator(FINDING)))
    assert shown is not None
    assert f"{table[CATALOG['refund_rate'].label('zh')].max():.1%}" == f"{shown[1]}%"
    assert "同龄对比" in sheet.decode("utf-8-sig")


def test_a_number_opens_to_its_cases(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/explore?metric=refund_rate&reading=same_age&start=2026-10-05&stop=2026-10-12")
    is_settled(page)
    page.get_by_role("button", name="看全部明细").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.locator(".as-drawer")).to_contain_text("分子 / 分母")
    expect(drawer.get_by_role("button", name=re.compile("复制"))).to_be_visible()
    keep(page, "explore-drawer")


def test_what_a_link_may_not_hold_is_ignored_with_a_note(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/explore?metric=<script>alert(1)</script>&by=customer_id&age=8&colour=red", locale="en-US")
    is_settled(page)
    expect(page.get_by_text("metric, by, age, colour")).to_be_visible()
    expect(page.locator(FINDING)).to_contain_text("Refund rate")


@pytest.mark.parametrize(("locale", "mode"), [("zh-CN", "light"), ("en-US", "dark")])
@pytest.mark.parametrize(
    "query",
    [
        "metric=refund_rate&by=category&grain=week&reading=final&start=2026-06-01",
        "metric=refund_rate&by=category&by=tier&reading=same_age",
        "metric=response_in_time&by=handler&against=before&start=2026-09-07&stop=2026-11-02",
    ],
)
def test_every_shape_fits_a_small_screen(visit: Open, demo: str, query: str, locale: str, mode: str) -> None:
    page = visit(f"{demo}/explore?{query}", locale=locale, mode=mode)
    is_settled(page)
    keep(page, f"explore-{len(query)}-{locale[:2]}-{mode}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 1366
    assert page.evaluate(SMALL_TEXT) == []


def test_the_form_works_by_keyboard(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/explore?metric=refund_rate&reading=same_age&by=category&start={date(2026, 9, 7)}")
    is_settled(page)
    grain = page.locator(".st-key-panel-ask").get_by_role("combobox", name="时间粒度")
    grain.focus()
    grain.press("ArrowDown")
    page.get_by_role("option", name="按月").wait_for()
    grain.press_sequentially("按月")
    grain.press("Enter")
    page.wait_for_url(re.compile("grain=month"))
