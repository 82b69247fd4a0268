"""The overview in a browser: a click filters, a number opens, a target is kept."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Open, written
from tests.e2e.test_journey import keep

FINDING = ".st-key-panel-trend .as-finding >> nth=0"


def test_a_click_on_a_bar_filters_and_a_click_on_the_chip_lifts_it(visit: Open, demo: str) -> None:
    page = visit(demo)
    whole = written(page.locator(FINDING))
    page.get_by_role("button", name="只看浙江").click()
    page.wait_for_url(re.compile("where.province="))
    chip = page.get_by_role("button", name="省份 · 浙江")
    expect(chip).to_be_visible()
    expect(page.locator(FINDING)).not_to_have_text(whole)
    chip.click()
    expect(chip).to_be_hidden()
    expect(page.locator(FINDING)).to_have_text(whole)
    assert "where.province" not in page.url


def test_a_number_opens_to_its_rows_and_they_leave_masked(visit: Open, demo: str) -> None:
    page = visit(demo)
    numerator = re.search(r"([\d,]+)/", page.locator(".st-key-panel-trend .as-finding small").inner_text())
    assert numerator is not None
    page.locator(".st-key-tile-refund_rate").get_by_role("button", name="明细").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("分子 / 分母")
    expect(drawer).to_contain_text(f"这个数背后的 {numerator[1]} 条记录")
    keep(page, "drawer-rows")
    with page.expect_download() as waiting:
        drawer.get_by_role("button", name="下载 CSV").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    customers = [row[rows[0].index("买家账号（已打码）")] for row in rows[1 : int(numerator[1]) + 1]]
    assert len(customers) == int(numerator[1])
    assert all("***" in customer for customer in customers)


def test_a_target_is_typed_once_and_every_tile_says_whether_it_is_met(own: str, visit: Open) -> None:
    mine = visit(own)
    expect(mine.locator(".st-key-tile-refund_rate")).to_contain_text("未设")
    mine.locator(".st-key-tile-refund_rate").get_by_role("button", name="明细").click()
    drawer = mine.get_by_role("dialog")
    drawer.get_by_role("tab", name="目标").click()
    save = drawer.get_by_role("button", name="保存目标")
    expect(save).to_be_disabled()
    drawer.get_by_label("目标值（%）").fill("5")
    drawer.get_by_label("目标值（%）").press("Enter")
    target = drawer.get_by_role("tabpanel", name="目标")
    target.get_by_label("你的名字").fill("小林")
    target.get_by_label("你的名字").press("Enter")
    expect(save).to_be_enabled()
    save.click()
    tile = mine.locator(".st-key-tile-refund_rate")
    expect(tile).to_contain_text("目标 ≤5.0%")
    expect(tile).to_contain_text("未达")
    expect(visit(mine.url).locator(".st-key-tile-refund_rate")).to_contain_text("未达")
