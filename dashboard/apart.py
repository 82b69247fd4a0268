"""A change taken apart, in words and as a picture: a `Why` on a page and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette
from dashboard.charts.waterfall import WHOLE, Cause, causes, waterfall
from dashboard.text import Text
from metrics import CATALOG
from metrics.drivers import Why
from metrics.words import format_change, format_value, value_label


def taken_apart(found: Why, colours: Palette, text: Text) -> go.Figure:
    """Return the waterfall of a change: from the number before, cause by cause, to the number now."""
    unit, bars = CATALOG[found.metric].unit, causes(found.parts)
    return waterfall(
        bars,
        colours,
        before=found.before.value,
        labels=[text("why.before"), *(cause_label(bar, found, text) for bar in bars), text("why.now")],
        shown=[
            format_value(found.before.value, unit, text.language),
            *(format_change(bar.effect, unit, text.language) for bar in bars),
            format_value(found.now.value, unit, text.language),
        ],
    )


def cause_label(bar: Cause, found: Why, text: Text) -> str:
    """Return the name of a bar of a change."""
    named = {}
    for row in found.parts.to_dict("records"):
        segment = None if pd.isna(row["segment"]) else str(row["segment"])
        words = value_label(found.by, segment, text.language)
        named[row["part"], segment] = found.label(row["part"], words, text.language)
    return bar_label(bar, named, text)


def bar_label(bar: Cause, named: Mapping[tuple[str, str | None], str], text: Text) -> str:
    """Return the name of a bar, the same on every page and in the report.

    That is its own where it stands alone. Several segments are counted: who they are is told by none of their names.
    Late arrivals, rules and volume are one bar each, and all their segments are called alike.
    """
    part = text(f"why.{bar.part}")
    if bar.part in WHOLE:
        return next((label for (whose, _), label in named.items() if whose == bar.part), part)
    return text("why.others", count=bar.others, part=part) if bar.others else named[bar.part, bar.segment]
