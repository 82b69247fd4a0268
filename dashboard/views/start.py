"""What stands where there are no data yet: which two exports to download, and what each file unlocks."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from dashboard import data
from dashboard.components.card import card
from dashboard.components.table import Column, Entry, Quiet, table
from dashboard.exports import OPTIONAL, REQUIRED, unlocked_by
from dashboard.text import Text

EXAMPLE = "订单.xlsx 售后服务单.csv"


def start(store: Path, text: Text) -> None:
    """Draw the page of an empty store; it turns into the dashboard by itself when the first import is done."""
    steps = (
        card(text("empty.orders"), text("empty.orders_where")),
        card(text("empty.tickets"), text("empty.tickets_where")),
        _mine(store, text),
        card(text("empty.demo"), text("empty.demo_body"), "uv run aftersales demo"),
    )
    st.html(
        f'<div class="as-empty"><h1>{escape(text("empty.title"))}</h1>'
        f'<p class="as-lead">{escape(text("empty.lead"))}</p><div class="as-steps">{"".join(steps)}</div>'
        f'<p class="as-note">{escape(text("empty.menu_note"))}</p>'
        f'<h2 class="as-h2">{escape(text("empty.matrix"))}</h2>{matrix(text)}</div>'
    )
    _wait_for_the_first_import(store)


def _mine(store: Path, text: Text) -> str:
    """Return the card of one's own files: the way to the page that takes them, and the command that does."""
    return (
        f'<div class="as-step"><h3>{escape(text("empty.then"))}</h3><p>{escape(text("empty.mine_body"))}</p>'
        f'<p><a class="as-button" href="{escape(f"/imports?lang={text.language}")}" target="_self">'
        f'{escape(text("empty.mine"))}</a></p><p class="as-note">{escape(text("empty.or_command"))}</p>'
        f'<code class="as-code">{escape(import_command(store))}</code></div>'
    )


def import_command(store: Path) -> str:
    """Return the command that imports into this store."""
    return f"uv run aftersales import {EXAMPLE}{_named(store)}"


def dashboard_command(store: Path) -> str:
    """Return the command that opens the dashboard of this store."""
    return f"uv run aftersales dashboard{_named(store)}"


def matrix(text: Text) -> str:
    """Return the table of files and of the metrics that each unlocks, as the catalogue has them."""
    rows: list[list[Entry]] = []
    for name in (*REQUIRED, *OPTIONAL):
        metrics = [metric.label(text.language) for metric in unlocked_by(name)]
        words = text("empty.metric_sep").join(metrics) or text(f"empty.{name}")
        need: Entry = text("empty.needed") if name in REQUIRED else Quiet(text("empty.optional"))
        rows.append([text(f"export.{name}"), need, words])
    columns = (Column(text("empty.file")), Column(""), Column(text("empty.unlocks"), wrap=True))
    return (
        table(columns, rows, caption=text("empty.matrix")) + f'<p class="as-note">{escape(text("empty.templates"))}</p>'
    )


def _named(store: Path) -> str:
    """Return the option that names a store; the default one, from where the user stands, need not be named."""
    shown = store.relative_to(Path.cwd()) if store.is_relative_to(Path.cwd()) else store
    return "" if shown == Path("data/store") else f" --store {_quoted(shown)}"


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)


@st.fragment(run_every="3s")
def _wait_for_the_first_import(store: Path) -> None:
    if data.newest(store) is not None:
        st.rerun()
