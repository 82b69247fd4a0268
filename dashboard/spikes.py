"""How the command line prints judged batches: the worst first, each with what to do about it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
import typer

from dashboard.terminal import Format, sentence, show_data, show_table, words
from metrics.words import Finding, format_value, preferred_language

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from metrics import Shop
    from metrics.batches.report import SpikeReport

FEWEST_ROWS = 20
"""Rows shown to a person: all that is red or amber, and of the rest what comes closest; CSV and JSON hold all."""

HEADERS = ("level", "product", "batch", "returned", "times", "stock", "at_risk", "advice")
NUMBERS = (3, 4, 5, 6)


def show_spikes(shop: Shop, report: SpikeReport, form: Format) -> None:
    """Print a report: whole for a program; for a person as a short table, with the counts of all below it."""
    if form != "table":
        show_data(report.batches, form)
        return
    typer.echo(words(f"spikes_caption_{report.family}", as_of=f"{report.as_of:%Y-%m-%d}", version=shop.version))
    if report.monitors.drifting:
        typer.echo(_words("drifting"))
    shown = max(FEWEST_ROWS, report.levels["red"] + report.levels["amber"])
    rows = [_cells(row) for row in report.batches.head(shown).to_dict("records")]
    show_table([words(f"col_{name}") for name in HEADERS], rows, numbers=NUMBERS)
    typer.echo(watching(report))


def watching(report: SpikeReport) -> str:
    """Return how many batches stand at which level, and how many of the red ones are false alarms."""
    counted = _words("watching", batches=f"{len(report.batches):,}", **report.levels)
    share = report.monitors.estimated_fdr
    if not report.levels["red"] or math.isnan(share):
        return counted
    return counted + words("semicolon") + _words("false_alarms", one_in=f"{1 / max(share, 0.001):,.0f}")


def _cells(row: Mapping[Hashable, Any]) -> list[str]:
    language = preferred_language()
    level, expected = _words(row["level"]), row["expected"]
    if not pd.isna(row["first_flagged_on"]):
        level += f" {row['first_flagged_on']:%m-%d}"
    name = "" if pd.isna(row["product_name"]) else f"{row['product_name']} "
    batch = words("week_batch", batch=row["batch_id"]) if row["batch_source"] == "week" else row["batch_id"]
    return [
        level,
        f"{name}{row['sku_id']}",
        batch,
        f"{row['observed']:,}/" + ("–" if pd.isna(expected) else f"{expected:,.1f}"),
        "" if pd.isna(row["relative_rate"]) else f"{row['relative_rate']:.1f} ({row['low']:.1f}–{row['high']:.1f})",
        "" if pd.isna(row["units_in_stock"]) else f"{row['units_in_stock']:,}",
        "" if pd.isna(row["money_at_risk"]) else format_value(row["money_at_risk"], "yuan", language),
        _advice(row),
    ]


def _advice(row: Mapping[Hashable, Any]) -> str:
    if row["advice"] == "wait" and not pd.isna(row["wait_units"]) and row["wait_units"] > 0:
        return _words("wait_units_short", units=f"{row['wait_units']:,}")
    if row["advice"] == "inspect" and not pd.isna(row["suspect"]):
        return _words("suspect_short", value=row["suspect"])
    return _words(f"{row['advice']}_short")


def _words(code: str, **values: Any) -> str:
    return sentence(Finding(f"spikes.{code}", values))
