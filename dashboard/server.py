"""The dashboard as a process: streamlit with our settings and colours, on a port that is free."""

from __future__ import annotations

import atexit
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from streamlit.web import bootstrap

from dashboard.charts.theme import DARK, FONT, LIGHT, Palette
from dashboard.terminal import sentence
from dashboard.upload_limits import FILE_MB
from metrics.words import Finding, Refused

APP = Path(__file__).parent / "app.py"
FIRST_PORT = 8501
PORTS_TRIED = 100
LOOPBACK = ("127.0.0.1", "localhost")


def serve(store: Path, port: int | None, host: str, browser: bool, demo: bool) -> None:
    """Serve the dashboard of one store until it is stopped, and print its address once it answers.

    `port` None: the first free one from 8501. Raises `Refused` where the port that was asked for is taken.
    """
    chosen = chosen_port(host, port)
    os.environ["AFTERSALES_STORE"] = str(store.resolve())
    os.environ["AFTERSALES_DEMO"] = "1" if demo else "0"
    address = f"http://{'localhost' if host in LOOPBACK else host}:{chosen}"
    # Whatever streamlit has to say about itself is not what the reader started: only our address is printed.
    flags = settings(host, chosen)
    bootstrap.load_config_options(flag_options=flags)
    threading.Thread(target=_warm_up, daemon=True).start()
    threading.Thread(target=_announce, args=(address, chosen, host, browser), daemon=True).start()
    bootstrap.run(str(APP), False, [], flags)
    atexit.register(_leave)  # called once the threads have ended that are waited for: one that imports is


def _leave() -> None:
    """End without taking the interpreter apart: a work beside the pages would abort it from within the engine."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def settings(host: str, port: int) -> dict[str, Any]:
    """Return the settings as the flags of `streamlit run`: a file would be looked for where the user stands."""
    settings: dict[str, Any] = {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": FILE_MB,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
        "logger.hideWelcomeMessage": True,
        "logger.level": "warning",
        **_theme(),
    }
    if host in LOOPBACK:
        settings["server.allowedHosts"] = list(LOOPBACK)  # a foreign page that rebinds its name is turned away
    return {name.replace(".", "_"): value for name, value in settings.items()}


def _theme() -> dict[str, Any]:
    settings: dict[str, Any] = {
        "theme.font": FONT,
        "theme.headingFont": FONT,
        "theme.baseFontSize": 15,
        "theme.baseRadius": "8px",
        "theme.showWidgetBorder": True,
    }
    for mode, colours in (("light", LIGHT), ("dark", DARK)):
        for name, value in _streamlit_colours(colours).items():
            settings[f"theme.{mode}.{name}"] = value
    return settings


def _streamlit_colours(colours: Palette) -> dict[str, str]:
    return {
        "primaryColor": colours.accent,
        "backgroundColor": colours.page,
        "secondaryBackgroundColor": colours.card,
        "textColor": colours.ink,
        "linkColor": colours.ink,
        "borderColor": colours.border,
    }


def chosen_port(host: str, wished: int | None) -> int:
    """Return the port that was asked for, or the first free one; raises `Refused` where there is none."""
    if wished is not None:
        if not _is_free(host, wished):
            raise Refused("server.port_taken", port=wished)
        return wished
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if _is_free(host, port):
            return port
    raise Refused("server.no_port", first=FIRST_PORT, last=FIRST_PORT + PORTS_TRIED - 1)


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _announce(address: str, port: int, host: str, browser: bool) -> None:
    """Print the address, and open it, only when a page would come: a link that fails is worse than a wait."""
    near = "127.0.0.1" if host == "0.0.0.0" else host
    _wait_until(lambda: _answers(f"http://{near}:{port}/_stcore/health"), seconds=60)
    typer.echo(sentence(Finding("server.serving", {"address": address})))
    if browser:
        webbrowser.open(address)


def _wait_until(ready: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not ready() and time.monotonic() < end:
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _warm_up() -> None:
    """Load what the first page needs while the server comes up: pandas, plotly and scipy take seconds, once."""
    import dashboard.router  # noqa: F401
