"""What the command line shows: frames as a table, CSV or JSON, and progress bars.

A table is for a person, in his language and with numbers as the trade writes them; CSV and JSON are for
another program and keep the frame as it is.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from metrics.words import Finding, preferred_language, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

Format = Literal["table", "csv", "json"]
UNBOUNDED = 10_000


def words(code: str, **values: Any) -> str:
    """Return a sentence of the command line in the terminal's language."""
    return sentence(Finding(f"cli.{code}", values))


def sentence(finding: Finding) -> str:
    """Return any finding's sentence in the terminal's language."""
    return say(finding, preferred_language())


def show_table(headers: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> None:
    """Print rows under headers; the columns at the positions `numbers` stand right-aligned."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for position, header in enumerate(headers):
        # Folded and never cut: a number without its last digits is a wrong number.
        table.add_column(header, justify="right" if position in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    # A file or a pipe has no width: a row stays one line there, for whoever searches it.
    Console(width=None if sys.stdout.isatty() else UNBOUNDED).print(table)


def show_data(frame: pd.DataFrame, form: Literal["csv", "json"]) -> None:
    """Print a frame for another program: absent is empty in CSV and null in JSON, never 0 or NaN.

    Customers are masked as in every file that leaves. Codes, headers and texts are those of the frame, unguarded: an
    apostrophe that keeps a spreadsheet from executing a text is a wrong text to a program.
    """
    from metrics.export import masked  # loaded only where rows are printed

    frame = masked(frame)
    if form == "csv":
        typer.echo(frame.to_csv(index=False), nl=False)
        return
    absent_as_null = frame.astype(object).where(frame.notna(), None)
    rows = absent_as_null.to_dict(orient="records")
    typer.echo(json.dumps(rows, ensure_ascii=False, default=lambda moment: moment.isoformat()))


@contextmanager
def progress(step: str = "") -> Iterator[Callable[[Finding], None]]:
    """Show the step at work and how long it has been; yields what is told the next step.

    On the error stream, so that what a command prints can be sent to a file; where nobody watches, not at all.
    """
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(step, total=None)
        yield lambda finding: bar.update(task, description=sentence(finding))
