"""A page as a visitor gets it: one view on one store, drawn without a browser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.data import beside
from dashboard.text import Text
from metrics.words import LANGUAGES


def _visit(name: str) -> None:
    """The router without its navigation, which reaches callable pages by the browser alone."""
    from dashboard.router import arrive, draw

    draw(name, arrive({}))


def opened(store: Path, name: str, monkeypatch: pytest.MonkeyPatch, **params: str) -> AppTest:
    monkeypatch.setenv("AFTERSALES_STORE", str(store))
    monkeypatch.setattr(beside, "PATIENCE", timedelta(minutes=1))  # what is read here is the page, not that it waits
    page = AppTest.from_function(_visit, args=(name,), default_timeout=60)
    for key, value in params.items():
        page.query_params[key.replace("__", ".")] = value
    page.run()
    assert not any(Text(language)("app.defect") in html(page) for language in LANGUAGES), "a defect: see the log"
    return page


def html(page: AppTest) -> str:
    return "\n".join(str(element.body) for element in page.get("html"))
