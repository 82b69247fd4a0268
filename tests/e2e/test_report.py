"""The review as a file in a browser: it draws everything, calls nobody, and fits screen and paper."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from dashboard.report.file import rendered
from tests.dashboard.reviews import FULL, HOSTILE, LONG


def comes_true(opened: Page, condition: str) -> None:
    """Wait for a condition; the browser's own way to wait evaluates texts, which this page does not allow."""
    for _ in range(600):
        if opened.evaluate(condition):
            return
        opened.wait_for_timeout(50)
    raise AssertionError(condition)


def test_in_a_browser_it_draws_all_calls_nobody_and_fits_screen_and_paper(browser: Browser, tmp_path: Path) -> None:
    for name, review in (("full", FULL), ("hostile", HOSTILE), ("long", LONG)):
        file = tmp_path / f"{name}.html"
        file.write_bytes(rendered(review, ".html", "zh"))
        opened = browser.new_page(viewport={"width": 1366, "height": 900}, color_scheme="dark")
        told: list[str] = []
        opened.on("console", lambda message, told=told: told.append(message.text))
        opened.on("pageerror", lambda error, told=told: told.append(str(error)))
        opened.on("request", lambda request, told=told: told.append(request.url))
        opened.goto(file.as_uri())
        drawn = "[...document.querySelectorAll('.chart')].every(each => each.querySelector('.main-svg'))"
        comes_true(opened, drawn)
        assert [each for each in told if not each.startswith(("data:", file.as_uri()))] == []
        assert opened.evaluate("window.hacked === undefined && !document.querySelector('svg a')")
        assert opened.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(246, 247, 249)"
        for width in (1366, 390):
            opened.set_viewport_size({"width": width, "height": 800})
            comes_true(opened, f"innerWidth === {width} && document.documentElement.scrollWidth <= {width}")
        opened.evaluate("dispatchEvent(new Event('beforeprint'))")
        on_paper = "[...document.querySelectorAll('.chart .main-svg')].map(each => each.getBoundingClientRect().width)"
        assert max(opened.evaluate(on_paper)) <= 703  # pixels of a sheet of A4 between its margins
        opened.close()
