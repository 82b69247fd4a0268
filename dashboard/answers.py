"""How the command line prints what it was asked: a metric's frame, and the versions of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import typer

from dashboard.terminal import Format, sentence, show_data, show_table, words
from metrics.catalog import CATALOG, DIMENSIONS, Metric, ReadingName
from metrics.words import Language, format_value, preferred_language

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from metrics import Shop
    from metrics.warehouse.store import Store

SHOWN = ("value", "interval", "count", "projected", "coverage", "status")
ALWAYS_SHOWN = ("value", "count", "status")


def show_answer(shop: Shop, name: str, reading: ReadingName | None, frame: pd.DataFrame, form: Format) -> None:
    """Print the frame of a query: whole for a program; for a person in his words, each number with its interval."""
    if form != "table":
        show_data(frame, form)
        return
    metric, language = CATALOG[name], preferred_language()
    split = [column for column in frame.columns if column in DIMENSIONS]
    columns = {words("col_period"): [f"{day:%Y-%m-%d}" for day in frame["period"]]} if "period" in frame else {}
    for column in split:
        columns[DIMENSIONS[column].label(language)] = [
            words("unknown") if pd.isna(part) else str(part) for part in frame[column]
        ]
    keys = len(columns)
    numbers = [_numbers(row, metric, language) for row in frame.to_dict(orient="records")]
    for place, column in enumerate(SHOWN):
        cells = [row[place] for row in numbers]
        if column in ALWAYS_SHOWN or any(cells):
            columns[words(f"col_{column}")] = cells
    typer.echo(
        words(
            "metric_caption",
            label=metric.label(language),
            reading=words(f"reading_{reading or metric.default_reading}"),
            as_of=f"{shop.as_of:%Y-%m-%d %H:%M}" if shop.as_of else "–",
            version=shop.version,
        )
    )
    if "finding" in frame.attrs:
        typer.echo(sentence(frame.attrs["finding"]))
    elif len(frame):
        show_table(list(columns), list(zip(*columns.values(), strict=True)), numbers=range(keys, len(columns) - 1))
    else:
        typer.echo(words("empty"))


def show_versions(store: Store, form: Format) -> None:
    """Print the versions that a store keeps, the newest last."""
    versions = store.versions()
    columns = ["number", "current", "pinned", "created_at", "as_of", "size"]
    if form != "table":
        rows_of = [{name: getattr(each, name) for name in columns} for each in versions]
        show_data(pd.DataFrame(rows_of, columns=columns), form)
        return
    if not versions:
        typer.echo(words("no_versions", path=store.root))
        return
    headers = [words(f"col_{name}") for name in ("version", *columns[1:])]
    rows = [
        [
            str(each.number),
            "●" if each.current else "",
            "●" if each.pinned else "",
            f"{each.created_at:%Y-%m-%d %H:%M}",
            f"{each.as_of:%Y-%m-%d %H:%M}" if each.as_of else "",
            f"{each.size / 1e6:,.1f} MB",
        ]
        for each in versions
    ]
    show_table(headers, rows, numbers=(0, 5))


def _numbers(row: Mapping[Hashable, Any], metric: Metric, language: Language) -> list[str]:
    def written(column: str) -> str:
        return "" if pd.isna(row[column]) else format_value(row[column], metric.unit, language)

    def interval(low: str, high: str) -> str:
        return f"{written(low)}–{written(high)}" if written(low) and written(high) else ""

    def counted() -> str:
        if row["status"] == "not_available":
            return ""
        parts = [row[column] for column in ("numerator", "denominator")]
        return f"{row['n']:,.0f}" if any(pd.isna(parts)) else "/".join(f"{part:,.0f}" for part in parts)

    projected = written("projected")
    if projected:
        projected += f" ({interval('projected_low', 'projected_high')})"
    return [
        written("value"),
        interval("low", "high"),
        counted(),
        projected,
        "" if pd.isna(row["coverage"]) else format_value(row["coverage"], "share", language),
        words(f"status_{row['status']}"),
    ]
