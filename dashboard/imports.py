"""How the command line imports: its progress while it works, and then what became of every row."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typer

from dashboard.terminal import progress, sentence, show_table, words
from metrics.ingest import import_files
from metrics.ingest.report import FileReport, ImportReport
from metrics.warehouse.store import Store

COUNTS = {
    "read": "rows_read",
    "accepted": "rows_accepted",
    "rejected": "rows_rejected",
    "duplicates": "duplicates",
    "older": "older",
    "set_aside": "set_aside",
}
ALWAYS_SHOWN = ("read", "accepted", "rejected")


def import_with_progress(
    files: Sequence[Path],
    store: Store,
    *,
    profile: str | None = None,
    shop: str | None = None,
    as_of: datetime | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Import as `metrics.ingest.import_files` does, naming each step on the terminal while it runs."""
    with progress() as tell:
        return import_files(files, store=store, profile=profile, shop=shop, as_of=as_of, dry_run=dry_run, progress=tell)


def show_report(report: ImportReport, store: Store, seconds: float) -> None:
    """Print what became of every row of every file, what is worth knowing, and what to do next."""
    counts = {name: [getattr(file, field) for file in report.files] for name, field in COUNTS.items()}
    shown = [name for name, of_files in counts.items() if name in ALWAYS_SHOWN or any(of_files)]
    headers = [words(f"col_{name}") for name in ("file", "profile", *shown)]
    rows = [
        [file.path.name, _recognised(file), *(f"{counts[name][place]:,}" for name in shown)]
        for place, file in enumerate(report.files)
    ]
    show_table(headers, rows, numbers=range(2, len(headers)))
    for file in report.files:
        for note in file.notes:
            typer.echo(f"· {file.path.name}: {sentence(note)}")
        if file.rejects:
            typer.echo("! " + words("rejects", rows=f"{file.rows_rejected:,}", path=file.rejects))
    for warning in report.warnings:
        typer.echo(f"! {sentence(warning.finding)}")
    if report.dry_run:
        _show_changes(report)
        typer.echo(words("dry_run"))
    elif report.version is None:
        typer.echo(words("nothing_new", version=store.current))
    else:
        named = "" if store.root == Path("data", "store") else f" --store {shlex.quote(str(store.root))}"
        command = f"uv run aftersales dashboard{named}"
        typer.echo(words("published", version=report.version, seconds=f"{seconds:.1f}", command=command))


def _recognised(file: FileReport) -> str:
    return words("already_imported") if file.already_imported else f"{file.profile} · {file.kind}"


def _show_changes(report: ImportReport) -> None:
    """Print, for each file and table, the rows that would come and go and the cells that would change, by column."""
    rows = []
    for file in report.files:
        for name, change in file.changes.items():
            cells = ", ".join(f"{column} {count:,}" for column, count in change.cells.items())
            rows.append([file.path.name, name, f"{change.added:,}", f"{change.removed:,}", cells])
    headers = [words(f"col_{name}") for name in ("file", "table", "added", "removed", "changed")]
    if rows:
        show_table(headers, rows, numbers=(2, 3))
