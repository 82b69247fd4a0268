"""Why a batch comes back: its reasons beside those of the SKU's other batches."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette, bare_figure

ROW = 44  # pixels of one pair
AROUND = 36


def batch_reasons(
    reasons: pd.DataFrame,
    colours: Palette,
    *,
    shown: Sequence[tuple[str, str]],
    own_label: str,
    others_label: str,
) -> go.Figure:
    """Return the figure of a frame of `Shop.batch_reasons`: one pair of bars a row, its order kept from the top.

    Bars are shares of the returned units and not rates: a batch that is young has few returns yet, and the older
    ones have theirs. `shown` holds the two ready numbers of each row.
    """
    figure = bare_figure(colours, height=AROUND + ROW * max(len(reasons), 1))
    # A unit of its own for every row, since two reasons may be worded alike.
    place = [-at for at in range(len(reasons))]
    for label, column, colour, at in (
        (own_label, "share", colours.line, 0),
        (others_label, "others_share", colours.bar, 1),
    ):
        figure.add_bar(
            x=reasons[column].fillna(0.0),
            y=place,
            orientation="h",
            name=label,
            marker={"color": colour},
            text=[pair[at] for pair in shown],
            textposition="outside",
            textfont={"color": colours.ink if at == 0 else colours.muted, "size": 13},
            constraintext="none",  # left to itself plotly shrinks the words to the bar
            cliponaxis=False,
            hoverinfo="skip",
        )
    longest = float(reasons[["share", "others_share"]].max().max()) if len(reasons) else 1.0
    figure.update_layout(
        barmode="group",
        bargap=0.32,
        bargroupgap=0.06,
        hovermode=False,
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1,
            "yanchor": "bottom",
            "font": {"size": 13, "color": colours.secondary},
            "itemclick": False,
            "itemdoubleclick": False,
        },
        margin={"t": 28, "b": 4},
    )
    figure.update_xaxes(visible=False, range=[0, 1.3 * max(longest, 0.01)])
    figure.update_yaxes(tickvals=place, ticktext=list(reasons["reason"]), showgrid=False)
    # Plotly stacks a group upwards: told backwards, a batch's own bar lies over that of the others.
    figure.data = figure.data[::-1]
    figure.update_layout(legend={"traceorder": "reversed"})
    return figure
