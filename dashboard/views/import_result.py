"""How an import goes, and how it ended: every row counted, what is worth knowing, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

import streamlit as st

from dashboard.components.state import state
from dashboard.components.table import Column, Entry, Quiet, table
from dashboard.components.title import title
from dashboard.importing import FileReport, Import, ImportReport, Outcome, nameable
from dashboard.text import Text
from dashboard.views.import_mapping import column_label
from metrics.words import Finding, say

COUNTS = ("rows_read", "rows_accepted", "rows_rejected", "duplicates", "older", "set_aside")
ALWAYS_SHOWN = COUNTS[:3]
COUNTED = ("lines", "returned", "rows", "sold", "tickets", "without_batch")
CHECKED = (
    "shop", "source", "order_id", "line_id", "ticket_id", "dispute_id", "survey_id", "customer_id", "sku_id",
    "batch_id", "reason_text", "ordered_at", "requested_at", "responded_at", "closed_at", "first_order",
    "first_ticket", "orders_until", "tickets_until", "paid", "refunded", "table_name", "key",
    "missing", *COUNTED,
)  # fmt: skip
"""What the checks call the cells of their rows; each has a word of the trade."""
_NAME = f"(?:{'|'.join(CHECKED)})"
CELL = re.compile(rf"(?:^|, )(?P<column>{_NAME}) (?P<value>.*?)(?=, {_NAME} |$)", re.DOTALL)


@st.fragment(run_every="0.5s")
def progress(work: Import, text: Text) -> None:
    """Draw how far an import has come, until it ends; then the whole page is drawn again."""
    if work.outcome is not None:
        st.rerun()
    st.progress(work.share, text=text("upload.dry_running") if work.dry_run else text("upload.running"))
    step = say(nameable(work.steps[-1]), text.language) if work.steps else text("upload.starting")
    st.html(f'<p class="as-note" role="status">{escape(step)}</p>')


def result(outcome: Outcome, text: Text, open_with: str) -> None:
    """Draw how an import ended. `open_with` is the command that opens its store, "" where this page does."""
    with st.container(key="import-result"):
        if outcome.refused is not None:
            sentence = say(_readable(outcome.refused, text), text.language)
            st.html(state(text("upload.not_taken"), f"{sentence} {text('upload.unchanged')}", "broken"))
        elif outcome.report is not None:
            _report(outcome.report, text, open_with)
        for place, (name, rows) in enumerate(outcome.rejects.items()):
            st.download_button(
                text("upload.rejects", number=place + 1) if len(outcome.rejects) > 1 else text("upload.reject"),
                rows,
                file_name=name,
                mime="text/csv",
                key=f"rejects-{place}",
                icon=":material/download:",
                on_click="ignore",
                help=text("upload.rejects_help"),
            )


def _report(report: ImportReport, text: Text, open_with: str) -> None:
    accepted = sum(file.rows_accepted for file in report.files)
    if report.dry_run:
        head, next_step = text("upload.dry_done", rows=f"{accepted:,}"), text("upload.dry_next")
    elif report.version is None:
        head, next_step = text("upload.nothing_new"), text("upload.nothing_new_next")
    else:
        head = text("upload.published", rows=f"{accepted:,}", version=report.version)
        next_step = text("upload.shop_is", shop=report.shop)
    st.html(title(head, next_step))
    if report.version is not None:
        _way_on(text, open_with)
    st.html(_counts(report, text))
    if report.dry_run:
        st.html(_changes(report, text))
    _remarks(report, text)


def _way_on(text: Text, open_with: str) -> None:
    if open_with:
        st.html(
            f'<p class="as-lead">{escape(text("upload.open_own"))}</p><code class="as-code">{escape(open_with)}</code>'
        )
    else:
        address = escape(f"/?lang={text.language}")
        st.html(f'<a class="as-button" href="{address}" target="_self">{escape(text("upload.to_overview"))}</a>')


def _counts(report: ImportReport, text: Text) -> str:
    shown = [name for name in COUNTS if name in ALWAYS_SHOWN or any(getattr(file, name) for file in report.files)]
    columns = [Column(text("upload.file")), Column(text("upload.recognised"))]
    columns += [Column(text(f"upload.{name}"), align="right") for name in shown]
    rows: list[list[Entry]] = [
        [file.path.name, _recognised(file, text), *(f"{getattr(file, name):,}" for name in shown)]
        for file in report.files
    ]
    return table(columns, rows, caption=text("upload.counted"))


def _recognised(file: FileReport, text: Text) -> Entry:
    if file.already_imported:
        return Quiet(text("upload.already"))
    kind = {"orders": "order_lines"}.get(file.kind, file.kind)
    return text(f"export.{kind}") if text.has(f"export.{kind}") else file.kind


def _changes(report: ImportReport, text: Text) -> str:
    """Return the table of rows that would come and go and of cells that would change, by column."""
    rows: list[list[Entry]] = []
    for file in report.files:
        for name, change in file.changes.items():
            cells = text("empty.sep").join(
                f"{column_label(column, text)} {count:,}" for column, count in change.cells.items()
            )
            table_name = text(f"export.{name}") if text.has(f"export.{name}") else name
            rows.append([file.path.name, table_name, f"{change.added:,}", f"{change.removed:,}", cells or Quiet("–")])
    if not rows:
        return ""
    columns = (
        Column(text("upload.file")),
        Column(text("upload.content")),
        Column(text("upload.added"), align="right"),
        Column(text("upload.removed"), align="right"),
        Column(text("upload.cells"), wrap=True),
    )
    return f'<h3 class="as-h2">{escape(text("upload.changes"))}</h3>' + table(
        columns, rows, caption=text("upload.changes")
    )


def _remarks(report: ImportReport, text: Text) -> None:
    said = [f"{file.path.name}: {say(note, text.language)}" for file in report.files for note in file.notes]
    if said:
        st.html('<ul class="as-remarks">' + "".join(f"<li>{escape(each)}</li>" for each in said) + "</ul>")
    if report.warnings:
        found = [(each.sentence, each.rows, each.sample) for each in report.warnings]
        st.html(checks_table(found, text("upload.warnings"), text))


def checks_table(found: Iterable[tuple[str, int, str]], head: str, text: Text) -> str:
    """Return the table of what the checks found: the sentence of each, its number of rows, and the first of them."""
    rows: list[list[Entry]] = [
        [say(Finding(sentence, {"rows": f"{count:,}", "sample": _first(sample, text)}), text.language)]
        for sentence, count, sample in found
    ]
    return table([Column(head, wrap=True)], rows, caption=head)


def _readable(refused: Finding, text: Text) -> Finding:
    """Return why an import was refused; a check that failed shows rows, as those do that only warn."""
    if "sample" not in refused.values:
        return refused
    return Finding(refused.code, {**refused.values, "sample": _first(str(refused.values["sample"]), text)})


def _first(sample: str, text: Text) -> str:
    """Return the first of the rows that a check shows: enough to look it up, and short enough to read."""
    first, more, _ = sample.partition("; ")
    cells = [_cell(found["column"], found["value"], text) for found in CELL.finditer(first)]
    words = text("empty.sep").join(cells) or first
    return f"{words} …" if more else words


def _cell(column: str, value: str, text: Text) -> str:
    if column in COUNTED and value.isdecimal():
        value = f"{int(value):,}"
    if column == "source":
        value = platform(value, text)
    if column == "table_name" and text.has(f"export.{value}"):
        value = text(f"export.{value}")
    return f"{column_label(column, text)} {value}"


def platform(name: str, text: Text) -> str:
    """Return where an export comes from, as people call it."""
    return text(f"imports.from_{name}") if text.has(f"imports.from_{name}") else name
