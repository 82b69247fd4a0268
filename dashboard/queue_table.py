"""How the command line prints the queue: one ticket a line, in the order of rank, each with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import typer

from dashboard.terminal import Format, sentence, show_data, show_table, words
from metrics.response import counted_from, outlook, remaining

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from datetime import datetime

    from metrics import Shop

HEADERS = ("remaining", "ticket", "product", "why", "loss", "handler", "requested")
WITHIN = timedelta(hours=4)
"""What a morning has to see to: the caption counts what runs out of time within it."""


def show_queue(
    shop: Shop, rows: pd.DataFrame, form: Format, *, now: datetime | None = None, within: timedelta | None = None
) -> None:
    """Print the tickets of the next hours, or all: whole for a program; for a person how long each may still wait."""
    if form != "table":
        show_data(rows.assign(why=[sentence(each) for each in rows["why"]]), form)
        return
    whole = rows if within is None else shop.queue(now=now)
    moments = counted_from(whole)
    since = f"{min(moments):%Y-%m-%d %H:%M}" if len(moments) == 1 else words("queue_moments")
    as_of = f"{shop.as_of:%Y-%m-%d %H:%M}" if shop.as_of else "–"
    told = sentence(outlook(whole, within or WITHIN))
    typer.echo(words("queue_caption", outlook=told, count=len(rows), now=since, as_of=as_of, version=shop.version))
    if len(rows):
        cells = [_cells(row) for row in rows.to_dict("records")]
        show_table([words(f"col_{name}") for name in HEADERS], cells, numbers=(0, 4))


def _cells(row: Mapping[Hashable, Any]) -> list[str]:
    return [
        "–" if pd.isna(row["hours_left"]) else sentence(remaining(row["hours_left"])),
        row["ticket_id"],
        _text(row["product_name"]) or _text(row["sku_id"]),
        sentence(row["why"]),
        "" if pd.isna(row["expected_loss"]) else f"{row['expected_loss']:,.0f}",
        _text(row["handler"]),
        f"{row['requested_at']:%m-%d %H:%M}",
    ]


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
