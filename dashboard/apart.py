"""A change taken apart, in words and as a picture: a `Why` on a page and in a notebook."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.charts.theme import Palette
from dashboard.charts.waterfall import Cause, causes, waterfall
from dashboard.text import Text
from metrics import CATALOG, DIMENSIONS
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
    """Return the name of a bar: its part, and the segment or how many of them."""
    part = text(f"why.{bar.part}")
    if bar.part not in ("rate", "mix"):
        return part
    if bar.others:
        return text("why.others", part=part, count=bar.others, dimension=DIMENSIONS[found.by].label(text.language))
    return text("why.segment", part=part, segment=value_label(found.by, bar.segment, text.language))
