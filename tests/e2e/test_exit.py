"""Rows leave by the one exit: a table brings no way out of its own along, and the page's own file is masked."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

Open = Callable[..., Page]


def test_only_the_buttons_of_the_page_lead_out(demo: str, visit: Open, tmp_path: Path) -> None:
    page = visit(f"{demo}/explore?lang=zh")
    table = page.get_by_test_id("stDataFrame").first
    table.hover()
    expect(page.get_by_role("button", name="Show/hide columns").first).to_be_visible()
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)  # nor for whoever hears the page
    page.get_by_role("button", name="看全部明细").click()
    dialog = page.get_by_role("dialog")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="下载 CSV").click()
    path = tmp_path / "rows.csv"
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        heads, *rows = [cells for cells in csv.reader(lines) if cells]
    told = [cells[0] for cells in rows if cells[0].startswith("# ")]
    assert any("数据版本" in line for line in told)
    customers = {cells[heads.index("买家账号（已打码）")] for cells in rows if len(cells) == len(heads)}
    assert len(customers) > 1
    assert all("***" in customer for customer in customers if customer)
