"""A real browser against the real server, on a free port; nothing leaves the machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    CDPSession,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)
from playwright.sync_api import TimeoutError as WaitedTooLong

PROJECT = Path(__file__).parent.parent.parent
ARTIFACTS = PROJECT / "artifacts"
AFTERSALES = Path(sys.executable).with_name("aftersales")
PATIENCE = 60_000  # milliseconds: a busy machine is slow, and not wrong
PICKS = 5
expect.set_options(timeout=PATIENCE)

Open = Callable[..., Page]


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: install it (Debian: apt-get install chromium fonts-noto-cjk)")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="session")
def demo(browser: Browser) -> Iterator[str]:
    """The address of the demo, as `aftersales demo` serves it."""
    del browser  # without one there is nobody to serve
    with serving("demo", "--no-browser") as address:
        yield address


@pytest.fixture(scope="session")
def shop(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's shop in a folder of the tests' own."""
    return copied(sample_store, tmp_path_factory.mktemp("own") / "store")


@pytest.fixture(scope="session")
def shop_served(browser: Browser, shop: Path) -> Iterator[str]:
    del browser
    with serving("dashboard", "--store", str(shop)) as address:
        yield address


@pytest.fixture
def store(shop: Path) -> Path:
    """The demo's shop, in which nobody has typed anything yet; `own` is the address where it is served.

    What people type is never cached, but for a review: whoever looks at one needs a server of his own.
    """
    for typed in shop.glob("meeting.sqlite*"):
        typed.unlink()
    return shop


@pytest.fixture
def own(shop_served: str, store: Path) -> str:
    del store  # asked for so that nothing is typed in it
    return shop_served


@pytest.fixture(scope="session")
def place() -> int:
    """Return the port of one server after the other: a tab knows the scripts by their address."""
    return free_port()


@pytest.fixture
def serve(browser: Browser, place: int) -> Iterator[Callable[..., str]]:
    """Run `aftersales …` until the test ends, and give its address."""
    del browser
    with ExitStack() as ending:
        yield lambda *command: ending.enter_context(serving(*command, port=place))


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> list[Page]:
    """Tabs that no test uses now, each of a browser of its own: what one of them has compiled it need not again."""
    del browser  # without one there are none
    return []


@pytest.fixture
def visit(browser: Browser, tabs: list[Page], serve: Callable[..., str]) -> Iterator[Open]:
    """Open an address in a browser of its own, and fail at the end if it complained or called out."""
    del serve  # asked for so that every page is left before its server ends
    used: list[tuple[Page, CDPSession]] = []
    complaints: list[str] = []

    def noted(message: ConsoleMessage) -> None:
        # On a page below the root streamlit asks there for its own endpoints first, and then at the root.
        own_probe = "404" in message.text and "/_stcore/" in (message.location or {}).get("url", "")
        if message.type == "error" and not own_probe:
            complaints.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:")):
            complaints.append(f"called out: {request.url}")

    def opened(
        address: str, *, locale: str = "zh-CN", size: tuple[int, int] = (1366, 768), mode: str = "light"
    ) -> Page:
        page = tabs.pop() if tabs else new_tab(browser)
        used.append((page, speaking(page, locale)))
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
        page.on("console", noted)
        page.on("request", asked)
        page.goto(address)
        return page

    yield opened
    for page, reader in reversed(used):
        page.remove_listener("console", noted)
        forget(page)
        page.remove_listener("request", asked)
        reader.detach()
        tabs.append(page)
    assert complaints == []


def new_tab(browser: Browser) -> Page:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def speaking(page: Page, locale: str) -> CDPSession:
    """Have the reader of a page speak a language, until the session is detached; a context cannot change its own."""
    session = page.context.new_cdp_session(page)
    agent = page.evaluate("navigator.userAgent")
    session.send("Emulation.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": locale})
    session.send("Emulation.setLocaleOverride", {"locale": locale})
    return session


def forget(page: Page) -> None:
    """Leave a page, and with it all that a browser remembers of a reader; the scripts that it has compiled stay."""
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto("about:blank")
    page.mouse.move(0, 0)
    page.context.clear_cookies()
    page.context.clear_permissions()


def copied(store: Path, folder: Path) -> Path:
    """Copy a store without what people have typed in it; what was judged beside its versions comes along."""
    return Path(shutil.copytree(store, folder, ignore=shutil.ignore_patterns("meeting.sqlite*", ".lock")))


def written(there: Locator) -> str:
    """Return the text of an element as it stands in the page, whether or not its styles have arrived yet."""
    return there.text_content() or ""


def pick(page: Page, label: str, option: str) -> None:
    """Choose from a list, and see that it was taken: a list that is open when the page is drawn anew closes again."""
    box = page.get_by_role("combobox", name=label, exact=True)
    for _ in range(PICKS):
        settled(page)
        box.blur()  # what was typed before and not taken goes
        box.press_sequentially(option)  # narrows the list: a long one is not drawn whole
        with suppress(WaitedTooLong):
            page.get_by_role("option", name=option, exact=True).click(timeout=PATIENCE / PICKS)
            box.blur()
            if box.input_value() == option:
                return
    pytest.fail(f"{option} could not be picked for {label}")


def turn(page: Page, key: str) -> None:
    """Press a key that the page itself listens to, once it is drawn: nobody listens while a button is drawn anew."""
    settled(page)
    page.keyboard.press(key)


def settled(page: Page) -> None:
    """Wait until the page is drawn to its end."""
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")


@contextmanager
def serving(*command: str, port: int = 0) -> Iterator[str]:
    """Run `aftersales …` until the block ends, on this port or where it is taken on another; give its address."""
    port = free_port(port)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [AFTERSALES, *command, "--port", str(port)],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    with ExitStack() as ending:
        ending.callback(process.wait, 30)
        ending.callback(process.terminate)
        said: list[str] = []
        assert process.stdout is not None
        address = f"http://localhost:{port}"
        for line in process.stdout:
            said.append(line)
            if address in line:
                yield address
                return
        pytest.fail(f"the server ended without an address: {''.join(said)}")


def free_port(wished: int = 0) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what a server has just left is free
        try:
            probe.bind(("127.0.0.1", wished))
        except OSError:
            return free_port()
        return int(probe.getsockname()[1])


def aftersales(*command: str) -> None:
    done = subprocess.run([AFTERSALES, *command], cwd=PROJECT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
