"""One share by age, before a rule and after it: two lines that are cut at the same day, and the days that it opened."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette, bare_figure

LABEL_ROOM = 92  # pixels at the right, where each line says its own name


def same_ages(
    ages: pd.DataFrame,
    colours: Palette,
    *,
    opened: tuple[int, int],
    labels: tuple[str, str],
    opened_label: str,
    hover: Sequence[str],
    height: int = 320,
) -> go.Figure:
    """Return the figure of `PolicyEffect.ages`; `labels` name the side before and the side after at their ends.

    `opened` are the first and the last day that only the wider rule lets in, laid under the lines; `hover` holds one
    ready sentence for each row of `ages`.
    """
    figure = bare_figure(colours, height=height)
    figure.update_layout(margin={"r": LABEL_ROOM, "t": 26}, hovermode="closest")
    figure.add_vrect(x0=opened[0] - 0.5, x1=opened[1] + 0.5, fillcolor=colours.sunken, line={"width": 0}, layer="below")
    figure.add_annotation(
        x=(opened[0] + opened[1]) / 2,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=opened_label,
        showarrow=False,
        font={"size": 13, "color": colours.secondary},
    )
    ends: list[float] = []
    for side, ink, dash in (("before", colours.comparison, "dash"), ("after", colours.line, "solid")):
        rows = ages[ages["side"] == side]
        _band(figure, rows, colours)
        figure.add_scatter(
            x=rows["age"],
            y=rows["value"],
            mode="lines+markers",
            line={"color": ink, "width": 2.5, "dash": dash},
            marker={"size": 5, "color": ink},
            hovertext=[words for words, mine in zip(hover, ages["side"] == side, strict=True) if mine],
            hoverinfo="text",
            name="",
        )
        ends.append(float(rows["value"].iloc[-1]))
    lower = 0 if ends[0] <= ends[1] else 1
    for place, (end, label) in enumerate(zip(ends, labels, strict=True)):
        figure.add_annotation(
            x=1,
            xref="paper",
            y=end,
            yanchor="top" if place == lower else "bottom",
            text=f"<b>{label}</b>" if place else label,
            showarrow=False,
            xanchor="left",
            xshift=6,
            font={"size": 13, "color": colours.ink if place else colours.secondary},
        )
    figure.update_yaxes(tickformat=".0%", nticks=5, rangemode="tozero")
    figure.update_xaxes(dtick=1 if opened[1] <= 16 else 5, range=[-0.4, opened[1] + 0.5])
    return figure


def _band(figure: go.Figure, rows: pd.DataFrame, colours: Palette) -> None:
    known = rows.dropna(subset=["low", "high"])
    figure.add_scatter(
        x=[*known["age"], *known["age"][::-1]],
        y=[*known["high"], *known["low"][::-1]],
        fill="toself",
        fillcolor=colours.band,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )
