"""How the command line prints a promotion: a day a line, what it brought the last time, will bring, and has brought."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
import typer

from dashboard.terminal import Format, sentence, show_data, show_table, words
from metrics.response import busiest, held
from metrics.words import Refused

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from datetime import date

    from metrics import Shop

HEADERS = ("on_day", "offset", "then", "expected", "range", "came")


def show_promotion(shop: Shop, day: date, against: date | None, days: int, form: Format) -> None:
    """Print the days from a promotion on; raises `Refused` where nothing can be told of any, in whatever form."""
    frame = shop.promotion(day, against, days=days)
    told = busiest(frame)
    if not (frame["status"] == "ok").any():
        raise Refused(told.code, **told.values)
    if form != "table":
        show_data(frame, form)
        return
    so_far = held(frame)
    typer.echo(
        words(
            "promotion_caption",
            told=sentence(told),
            held=words("semicolon") + sentence(so_far) if so_far else "",
            then=f"{frame['day_then'].iloc[0]:%Y-%m-%d}",
            as_of=f"{shop.as_of:%Y-%m-%d %H:%M}" if shop.as_of else "–",
            version=shop.version,
        )
    )
    rows = [_cells(row) for row in frame.to_dict("records")]
    show_table([words(f"col_{name}") for name in HEADERS], rows, numbers=range(1, len(HEADERS)))


def _cells(row: Mapping[Hashable, Any]) -> list[str]:
    told = row["status"] == "ok"
    return [
        f"{row['day']:%Y-%m-%d}",
        f"+{row['offset']}",
        _count(row["tickets_then"]),
        _count(row["expected"]) if told else words(f"promotion_{row['status']}"),
        f"{math.floor(row['low']):,}–{math.ceil(row['high']):,}" if told else "",
        _count(row["tickets_now"]),
    ]


def _count(tickets: float) -> str:
    return "" if pd.isna(tickets) else f"{tickets:,.0f}"
