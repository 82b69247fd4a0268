"""The follow-up in a real browser: its arms, its verdict, and the list that leaves and is masked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open
from tests.e2e.test_journey import CUT_TABLES, SMALL_TEXT, keep


def drawn(page: Page) -> None:
    for panel in ("arms", "decide", "steps", "insurance", "costs"):
        expect(page.locator(f".st-key-panel-{panel} .as-finding")).to_be_visible()
    expect(page.locator(".st-key-panel-arms .js-plotly-plot .points path").first).to_be_visible()
    expect(page.locator(".st-key-panel-costs .as-table")).to_be_visible()


@pytest.mark.parametrize(("locale", "mode"), [("zh-CN", "light"), ("en-US", "dark")])
def test_the_page_fits_a_small_screen_and_gives_its_list_away_masked(
    visit: Open, demo: str, locale: str, mode: str, tmp_path: Path
) -> None:
    page = visit(f"{demo}/followup", locale=locale, mode=mode)
    drawn(page)
    keep(page, f"followup-{locale[:2]}-{mode}")
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 1366
    assert page.evaluate(CUT_TABLES) == []
    assert page.evaluate(SMALL_TEXT) == []
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("导出回访名单|Export the follow-up list")).click()
    saved = tmp_path / "list.csv"
    started.value.save_as(saved)
    text = saved.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith('"服务单号","订单编号"')
    assert len(re.findall("不联系", text)) > 100
    assert not re.search(r"jd_\d", text)
