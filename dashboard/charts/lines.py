"""Several groups over time: a line each, named at its end, with what is still young dashed and open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette, bare_figure
from dashboard.charts.trend import FORMATS, TICKS

MOST_LINES = 8
LINE_SPACE = 17.0  # pixels from one name to the next, so that none covers another

# Eight that keep apart for the colour-blind and on both surfaces; none is the blue or the orange of a verdict.
_LIGHT = ("#334155", "#0F766E", "#7C3AED", "#92600A", "#0E7490", "#BE185D", "#4D7C0F", "#78716C")
_DARK = ("#D5DEEA", "#2DD4BF", "#B79CFB", "#E7B84B", "#67D3F0", "#F28CC0", "#A9D35C", "#B5AFA9")
_SIGNS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "pentagon", "cross", "x")


@dataclass(frozen=True)
class Line:
    """One group: its name, its rows of a frame of `query` by period, and a ready sentence for each of them."""

    name: str
    rows: pd.DataFrame
    hover: Sequence[str]


def lines(groups: Sequence[Line], colours: Palette, *, unit: str, height: int = 380) -> go.Figure:
    """Return the figure of at most `MOST_LINES` groups; a click on a point tells its group by its place.

    The name stands at the end of its line and in its colour, because a legend makes the reader look twice. Young
    periods are drawn at their projection, and a period without a number leaves a gap.
    """
    figure = bare_figure(colours, height=height)
    figure.update_layout(hovermode="closest")
    inks = _DARK if colours.page < "#8" else _LIGHT
    periods = np.unique(np.concatenate([pd.to_datetime(group.rows["period"]).to_numpy() for group in groups]))
    ends: list[tuple[float, str, str]] = []
    for place, group in enumerate(groups):
        ink, sign = inks[place], _SIGNS[place]
        x = pd.to_datetime(group.rows["period"]).to_numpy()
        value = group.rows["value"].to_numpy(dtype=float)
        projected = np.where(np.isnan(value), group.rows["projected"].to_numpy(dtype=float), np.nan)
        at = {"customdata": np.full(len(x), place), "hovertext": list(group.hover), "hoverinfo": "text"}
        # The name shows on hover beside the text unless it is left empty: the sentence names its group itself.
        figure.add_scatter(
            x=x,
            y=value,
            mode="lines+markers",
            name="",
            line={"color": ink, "width": 2.2},
            marker={"size": 6, "color": ink, "symbol": sign},
            **at,
        )
        if not np.isnan(projected).all():
            figure.add_scatter(
                x=x, y=_tied(value, projected), mode="lines", hoverinfo="skip", line={"color": ink, "dash": "dot"}
            )
            figure.add_scatter(
                x=x,
                y=projected,
                mode="markers",
                name="",
                marker={"size": 7, "symbol": sign, "color": colours.card, "line": {"color": ink, "width": 1.6}},
                **at,
            )
        drawn = np.where(np.isnan(value), projected, value)
        known = np.flatnonzero(~np.isnan(drawn))
        if known.size:
            ends.append((float(drawn[known[-1]]), group.name, ink))
    _axes(figure, groups, periods, unit)
    _name_the_ends(figure, ends, height)
    return figure


def _tied(value: np.ndarray, projected: np.ndarray) -> np.ndarray:
    """Return the projections with the settled points beside them, so that the dashed line leaves the solid one."""
    young = ~np.isnan(projected)
    beside = np.roll(young, -1) & ~np.isnan(value)
    beside[-1] = False
    return np.where(young, projected, np.where(beside, value, np.nan))


def _axes(figure: go.Figure, groups: Sequence[Line], periods: np.ndarray, unit: str) -> None:
    drawn = np.concatenate([group.rows[["value", "projected"]].to_numpy(dtype=float).ravel() for group in groups])
    tallest = float(np.nanmax(drawn)) if not np.isnan(drawn).all() else 0.0
    # From zero, unless it is a score or a share above a half: 93 % against 95 % would be a flat line.
    tall = unit == "score" or (unit == "share" and tallest > 0.5)
    figure.update_yaxes(tickformat=FORMATS[unit], nticks=5, rangemode="normal" if tall else "tozero")
    shown = periods[:: max(1, round(len(periods) / TICKS))]
    figure.update_xaxes(tickvals=shown, ticktext=[f"{pd.Timestamp(day):%m-%d}" for day in shown])


def _name_the_ends(figure: go.Figure, ends: list[tuple[float, str, str]], height: int) -> None:
    """Write each name beside the end of its line, pushed apart where they would lie on each other."""
    if not ends:
        return
    values = np.array([value for value, _, _ in ends])
    drawn = np.concatenate([np.asarray(trace.y, dtype=float) for trace in figure.data])
    low, high = min(0.0, float(np.nanmin(drawn))), float(np.nanmax(drawn))
    if figure.layout.yaxis.rangemode == "normal":
        low = float(np.nanmin(drawn))
    per_pixel = (high - low) / max(height - 60, 1) or 1.0
    order = np.argsort(values)
    wished = values[order] / per_pixel
    placed = wished.copy()
    for place in range(1, len(placed)):
        placed[place] = max(placed[place], placed[place - 1] + LINE_SPACE)
    placed -= max(0.0, placed[-1] - high / per_pixel)
    for place in range(len(placed) - 2, -1, -1):
        placed[place] = min(placed[place], placed[place + 1] - LINE_SPACE)
    for place, which in enumerate(order):
        value, name, ink = ends[which]
        figure.add_annotation(
            x=1,
            xref="paper",
            y=value,
            text=name,
            showarrow=False,
            xanchor="left",
            xshift=6,
            yshift=float(placed[place] - wished[place]),
            font={"color": ink, "size": 13},
        )
    longest = max(sum(2 if ord(sign) > 0x2E80 else 1 for sign in name) for _, name, _ in ends)
    figure.update_layout(margin={"r": min(220, 22 + 7.2 * longest)})
