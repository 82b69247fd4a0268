"""The meeting: no chrome, arrow keys, one version; and a link that shows others the same slide."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Open, settled, turn, written
from tests.e2e.test_journey import SMALL_TEXT, keep

TOO_SMALL = SMALL_TEXT.replace("< 13", "* 1.54 < 20")  # the page is zoomed; what is computed is not


def test_a_meeting_is_led_by_the_arrow_keys(visit: Open, demo: str) -> None:
    page = visit(demo)
    page.get_by_role("button", name="开会").click()
    slide = page.locator(".as-slide")
    expect(slide).to_contain_text("概览")
    expect(slide).to_contain_text("1/")
    page.wait_for_url(re.compile(r"version=1.*meeting=1|meeting=1.*version=1"))
    expect(page.get_by_text("锁定版本")).to_be_visible()
    expect(page.get_by_role("link", name="指标口径")).to_be_hidden()
    expect(page.locator(".as-tile")).to_have_count(5)
    expect(page.locator(".st-key-panel-batches")).to_have_count(0)
    assert page.evaluate(TOO_SMALL) == []
    keep(page, "meeting-1")

    turn(page, "ArrowRight")
    expect(slide).to_contain_text("2/")
    expect(page.locator(".st-key-panel-batches")).to_be_visible()
    expect(page.locator(".as-tile")).to_have_count(0)
    turn(page, "ArrowRight")
    expect(slide).to_contain_text("3/3")
    expect(page.get_by_role("button", name="下一屏")).to_be_disabled()  # a meeting stays on the view that it is of
    turn(page, "ArrowLeft")
    expect(slide).to_contain_text("概览")
    expect(slide).to_contain_text("2/3")

    other = visit(page.url)
    expect(other.locator(".as-slide")).to_have_text(written(slide))

    turn(page, "Escape")
    expect(page.get_by_role("link", name="指标口径")).to_be_visible()
    assert "meeting" not in page.url
    assert "version" not in page.url


def test_a_slide_fills_a_large_screen_and_its_chart_ends_where_its_panel_does(visit: Open, demo: str) -> None:
    for size in ((1366, 768), (1920, 1080)):
        page = visit(f"{demo}/?meeting=1&section=trend", size=size)
        expect(page.locator(".st-key-panel-trend .js-plotly-plot .main-svg").first).to_be_visible()
        settled(page)
        panel, chart, bar = (
            page.locator(place).first.bounding_box()
            for place in (".st-key-panel-trend", ".js-plotly-plot .main-svg", ".st-key-meeting-bar")
        )
        assert panel is not None
        assert chart is not None
        assert bar is not None
        assert panel["y"] + panel["height"] <= bar["y"]
        assert panel["height"] > 0.6 * bar["y"], "half of the screen would be empty"
        assert 0.9 * panel["width"] < chart["width"] < panel["width"]
        assert panel["x"] < chart["x"]
        assert chart["x"] + chart["width"] < panel["x"] + panel["width"]


def test_every_slide_of_the_rules_is_shown(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/rules?meeting=1&lang=zh")
    for place in range(1, 5):
        expect(page.locator(".as-slide")).to_contain_text(f"第 {place}/4 页")
        expect(page.locator(".as-finding").first).to_be_visible()
        if place < 4:
            turn(page, "ArrowRight")
