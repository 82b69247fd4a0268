"""The days from a promotion on: what is expected in its range, what the last one brought, and what has come so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.line_ends import LineEnd, name_ends
from dashboard.charts.theme import Palette, bare_figure

TICKS = 8
LABEL_ROOM = 92  # pixels at the right, where each line says its own name
HEAD_ROOM = 14  # pixels, so that the name of what has come stands over the highest point


@dataclass(frozen=True)
class Names:
    """What each line is called at its end."""

    expected: str
    came: str
    then: str
    usual: str


def promotion_days(
    days: pd.DataFrame, colours: Palette, *, hover: Sequence[str], names: Names, height: int = 260
) -> go.Figure:
    """Return the figure of a frame of `Shop.promotion`; `hover` holds one ready sentence a row.

    What has come is the one dark line; what is expected is open and dotted, as all that is not over yet; what the last
    promotion brought and an ordinary day stay in the background.
    """
    figure = bare_figure(colours, height=height)
    day = pd.to_datetime(days["day"]).to_numpy()
    columns = ("low", "high", "expected", "tickets_now", "tickets_then", "usual")
    low, high, expected, came, then, usual = (days[name].to_numpy(dtype=float) for name in columns)
    told = np.flatnonzero(~np.isnan(low))
    figure.add_scatter(
        x=np.concatenate([day[told], day[told][::-1]]),
        y=np.concatenate([high[told], low[told][::-1]]),
        fill="toself",
        fillcolor=colours.band,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )
    background = {"mode": "lines", "hoverinfo": "skip"}
    figure.add_scatter(x=day, y=usual, line={"color": colours.muted, "width": 1}, **background)
    figure.add_scatter(x=day, y=then, line={"color": colours.comparison, "width": 1.6, "dash": "dash"}, **background)
    figure.add_scatter(
        x=day,
        y=expected,
        mode="lines+markers",
        line={"color": colours.comparison, "width": 2, "dash": "dot"},
        marker={"size": 7, "color": colours.card, "line": {"color": colours.comparison, "width": 1.6}},
        hovertext=list(hover),
        hoverinfo="text",
        name="",
    )
    figure.add_scatter(
        x=day,
        y=came,
        mode="lines+markers",
        line={"color": colours.line, "width": 3},
        marker={"size": 6, "color": colours.line},
        hoverinfo="skip",
    )
    top = 1.08 * max(float(np.nanmax([high, came, then, usual])), 1.0)
    aside = np.timedelta64(12, "h")
    shown = day[:: max(1, round(len(day) / TICKS))]
    figure.update_layout(margin={"r": LABEL_ROOM, "t": HEAD_ROOM})
    figure.update_yaxes(range=[0, top], nticks=5, tickformat=",d")
    figure.update_xaxes(
        range=[day[0] - aside, day[-1] + aside],
        tickvals=shown,
        ticktext=[f"{pd.Timestamp(at):%m-%d}" for at in shown],
    )
    lines = [(expected, names.expected, colours.secondary), (then, names.then, colours.muted)]
    lines += [(usual, names.usual, colours.muted)]
    ends = [LineEnd(_last(line), name, ink) for line, name, ink in lines if not np.isnan(line).all()]
    arrived = np.flatnonzero(~np.isnan(came))
    if arrived.size == len(day):
        ends.append(LineEnd(_last(came), names.came, colours.ink, bold=True))
    elif arrived.size:
        _name_what_came(figure, day[arrived[-1]], came[arrived[-1]], names.came, colours)
    name_ends(figure, ends, pixels=(height - HEAD_ROOM - 36) / top)
    return figure


def _name_what_came(figure: go.Figure, day: np.datetime64, height: float, name: str, colours: Palette) -> None:
    figure.add_annotation(
        x=pd.Timestamp(day),
        y=height,
        text=f"<b>{name}</b>",
        showarrow=False,
        xanchor="left",
        xshift=8,
        yanchor="middle",
        font={"color": colours.ink, "size": 13},
    )


def _last(line: np.ndarray) -> float:
    """Return the last height of a line that is known."""
    return float(line[~np.isnan(line)][-1])
