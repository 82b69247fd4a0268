"""Groups side by side: sorted bars with the whiskers of their intervals; one click names the group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette, bare_figure
from dashboard.charts.trend import FORMATS

MOST_BARS = 20
ROW = 27  # pixels of one bar with the space around it
LONGEST_NAME = 22


def bars(
    frame: pd.DataFrame,
    names: Sequence[str],
    colours: Palette,
    *,
    unit: str,
    words: Sequence[str],
    hover: Sequence[str],
    apart: bool = False,
    whole: float | None = None,
) -> go.Figure:
    """Return the bars of a frame of `query`, one a row in its order, the first on top.

    `words` are the numbers as they stand at the bars, and a row without a number keeps its place with the reason for
    it. `apart`: the first stands out. `whole` is the number of all groups together, a thin line behind the bars.
    """
    count = len(frame)
    figure = bare_figure(colours, height=ROW * count + 46)
    value = frame["value"].to_numpy(dtype=float)
    low, high = frame["low"].to_numpy(dtype=float), frame["high"].to_numpy(dtype=float)
    place = np.arange(count)
    longest = float(np.nanmax(value)) if not np.isnan(value).all() else 1.0
    # One wide whisker would squash all bars, so that it is cut at the edge; the table has it whole.
    edge = max(longest, min(float(np.nanmax(high)), 1.4 * longest)) if not np.isnan(high).all() else longest
    edge = edge if edge > 0 else 1.0
    figure.add_bar(
        x=value,
        y=place,
        orientation="h",
        width=0.62,
        marker={"color": [colours.comparison if apart and at == 0 else colours.bar for at in place]},
        customdata=place,
        hovertext=list(hover),
        hoverinfo="text",
        textposition="none",
        error_x={
            "array": np.minimum(high, edge * 1.05) - value,
            "arrayminus": value - low,
            "color": colours.line,
            "thickness": 1.4,
            "width": 4,
        },
    )
    for at, word in enumerate(words):
        known = not np.isnan(value[at])
        tip = np.nanmax([value[at], min(high[at], edge * 1.05) if not np.isnan(high[at]) else 0.0]) if known else 0.0
        figure.add_annotation(
            x=max(float(tip), 0.0),
            y=at,
            text=word,
            showarrow=False,
            xanchor="left",
            xshift=7,
            bgcolor=colours.card,  # the line of the whole runs behind the number, not through it
            borderpad=1,
            font={"size": 13, "color": colours.ink if known else colours.muted},
        )
    if whole is not None and not np.isnan(whole):
        figure.add_vline(x=whole, line={"color": colours.muted, "width": 1, "dash": "dash"}, layer="below")
    figure.update_layout(hovermode="closest", clickmode="event+select")
    figure.update_yaxes(
        tickvals=place, ticktext=[_short(name) for name in names], range=[count - 0.4, -0.6], showgrid=False
    )
    lowest = float(np.nanmin(value)) if not np.isnan(value).all() else 0.0
    figure.update_xaxes(
        range=[min(0.0, lowest * 1.1), edge * 1.28],
        tickformat=FORMATS[unit],
        nticks=5,
        showgrid=True,
        gridcolor=colours.grid,
    )
    return figure


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
