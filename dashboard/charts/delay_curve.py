"""How long it takes until all is back: the share of a cohort's returns that has arrived by each age."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette, bare_figure

DASHES = ("dash", "dot", "dashdot", "longdash")


def delay_curve(
    curves: pd.DataFrame,
    colours: Palette,
    *,
    whole_label: str,
    marks: Sequence[tuple[int, str]] = (),
    height: int = 340,
) -> go.Figure:
    """Return the figure of a frame of `Shop.delays`: the whole shop as the one highlight, the categories behind it.

    The names stand in a legend and not at the ends, because every curve ends at one. `marks` are ages worth a word: a
    thin line at the age, and the words at its foot, where no curve runs any more.
    """
    figure = bare_figure(colours, height=height)
    of_shop = curves["category"].isna()
    dashes = cycle(DASHES)
    for name, rows in curves[~of_shop].groupby("category", sort=False):
        _line(figure, rows, str(name), {"color": colours.comparison, "width": 1.6, "dash": next(dashes)})
    _line(figure, curves[of_shop], whole_label, {"color": colours.line, "width": 3})
    for age, words in marks:
        figure.add_vline(x=age, line={"color": colours.muted, "width": 1, "dash": "dash"}, layer="below")
        last = age > 0.8 * curves["age"].max()
        figure.add_annotation(
            x=age,
            y=0,
            yref="paper",
            text=words,
            showarrow=False,
            xanchor="right" if last else "left",
            xshift=-5 if last else 5,
            yanchor="bottom",
            font={"color": colours.secondary, "size": 13},
        )
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1,
            "yanchor": "bottom",
            "traceorder": "reversed",
            "font": {"size": 13, "color": colours.secondary},
            "itemclick": False,
            "itemdoubleclick": False,
        },
        margin={"t": 34},
    )
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%", nticks=6)
    figure.update_xaxes(tickvals=[age for age, _ in marks] or None, range=[0, curves["age"].max()])
    return figure


def _line(figure: go.Figure, rows: pd.DataFrame, name: str, look: dict[str, object]) -> None:
    figure.add_scatter(
        x=rows["age"].to_numpy(),
        y=rows["arrived"].to_numpy(dtype=float),
        mode="lines",
        name=name,
        line=look,
        hovertemplate="%{y:.0%}<extra>" + name + "</extra>",
    )
