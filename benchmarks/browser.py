"""A simulated shop behind the real server, for whoever measures in a browser."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from metrics.ingest import import_files
from metrics.simulate import simulate
from metrics.warehouse.store import Store

PROJECT = Path(__file__).parent.parent
README = Path(__file__).parent / "README.md"
RESULTS = Path(__file__).parent / "results"
VIEWPORT = {"width": 1366, "height": 768}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
START_SECONDS = 120


@dataclass(frozen=True)
class View:
    """A page of the dashboard: what has to stand on it before a reader has what he came for.

    `panels` are selectors, all of which must be visible and say something; `sql` are the bare sums behind its main
    number, for what a page costs over its question. `filtered`: whether a category can be picked.
    """

    name: str
    panels: tuple[str, ...]
    sql: str = ""
    filtered: bool = True

    @property
    def path(self) -> str:
        """Where it stands: the first page of the navigation is the root itself."""
        return "" if self.name == "overview" else self.name


_WEEKLY = "SELECT DATE_TRUNC('week', day), SUM({0}), SUM({1}) FROM {2} WHERE province = $province GROUP BY 1"
VIEWS = (
    View(
        "overview",
        (".st-key-tile-refund_rate .as-value", ".st-key-panel-trend :is(.as-finding, .as-state)"),
        _WEEKLY.format("refunded_7", "returns_of", "sold_lines"),
    ),
    View(
        "response",
        (".st-key-panel-queue :is(.as-finding, .as-state)",),
        _WEEKLY.format("answered_in_time", "due", "handled_tickets"),
    ),
    View("batches", (".st-key-ranking tbody tr", ".st-key-panel-batch :is(.as-finding, .as-state)"), filtered=False),
    View("review", (".stMain :is(.as-cover, .as-state)",)),
    View(
        "reasons",
        (".stMain :is(.as-finding, .as-state)",),
        "SELECT reason, COUNT(*) FROM handled_tickets WHERE province = $province GROUP BY 1",
    ),
    View(
        "satisfaction",
        (".st-key-panel-trend :is(.as-finding, .as-state)",),
        _WEEKLY.format("satisfied", "answers", "answered_surveys"),
    ),
    View(
        "explore",
        (".st-key-panel-answer :is(.as-finding, .as-state)",),
        _WEEKLY.format("refunded_7", "returns_of", "sold_lines"),
    ),
    View("rules", (".st-key-panel-replay :is(.as-finding, .as-state)",)),
    View("followup", (".st-key-panel-arms :is(.as-finding, .as-state)",), filtered=False),
    View("imports", (".st-key-panel-freshness",), filtered=False),
    View("glossary", (".st-key-panel-glossary",), filtered=False),
)


def simulated(lines: int, folder: Path) -> Store:
    """Return a store of so many simulated lines, made once and kept in the folder."""
    store = Store(folder / f"pages-{lines}" / "store")
    if store.current is None:
        exports = folder / f"pages-{lines}" / "exports"
        simulate(lines, exports)
        import_files(sorted(exports.glob("*.parquet")), store=store, profile="generic", shop="bench", as_of=None)
        shutil.rmtree(exports)
    return store


@contextmanager
def serving(store: Store) -> Iterator[tuple[str, int]]:
    """Run the dashboard of a store until the block ends; give its address and the number of its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    aftersales = str(Path(sys.executable).with_name("aftersales"))
    command = [aftersales, "dashboard", "--store", str(store.root), "--port", str(port)]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL)
    try:
        address = f"http://localhost:{port}"
        _wait_for(address)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(30)


def machine(browser: str) -> dict[str, str]:
    """Return what the figures were measured on."""
    versions = {name: metadata.version(name) for name in ("streamlit", "plotly", "duckdb", "pandas")}
    return versions | {"Chromium": browser, "Python": platform.python_version(), "cores": str(os.cpu_count())}


def publish(mark: str, note: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Put a table into the README of the benchmarks, between its two marks."""
    lines = [header, ("---",) + ("---:",) * (len(header) - 1), *rows]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(f"<!-- {mark} -->\n")
    _, _, after = rest.partition(f"<!-- /{mark} -->")
    README.write_text(f"{before}<!-- {mark} -->\n{note}\n\n{table}<!-- /{mark} -->{after}", encoding="utf-8")


def chromium() -> str:
    """Return the browser of this machine."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("No Chromium on this machine: install it (Debian: apt-get install chromium fonts-noto-cjk).")
    return found


def _wait_for(address: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"The dashboard did not answer at {address} within {START_SECONDS} seconds.")
