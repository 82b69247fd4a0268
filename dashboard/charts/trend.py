"""One number over time: a line with its interval, open points for young periods, marks for what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette, bare_figure

TICKS = 9
FORMATS = {"share": ".1%", "yuan": ",.0f", "hours": ",.1f", "score": ".2f", "count": ",.0f"}


@dataclass(frozen=True)
class Mark:
    """Something that happened on a day and may explain a turn of the line: a policy change, a decision."""

    day: date
    label: str


def trend(
    frame: pd.DataFrame,
    colours: Palette,
    *,
    unit: str,
    hover: Sequence[str],
    marks: Sequence[Mark] = (),
    highlight: date | None = None,
    young_label: str = "",
    height: int = 320,
) -> go.Figure:
    """Return the figure of a frame of `query` with one row a period.

    Young periods are drawn at their projection, dashed and open, because they will still rise; a period without
    a number leaves a gap. `hover` holds one ready sentence a row: numbers are worded in one place, not here.
    """
    figure = bare_figure(colours, height=height)
    x = pd.to_datetime(frame["period"]).to_numpy()
    value = frame["value"].to_numpy(dtype=float)
    projected = np.where(np.isnan(value), frame["projected"].to_numpy(dtype=float), np.nan)
    low, high = frame["low"].to_numpy(dtype=float), frame["high"].to_numpy(dtype=float)
    for start, stop in _runs(~np.isnan(low) & ~np.isnan(high)):
        span = slice(start, stop)
        figure.add_scatter(
            x=np.concatenate([x[span], x[span][::-1]]),
            y=np.concatenate([high[span], low[span][::-1]]),
            fill="toself",
            fillcolor=colours.band,
            line={"width": 0},
            hoverinfo="skip",
            mode="lines",
        )
    figure.add_scatter(
        x=x,
        y=value,
        mode="lines+markers",
        line={"color": colours.line, "width": 2.5},
        marker={"size": 5, "color": colours.line},
        hovertext=list(hover),
        hoverinfo="text",
        name="",
    )
    if not np.isnan(projected).all():
        figure.add_scatter(
            x=x,
            y=_joined(value, projected),
            mode="lines",
            hoverinfo="skip",
            line={"color": colours.comparison, "width": 2, "dash": "dot"},
        )
        figure.add_scatter(
            x=x,
            y=projected,
            mode="markers",
            hovertext=list(hover),
            hoverinfo="text",
            name="",
            marker={"size": 9, "color": colours.card, "line": {"color": colours.comparison, "width": 2}},
            # Whiskers and no band: how far a projection may miss is not what the interval of a settled week says.
            error_y={
                "array": frame["projected_high"].to_numpy(dtype=float) - projected,
                "arrayminus": projected - frame["projected_low"].to_numpy(dtype=float),
                "color": colours.comparison,
                "thickness": 1,
                "width": 4,
            },
        )
        last = int(np.flatnonzero(~np.isnan(projected))[-1])
        figure.add_annotation(  # on the ground, where neither the line nor a mark's label stands
            x=x[last],
            y=0,
            yref="paper",
            text=young_label,
            showarrow=False,
            xanchor="right",
            yanchor="bottom",
            font={"color": colours.muted, "size": 13},
        )
    if highlight is not None:
        _ring(figure, colours, frame, value, highlight)
    first, final = (pd.Timestamp(x[0]), pd.Timestamp(x[-1])) if len(x) else (pd.NaT, pd.NaT)
    for mark in marks:
        if first <= pd.Timestamp(mark.day) <= final:
            figure.add_vline(
                x=pd.Timestamp(mark.day).to_pydatetime(), line={"color": colours.muted, "width": 1, "dash": "dash"}
            )
            figure.add_annotation(
                x=pd.Timestamp(mark.day),
                y=1,
                yref="paper",
                text=mark.label,
                showarrow=False,
                xanchor="left",
                xshift=5,
                yanchor="top",
                font={"color": colours.secondary, "size": 13},
            )
    # From zero, unless it is a score or a share above a half: 93 % against 95 % would be a flat line.
    tall = unit == "score" or (unit == "share" and np.nanmax(np.concatenate([value, projected])) > 0.5)
    figure.update_yaxes(tickformat=FORMATS[unit], nticks=5, rangemode="normal" if tall else "tozero")
    # Ticks fall on the periods themselves: a Sunday between two Mondays names no week of the chart.
    shown = x[:: max(1, round(len(x) / TICKS))]
    figure.update_xaxes(tickvals=shown, ticktext=[f"{pd.Timestamp(at):%m-%d}" for at in shown])
    return figure


def _ring(figure: go.Figure, colours: Palette, frame: pd.DataFrame, value: np.ndarray, day: date) -> None:
    """Draw the one highlight: the period that the page speaks of."""
    place = np.flatnonzero(pd.to_datetime(frame["period"]).dt.date.to_numpy() == day)
    if place.size and not np.isnan(value[place[0]]):
        figure.add_scatter(
            x=[pd.Timestamp(day)],
            y=[value[place[0]]],
            mode="markers",
            hoverinfo="skip",
            marker={"size": 13, "color": "rgba(0,0,0,0)", "line": {"color": colours.ink, "width": 2.5}},
        )


def _joined(value: np.ndarray, projected: np.ndarray) -> np.ndarray:
    """Return the dashed line: the projections, tied to the last settled point before them."""
    line = projected.copy()
    for start, _ in _runs(~np.isnan(projected)):
        if start and not np.isnan(value[start - 1]):
            line[start - 1] = value[start - 1]
    return line


def _runs(present: np.ndarray) -> list[tuple[int, int]]:
    """Return the stretches without a gap, as (start, stop): a band across a gap would invent an interval."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], present, [False]]).astype(int)))
    return [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
