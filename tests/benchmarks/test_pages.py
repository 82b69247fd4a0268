"""What the browser benchmarks measure: every page, by panels and sums that are there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from benchmarks import browser, crowd, pages
from dashboard.router import GROUPS

TIMING = pages.Timing(
    lines=1000, view="overview", first=3.0, opened=1.2, complete=2.0, changed=0.7, sql=0.01, megabytes=5.0,
    data_megabytes=0.1,
)  # fmt: skip


def test_every_page_is_measured() -> None:
    assert [view.name for view in browser.VIEWS] == [name for names in GROUPS.values() for name in names]


def test_the_bare_sums_can_be_asked(tmp_path: Path) -> None:
    store = browser.simulated(3000, tmp_path)
    (version,) = store.versions()
    for view in browser.VIEWS:
        if view.sql:
            with duckdb.connect(str(version.path), read_only=True) as con:
                assert con.execute(view.sql, {"province": "广东"}).fetchall(), view.name
    assert browser.simulated(3000, tmp_path).current == version.number, "made once"


def test_what_misses_its_target_is_marked() -> None:
    row = dict(zip(pages.COLUMNS, pages.cells(TIMING), strict=True))
    assert (row["opened"], row["filter changed"], row["complete"]) == ("1.20", "0.70*", "2.00")
    assert pages.cells(replace(TIMING, changed=None, sql=None)).count("–") == 2


def test_the_memory_of_a_stretch_is_its_highest() -> None:
    seen = crowd.Crowd(1000, 2, 1, 30, memory=[(0.0, 100.0), (10.0, 300.0), (20.0, 250.0), (30.0, 260.0)])
    assert [seen.between(at / 3, (at + 1) / 3) for at in range(3)] == [300.0, 300.0, 260.0]


def test_a_table_is_published_between_its_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("above\n<!-- pages -->\nold\n<!-- /pages -->\nbelow\n", encoding="utf-8")
    monkeypatch.setattr(browser, "README", readme)
    browser.publish("pages", "1,000 order lines.", ("view", *pages.COLUMNS), [["overview", *pages.cells(TIMING)]])
    text = readme.read_text(encoding="utf-8")
    assert "| overview | 3.00 | 1.20 |" in text
    assert "old" not in text
    assert text.startswith("above\n")
    assert text.endswith("<!-- /pages -->\nbelow\n")
