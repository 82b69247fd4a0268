"""Takes the pictures of the READMEs from the running demo.

    uv run python docs/pictures.py

They are never edited: what stands in the README is what `aftersales demo` shows.
"""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 1366, 900
COLOURS = 96  # flat colours and text need no more, and the file is a third of the size
LANGUAGES = ("zh", "en")
VIEWS = {"overview": "", "response": "response", "batches": "batches"}
DRAWN = "[data-testid='stApp'][data-test-script-state='notRunning']"
WAITING = ".as-waiting"  # what is made beside the page for the first time
PATIENCE = 120_000  # milliseconds


def main() -> None:
    """Start the demo, take every picture in both languages, and stop it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed for the pictures: apt-get install chromium")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language in LANGUAGES:
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, locale={"zh": "zh-CN", "en": "en-GB"}[language]
            )
            for name, path in VIEWS.items():
                page.goto(f"{address}/{path}?lang={language}")
                save(page, FOLDER / f"{name}.{language}.png")
        browser.close()


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo on a free port and yield its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-c", "from dashboard.cli import app; app()"]
    with subprocess.Popen([*program, "demo", "--no-browser", "--port", str(port)]) as process:
        try:
            while not answers(f"http://127.0.0.1:{port}/_stcore/health"):
                if process.poll() is not None:
                    sys.exit("The demo did not start.")
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def answers(address: str) -> bool:
    """Whether a server is there."""
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def save(page: Page, path: Path) -> None:
    """Wait until the page is drawn, and write what a reader sees without scrolling."""
    page.wait_for_selector(DRAWN)
    page.wait_for_selector("[class*='as-']")
    page.wait_for_selector(WAITING, state="hidden", timeout=PATIENCE)
    page.wait_for_selector(DRAWN)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
