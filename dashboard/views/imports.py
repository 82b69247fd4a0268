"""数据导入: files brought in, until when the data reach, where they came from, what the checks found, versions."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import data, wording
from dashboard.components.card import card
from dashboard.components.state import state
from dashboard.components.table import Column, Entry, Quiet, table
from dashboard.components.title import title
from dashboard.page import Page
from dashboard.text import Text
from dashboard.views.import_files import import_panel
from dashboard.views.import_result import checks_table, platform
from dashboard.views.start import import_command, matrix
from dashboard.views.versions import versions_panel

TEMPLATE = "\ufeff商品编号,批次,到货日,数量\r\n".encode()
"""The four columns that tell which batch a parcel came from; it holds no data, so there is nothing to mask."""


def imports(page: Page) -> None:
    """Draw the page."""
    text, source = page.text, page.source
    shops = [] if page.demo else data.values(source, "shop")
    import_panel(page.own_store, text, shops=shops, elsewhere=page.demo)
    with st.container(key="panel-freshness"):
        until = text("imports.until", as_of=text.moment(source.as_of))
        st.html(title(until, text("imports.current", version=source.version)))
        st.html(_freshness(data.freshness(source), text))
    with st.container(key="panel-checks"):
        st.html(_checks(page))
    with st.container(key="panel-files"):
        st.html(_files(page))
    versions_panel(page.store, text)
    _what_to_bring(page.own_store, text)


def first_import(store: Path, text: Text) -> None:
    """Draw the page of an empty store: nothing but the way in, and which file unlocks what."""
    import_panel(store, text, shops=(), elsewhere=False)
    _what_to_bring(store, text)


def _what_to_bring(store: Path, text: Text) -> None:
    with st.container(key="panel-add"):
        st.html(title(text("empty.matrix")) + matrix(text))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                text("imports.template"),
                TEMPLATE,
                file_name=text("imports.template_name"),
                mime="text/csv",
                key="template",
                icon=":material/download:",
                on_click="ignore",
            )
            st.html(f'<span class="as-note">{escape(text("imports.template_why"))}</span>', width="content")
        st.html(card(text("imports.by_command"), text("imports.by_command_body"), import_command(store)))


def _freshness(coverage: pd.DataFrame, text: Text) -> str:
    names = ("source", "table", "covered_from", "covered_until", "remark")
    rows: list[list[Entry]] = []
    for row in coverage.to_dict("records"):
        remarks = []
        if not row["dated"]:
            remarks.append(text("imports.undated"))
        if row["until_assumed"]:
            remarks.append(text("imports.assumed"))
        rows.append(
            [
                platform(str(row["source"]), text),
                _table_name(str(row["table_name"]), text),
                _moment(row["covered_from"], text),
                _moment(row["covered_until"], text),
                Quiet(text("imports.and").join(remarks)),
            ]
        )
    return table([Column(text(f"imports.{name}")) for name in names], rows, caption=text("imports.title"))


def _files(page: Page) -> str:
    text = page.text
    files = data.sql(
        page.source,
        "SELECT file_name, profile, imported_at, rows_read, rows_rejected, COUNT(*) OVER () AS files, "
        "SUM(rows_read) OVER () AS read, SUM(rows_rejected) OVER () AS rejected FROM imports "
        "ORDER BY import_id DESC LIMIT 50",
    )
    if files.empty:
        return title(text("imports.files")) + state(text("imports.nothing"))
    counts = {name: wording.count(files[name].iloc[0], text) for name in ("files", "read", "rejected")}
    head = title(text("imports.files_found", **counts))
    columns = (
        Column(text("imports.file")),
        Column(text("imports.profile")),
        Column(text("imports.imported_at")),
        Column(text("imports.rows_read"), align="right"),
        Column(text("imports.rows_rejected"), align="right"),
    )
    rows: list[list[Entry]] = [
        [
            str(row["file_name"]),
            platform(str(row["profile"]), text),
            _moment(row["imported_at"], text),
            wording.count(row["rows_read"], text),
            wording.count(row["rows_rejected"], text),
        ]
        for row in files.to_dict("records")
    ]
    return head + table(columns, rows, caption=text("imports.files"))


def _checks(page: Page) -> str:
    text = page.text
    found = data.sql(page.source, "SELECT sentence, rows, sample FROM check_results ORDER BY rows DESC")
    if found.empty:
        return title(text("imports.passed"), text("imports.checks"))
    rows = zip(found["sentence"], found["rows"], found["sample"], strict=True)
    head = title(text("imports.checks_found", count=len(found)), text("imports.checks"))
    return head + checks_table(rows, text("imports.found"), text)


def _table_name(name: str, text: Text) -> str:
    return text(f"export.{name}") if text.has(f"export.{name}") else name


def _moment(value: pd.Timestamp, text: Text) -> str:
    return "–" if pd.isna(value) else text.moment(value.to_pydatetime())
