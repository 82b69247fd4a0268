"""What the rule would have told, and in time for what: how much of each batch was unsold when it turned red."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette, bare_figure

ROW = 38  # pixels
AROUND = 74


def backtest(
    flags: pd.DataFrame,
    colours: Palette,
    *,
    names: Sequence[str],
    shown: Sequence[str],
    sold_label: str,
    later_label: str,
    stock_label: str,
) -> go.Figure:
    """Return the figure of flagged batches, one bar each, the earliest on top: sold by then, sold since, in stock.

    The frame has `units` (sold by the day of the flag), `sold_since` and `units_in_stock` (missing where nobody
    counted). What lies to the right of the first part could have been spared. `shown` is written behind each bar.
    """
    figure = bare_figure(colours, height=AROUND + ROW * max(len(flags), 1))
    place = [-at for at in range(len(flags))]
    parts = (
        (sold_label, "units", colours.bar),
        (later_label, "sold_since", colours.worse),
        (stock_label, "units_in_stock", colours.better),
    )
    whole = pd.Series(0.0, index=flags.index)
    for label, column, colour in parts:
        length = flags[column].astype("Float64").fillna(0.0).astype(float)
        whole = whole + length
        figure.add_bar(
            x=length,
            y=place,
            orientation="h",
            name=label,
            width=0.56,
            marker={"color": colour},
            hovertemplate="%{x:,.0f}<extra>" + label + "</extra>",
        )
    for at, end, words in zip(place, whole, shown, strict=True):
        figure.add_annotation(
            x=end,
            y=at,
            text=words,
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"color": colours.ink, "size": 13},
        )
    figure.update_layout(
        barmode="stack",
        hovermode="closest",
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1,
            "yanchor": "bottom",
            "traceorder": "normal",
            "font": {"size": 13, "color": colours.secondary},
            "itemclick": False,
            "itemdoubleclick": False,
        },
        margin={"t": 34},
    )
    figure.update_xaxes(
        range=[0, 1.28 * max(float(whole.max()) if len(whole) else 0.0, 1.0)], tickformat=",d", nticks=6
    )
    figure.update_yaxes(tickvals=place, ticktext=list(names), showgrid=False)
    return figure
