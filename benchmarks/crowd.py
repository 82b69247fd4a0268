"""Many readers at once: whether anybody sees an error, how long a click takes, and whether memory levels off.

    uv run python benchmarks/crowd.py --keep data/bench          20 readers, two minutes, 10 million lines
    uv run python benchmarks/crowd.py --keep data/bench --lines 100_000 --readers 5 --seconds 30

Each reader is a session of its own that goes from page to page and picks categories as fast as they are answered. Two
of them sit at real browsers; the others speak the browser's protocol (`benchmarks/visitor.py`), because twenty browsers
on the cores of the server would measure the browsers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright
from playwright.async_api import Error as BrowserError
from playwright.async_api import TimeoutError as WaitedTooLong
from rich.console import Console
from websockets.exceptions import WebSocketException

from benchmarks.browser import ARGUMENTS, RESULTS, VIEWPORT, VIEWS, chromium, machine, publish, serving, simulated
from benchmarks.visitor import Visitor
from metrics import open_shop
from metrics.warehouse.store import Store

PATIENCE = 60_000
CLOSED = 5_000
ARRIVAL = 2.5  # seconds between two readers
SAMPLED = 5.0  # seconds from one look at the memory of the server to the next
BROKEN = ".as-broken, [data-testid=stException], [data-testid=stAlertContentError]"
# A busy server is late to say that it has begun, so that rest is believed only after it, or after half a second.
SETTLED = """() => new Promise(done => {
  const began = performance.now();
  let ran = false;
  const look = () => {
    const state = document.querySelector('[data-testid=stApp]')?.dataset.testScriptState;
    ran ||= state !== 'notRunning';
    if (state === 'notRunning' && (ran || performance.now() - began > 500)) done();
    else requestAnimationFrame(look);
  };
  look();
})"""
HEADER = (
    "readers",
    "browsers",
    "seconds",
    "clicks",
    "click, median",
    "click, 95 %",
    "errors",
    "MB at the start",
    "MB, last third",
)


@dataclass
class Crowd:
    """What happened: seconds of each click, what went wrong, and the megabytes of the server over the time."""

    lines: int
    readers: int
    browsers: int
    seconds: int
    clicks: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)

    @property
    def until(self) -> float:
        """When the time is up, in seconds from the beginning: it runs from when the last reader has come in."""
        return self.readers * ARRIVAL + self.seconds

    def between(self, start: float, stop: float) -> float:
        """Return the most megabytes within a stretch of the run, given in shares of it."""
        length = self.memory[-1][0]
        return max(size for at, size in self.memory if start * length <= at <= stop * length)

    def row(self) -> list[str]:
        """Return what happened in the order of `HEADER`."""
        return [
            str(self.readers),
            str(self.browsers),
            str(self.seconds),
            str(len(self.clicks)),
            f"{np.median(self.clicks):.2f} s",
            f"{np.quantile(self.clicks, 0.95):.2f} s",
            str(len(self.errors)),
            f"{self.memory[0][1]:,.0f}",
            f"{self.between(2 / 3, 1):,.0f}",
        ]


def main() -> None:
    """Let the crowd in, print what happened and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--keep", type=Path, help="a folder that the store is made in once and kept")
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--browsers", type=int, default=2, help="how many of the readers sit at a real browser")
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--json", type=Path, default=RESULTS / "crowd.json", help="where the figures go")
    parser.add_argument("--publish", action="store_true", help="put the row into benchmarks/README.md")
    asked = parser.parse_args()
    crowd = Crowd(asked.lines, asked.readers, asked.browsers, asked.seconds)
    with tempfile.TemporaryDirectory() as passing:
        store = simulated(asked.lines, asked.keep or Path(passing))
        with serving(store) as (address, process):
            version = asyncio.run(let_in(crowd, address, process, categories(store)))
    if not crowd.clicks:
        raise SystemExit(f"Nobody got to click: {crowd.errors[:3]}")
    for name, value in zip(HEADER, crowd.row(), strict=True):
        print(f"{name:>16}  {value}")
    for error in crowd.errors[:10]:
        Console().print(error, markup=False)
    third = [crowd.between(at / 3, (at + 1) / 3) for at in range(3)]
    print("megabytes of the server, the most of each third:", ", ".join(f"{size:,.0f}" for size in third))
    figures = {"machine": machine(version), **asdict(crowd)}
    asked.json.parent.mkdir(exist_ok=True)
    asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if asked.publish:
        note = f"{asked.lines:,} order lines; " + ", ".join(f"{k} {v}" for k, v in machine(version).items()) + "."
        publish("crowd", note, HEADER, [crowd.row()])


def categories(store: Store) -> list[str]:
    """Return the categories that a reader can pick."""
    return open_shop(store.root).values("category")


async def let_in(crowd: Crowd, address: str, process: int, picked: list[str]) -> str:
    """Run all readers to the end of the time while the memory is watched; return the version of the browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        began = time.monotonic()
        crowd.memory.append((0.0, megabytes(process)))
        readers = [
            read(crowd, browser, address, seat, began)
            if seat < crowd.browsers
            else follow(crowd, address, seat, began, picked)
            for seat in range(crowd.readers)
        ]
        await asyncio.gather(watch(crowd, process, began), *readers)
        version = browser.version
        await browser.close()
    return version


async def read(crowd: Crowd, browser: Browser, address: str, seat: int, began: float) -> None:
    """Be one reader: come in, then go to a page or pick a category, again and again until the time is up.

    They come in one after the other: twenty browsers that load the page for the first time at once on the two cores of
    the server itself would measure the browsers.
    """
    draw = random.Random(seat)
    await asyncio.sleep(seat * ARRIVAL)
    context = await browser.new_context(viewport=VIEWPORT, locale="zh-CN")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)

    def noted(message: ConsoleMessage) -> None:
        # On a page below the root streamlit asks there for its own endpoints first, and then at the root.
        if message.type == "error" and not ("404" in message.text and "/_stcore/" in message.location["url"]):
            crowd.errors.append(message.text)

    page.on("console", noted)
    try:
        await page.goto(address)
        await settle(page)
        clicking = True  # once at least, however late the page came
        while clicking:
            clicked = time.monotonic()
            await (pick_a_category if draw.random() < 0.5 else turn_to_a_page)(page, draw)
            await settle(page)
            crowd.clicks.append(time.monotonic() - clicked)
            crowd.errors += [f"{page.url}: {words}" for words in await page.locator(BROKEN).all_inner_texts()]
            clicking = time.monotonic() - began < crowd.until
    except (BrowserError, TimeoutError) as failed:
        crowd.errors.append(f"{page.url}: {str(failed).partition(chr(10))[0] or 'no answer in time'}")
    await context.close()


async def follow(crowd: Crowd, address: str, seat: int, began: float, picked: list[str]) -> None:
    """Be one reader without a browser, who does the same."""
    draw = random.Random(seat)
    await asyncio.sleep(seat * ARRIVAL)
    view, query = VIEWS[0], ""
    async with Visitor(address) as visitor:
        try:
            await visitor.open(view.path, query, PATIENCE / 1000)
            clicking = True
            while clicking:
                clicked = time.monotonic()
                if draw.random() < 0.5 and view.filtered:
                    query = urlencode({"where.category": draw.choice(picked)})
                else:
                    view = draw.choice(VIEWS)
                await visitor.open(view.path, query, PATIENCE / 1000)
                crowd.clicks.append(time.monotonic() - clicked)
                clicking = time.monotonic() - began < crowd.until
        except (ConnectionError, TimeoutError, WebSocketException) as failed:
            crowd.errors.append(f"/{view.path}?{query}: {str(failed) or 'no answer in time'}")
    crowd.errors += visitor.errors


async def turn_to_a_page(page: Page, draw: random.Random) -> None:
    """Follow a link of the navigation."""
    links = page.locator(".st-key-nav a")
    await links.nth(draw.randrange(len(VIEWS))).click()


async def pick_a_category(page: Page, draw: random.Random) -> None:
    """Pick a category in the filter bar, or turn to a page where there is none to pick."""
    box = page.locator(".st-key-filters").get_by_role("combobox", name="类目")
    if not await box.count():
        await turn_to_a_page(page, draw)
        return
    await box.click()
    options = page.get_by_role("option")
    try:
        await options.first.wait_for(timeout=CLOSED)
        await options.nth(draw.randrange(max(await options.count(), 1))).click(timeout=CLOSED)
    except WaitedTooLong:  # the page was still being drawn, and the list closed under the pointer
        await page.keyboard.press("Escape")


async def settle(page: Page) -> None:
    """Wait until the page has answered: the run that the click began has begun, and has ended."""
    await asyncio.wait_for(page.evaluate(SETTLED), PATIENCE / 1000)


async def watch(crowd: Crowd, process: int, began: float) -> None:
    """Look at the memory of the server until the time is up."""
    while (at := time.monotonic() - began) < crowd.until:
        crowd.memory.append((at, megabytes(process)))
        await asyncio.sleep(SAMPLED)


def megabytes(process: int) -> float:
    """Return the resident memory of a process and its children, whichever of its threads has begun them."""
    found = re.search(r"VmRSS:\s+(\d+) kB", _told(Path(f"/proc/{process}/status")))
    own = int(found[1]) / 1e3 if found else 0.0
    threads = Path(f"/proc/{process}/task").glob("*")
    return own + sum(megabytes(int(child)) for thread in threads for child in _told(thread / "children").split())


def _told(file: Path) -> str:
    """Return what the system tells of a process or a thread; nothing where it has ended meanwhile."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""


if __name__ == "__main__":
    main()
