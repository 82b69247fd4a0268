"""From a score to how its tickets were handled, and from there to what became a dispute."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open, turn, written
from tests.e2e.test_journey import CUT_TABLES, SMALL_TEXT, keep

PANELS = ("trend", "handled", "path", "disputes")


def drawn(page: Page) -> None:
    for panel in PANELS:
        expect(page.locator(f".st-key-panel-{panel} .as-finding")).to_be_visible()
    expect(page.locator(".st-key-panel-trend .js-plotly-plot .points path").first).to_be_visible()


def test_a_row_limits_the_page_and_its_link_opens_the_same(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/satisfaction?lang=en")
    drawn(page)
    whole = page.locator(".st-key-ranked-path tbody tr").first
    before = written(whole)
    page.locator(".st-key-ranked-path").get_by_role("button", name="Show only Rejected").click()
    page.wait_for_url(re.compile("where.outcome=rejected"))
    chosen = page.locator(".st-key-ranked-path tr[aria-selected]")
    expect(chosen).to_contain_text("Rejected")
    expect(whole).to_have_text(before)  # all tickets are all of them still

    other = visit(page.url)
    expect(other.locator(".st-key-ranked-path tr[aria-selected]")).to_have_text(written(chosen))
    other.get_by_role("button", name="Outcome · Rejected").click()
    expect(other.locator(".st-key-ranked-path tbody tr").first).to_have_text(before)


def test_a_point_of_the_trend_turns_the_page_to_its_week(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/satisfaction?lang=zh")
    drawn(page)
    page.get_by_role("radio", name="差评率").click()
    page.wait_for_url(re.compile("metric=negative_rate"))
    finding = page.locator(".st-key-panel-trend .as-finding")
    expect(finding).to_contain_text("差评率")
    expect(finding).to_contain_text("11.09–11.15")
    points = page.locator(".st-key-panel-trend .js-plotly-plot .scatterlayer .trace .points path")
    expect(points.first).to_be_visible()
    points.nth(3).click(force=True)
    page.wait_for_url(re.compile(r"week=2026-0\d-\d\d"))
    expect(finding).not_to_contain_text("11.09–11.15")


def test_a_meeting_shows_one_panel_at_a_time(visit: Open, demo: str) -> None:
    page = visit(f"{demo}/satisfaction?lang=zh&meeting=1&section=path")
    expect(page.locator(".st-key-panel-path .as-finding")).to_be_visible()
    expect(page.locator(".st-key-panel-trend")).to_have_count(0)
    turn(page, "ArrowRight")
    expect(page.locator(".st-key-panel-disputes .as-finding")).to_be_visible()
    expect(page.locator(".st-key-panel-path")).to_have_count(0)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_page_fits_a_small_screen(visit: Open, demo: str, locale: str, mode: str) -> None:
    page = visit(f"{demo}/satisfaction", locale=locale, mode=mode)
    drawn(page)
    keep(page, f"satisfaction-{locale[:2]}-{mode}")
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 1366
    assert page.evaluate(CUT_TABLES) == []
    assert page.evaluate(SMALL_TEXT) == []
