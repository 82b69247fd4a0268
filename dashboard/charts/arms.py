"""The arms of a follow-up: a dot with its whisker each, one row an arm, the later horizon open beneath the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette, bare_figure

ROW = 74  # pixels of an arm with both its dots
AROUND = 84
APART = 0.2


@dataclass(frozen=True)
class Horizon:
    """The rows of one horizon, in the order of the arms, with a ready number and a ready sentence for each."""

    label: str
    rows: pd.DataFrame
    words: Sequence[str]
    hover: Sequence[str]


def arms(
    horizons: Sequence[Horizon], names: Sequence[str], colours: Palette, *, control: int | None, row: int = ROW
) -> go.Figure:
    """Return the figure; `control` is the place of the arm that the others are compared with, whose dots are grey.

    A thin line stands at the control's first number, so that an eye sees at once whose whisker crosses it: a hint and
    no test, for the interval of a difference is narrower than two whiskers end to end.
    """
    figure = bare_figure(colours, height=AROUND + row * len(names))
    for at, horizon in enumerate(horizons):
        value, low, high = (horizon.rows[name].to_numpy(dtype=float) for name in ("value", "low", "high"))
        place = np.arange(len(names)) + APART * (2 * at - 1) * (len(horizons) > 1)
        inks = [colours.comparison if each == control else colours.line for each in range(len(names))]
        figure.add_scatter(
            x=value,
            y=place,
            mode="markers",
            name=horizon.label,
            marker={
                "size": 11,
                "color": inks if at == 0 else colours.card,
                "line": {"color": inks, "width": 2},
            },
            error_x={
                "array": high - value,
                "arrayminus": value - low,
                "color": colours.comparison,
                "thickness": 1.6,
                "width": 5,
            },
            hovertext=list(horizon.hover),
            hoverinfo="text",
        )
        for word, x, y in zip(horizon.words, high, place, strict=True):
            figure.add_annotation(
                x=0.0 if np.isnan(x) else float(x),
                y=float(y),
                text=word,
                showarrow=False,
                xanchor="left",
                xshift=8,
                font={"size": 13, "color": colours.muted if np.isnan(x) else colours.ink},
            )
    first = horizons[0].rows["value"].to_numpy(dtype=float)
    if control is not None and not np.isnan(first[control]):
        figure.add_vline(
            x=float(first[control]), line={"color": colours.muted, "width": 1, "dash": "dash"}, layer="below"
        )
    figure.update_layout(
        hovermode="closest",
        showlegend=len(horizons) > 1,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 13, "color": colours.secondary},
            "itemclick": False,
            "itemdoubleclick": False,
        },
        margin={"t": 34},
    )
    highs = np.concatenate([horizon.rows["high"].to_numpy(dtype=float) for horizon in horizons])
    most = float(np.nanmax(highs)) if not np.isnan(highs).all() else 1.0
    figure.update_xaxes(range=[0, 1.3 * most], tickformat=".0%", nticks=6, showgrid=True, gridcolor=colours.grid)
    figure.update_yaxes(
        tickvals=list(range(len(names))), ticktext=list(names), range=[len(names) - 0.45, -0.55], showgrid=False
    )
    return figure
