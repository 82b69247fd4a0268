"""How long a page takes in the browser: from the address to its main panel, and from a filter to the new numbers.

    uv run python benchmarks/pages.py --keep data/bench                 10 million simulated lines, made once and kept
    uv run python benchmarks/pages.py --keep data/bench --lines 100_000

The real server, Chromium, and questions that nobody asked before: each visit is limited to another province, and each
filter change picks a category on top of it, so that no answer comes from the cache of the page.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
from playwright.sync_api import BrowserContext, Page, sync_playwright
from playwright.sync_api import TimeoutError as WaitedTooLong
from rich.console import Console
from rich.table import Table

import metrics
from benchmarks.browser import (
    ARGUMENTS,
    RESULTS,
    VIEWPORT,
    VIEWS,
    View,
    chromium,
    machine,
    publish,
    serving,
    simulated,
)

RUNS = 10
PATIENCE = 120_000
UNCHANGED = 10_000
TARGETS = {"opened": 1.5, "changed": 0.5}
COLUMNS = ("first visitor", "opened", "complete", "filter changed", "SQL alone", "MB, first visit", "MB, of it data")

# Times are taken in the page itself, a frame at a time: from outside they would hold the wait for this script.
WATCH = """(selectors) => {
  const said = () => selectors.every(s => { const e = document.querySelector(s);
    return e && e.getClientRects().length && e.innerText.trim() !== '' });
  const rests = () => { const app = document.querySelector('[data-testid=stApp]');
    return app && app.dataset.testScriptState === 'notRunning'
      && ![...document.querySelectorAll('.stMain [data-testid=stSkeleton]')].some(e => !e.closest('[inert]')) };
  window.__opened = window.__complete = null;
  const look = () => {
    if (window.__opened === null && said()) window.__opened = performance.now();
    if (window.__opened !== null && rests()) window.__complete = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
CHANGE = """(selectors) => {
  const text = () => selectors.map(s => document.querySelector(s)?.innerText ?? '').join('|');
  const before = text();
  let start = null;
  window.__changed = null;
  addEventListener('pointerdown', () => { start = performance.now() }, {capture: true, once: true});
  const look = () => {
    if (start !== null && text() !== before) window.__changed = performance.now() - start;
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@dataclass(frozen=True)
class Timing:
    """One view: seconds, medians but for the first visitor's, and megabytes."""

    lines: int
    view: str
    first: float
    opened: float
    complete: float
    changed: float | None
    sql: float | None
    megabytes: float
    data_megabytes: float


def main() -> None:
    """Measure every view, print a table and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--keep", type=Path, help="a folder that the store is made in once and kept")
    parser.add_argument("--view", action="append", choices=[view.name for view in VIEWS], help="only these views")
    parser.add_argument("--runs", type=int, default=RUNS, help="visits to each view")
    parser.add_argument("--json", type=Path, default=RESULTS / "pages.json", help="where the figures go")
    parser.add_argument("--publish", action="store_true", help="put the table into benchmarks/README.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        timings, browser = measure(
            asked.lines, asked.keep or Path(passing), asked.view or [view.name for view in VIEWS], asked.runs
        )
    show(timings)
    on = machine(browser)
    figures = {"machine": on, "targets": TARGETS, "runs": asked.runs, "views": [asdict(each) for each in timings]}
    asked.json.parent.mkdir(exist_ok=True)
    asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if asked.publish:
        note = f"{asked.lines:,} order lines; " + ", ".join(f"{name} {value}" for name, value in on.items()) + "."
        publish("pages", note, ("view", *COLUMNS), [[each.view, *cells(each)] for each in timings])


def measure(lines: int, folder: Path, names: Sequence[str], runs: int) -> tuple[list[Timing], str]:
    """Open the views on a store of so many lines and time them; return the version of the browser besides."""
    store = simulated(lines, folder)
    provinces = metrics.open_shop(store.root).values("province")
    current = next(version.path for version in store.versions() if version.current)
    with serving(store) as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        timings = []
        for view in (view for view in VIEWS if view.name in names):
            first, megabytes, data = _weighed(browser.new_context(viewport=VIEWPORT, locale="zh-CN"), address, view)
            with browser.new_context(viewport=VIEWPORT, locale="zh-CN") as context:
                page = context.new_page()
                page.set_default_timeout(PATIENCE)
                _open(page, address, view, provinces[-1])  # the scripts are in the browser's cache from here on
                opened, complete, changed = zip(
                    *(_visit(page, address, view, province) for province in provinces[:runs]), strict=True
                )
            took = [each for each in changed if each is not None]
            sql = _sql_alone(current, view, provinces[:runs]) if view.sql else None
            timings.append(
                Timing(
                    lines, view.name, first, statistics.median(opened), statistics.median(complete),
                    statistics.median(took) if took else None, sql, megabytes, data,
                )
            )  # fmt: skip
        version = browser.version
        browser.close()
    return timings, version


def _open(page: Page, address: str, view: View, province: str | None) -> tuple[float, float]:
    """Open a view; return the seconds to its main panel, and those until nothing moves any more."""
    query = f"?{urlencode({'where.province': province})}" if province else ""
    page.goto(f"{address}/{view.path}{query}", wait_until="commit")
    page.evaluate(WATCH, list(view.panels))
    page.wait_for_function("window.__complete !== null")
    opened, complete = page.evaluate("[window.__opened, window.__complete]")
    return opened / 1000, complete / 1000


def _visit(page: Page, address: str, view: View, province: str) -> tuple[float, float, float | None]:
    """Open a view limited to a province, and pick a category on top of it."""
    opened, complete = _open(page, address, view, province)
    return opened, complete, _change(page, view) if view.filtered else None


def _change(page: Page, view: View) -> float | None:
    """Pick the second category of the filter bar; return the seconds from the press to the panel's new words.

    None where it says the same as before: on a small shop a province and a category have too few cases for a number.
    """
    page.locator(".st-key-filters").get_by_role("combobox", name="类目").click()
    option = page.get_by_role("option").nth(2)
    option.wait_for()
    page.evaluate(CHANGE, list(view.panels))
    option.click()
    try:
        page.wait_for_function("window.__changed !== null", timeout=UNCHANGED)
    except WaitedTooLong:
        return None
    return float(page.evaluate("window.__changed")) / 1000


def _weighed(context: BrowserContext, address: str, view: View) -> tuple[float, float, float]:
    """Open a view in a browser that has never been here; return seconds, megabytes, and those of data among them."""
    with context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch = context.new_cdp_session(page)
        sizes = {"files": 0.0, "data": 0.0}

        def file(event: dict[str, Any]) -> None:
            sizes["files"] += event["encodedDataLength"]

        def frame(event: dict[str, Any]) -> None:
            sent = event["response"]
            # A binary frame is told in base64, four signs for three bytes.
            sizes["data"] += len(sent["payloadData"]) * (0.75 if sent["opcode"] == 2 else 1)

        watch.on("Network.loadingFinished", file)
        watch.on("Network.webSocketFrameReceived", frame)
        watch.send("Network.enable")
        opened, _ = _open(page, address, view, None)
        page.wait_for_timeout(500)
        return opened, (sizes["files"] + sizes["data"]) / 1e6, sizes["data"] / 1e6


def _sql_alone(version: Path, view: View, provinces: Sequence[str]) -> float:
    """Return the seconds of the bare sums behind the main number of a view, by hand on its fact."""
    with duckdb.connect(str(version), read_only=True) as con:
        took = []
        for province in provinces:
            began = time.perf_counter()
            con.execute(view.sql, {"province": province}).fetchall()
            took.append(time.perf_counter() - began)
    return statistics.median(took)


def show(timings: Sequence[Timing]) -> None:
    """Print the views as a table; what misses its target carries a mark."""
    title = f"{timings[0].lines:,} order lines; seconds, medians; * misses its target"
    table = Table(title=title, box=None)
    table.add_column("view")
    for header in COLUMNS:
        table.add_column(header, justify="right")
    for each in timings:
        table.add_row(each.view, *cells(each))
    Console(width=140).print(table)


def cells(timing: Timing) -> list[str]:
    """Return what a row of the table says, in the order of `COLUMNS`."""

    def seconds(took: float | None, target: float = float("inf")) -> str:
        return "–" if took is None else f"{took:.2f}{'*' if took > target else ''}"

    return [
        seconds(timing.first),
        seconds(timing.opened, TARGETS["opened"]),
        seconds(timing.complete),
        seconds(timing.changed, TARGETS["changed"]),
        "–" if timing.sql is None else f"{timing.sql:.3f}",
        f"{timing.megabytes:.2f}",
        f"{timing.data_megabytes:.2f}",
    ]


if __name__ == "__main__":
    main()
