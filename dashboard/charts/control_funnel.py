"""Every judged batch at once: how far each is from what it should have back, and how far chance alone may carry one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette, bare_figure

LEVELS = ("young", "calm", "amber", "red")  # drawn in this order, so that the red ones lie on top
LEAST_EXPECTED = 0.1  # returns: further to the left there is nothing to compare yet
LOWEST_TOP = 3.0
NEAR_EDGE = 0.7  # of the largest expectation
NAME_HEIGHT = 0.05  # of the axis: the height of a line of text


@dataclass(frozen=True)
class _Look:
    symbol: str
    size: int
    fill: str
    edge: str


def control_funnel(
    batches: pd.DataFrame,
    limits: pd.DataFrame,
    colours: Palette,
    *,
    hover: Sequence[str],
    names: Sequence[str],
    level_labels: dict[str, str],
    expected_label: str,
    relative_label: str,
    height: int = 420,
) -> go.Figure:
    """Return the figure of the frame of `Shop.spikes`, one point a batch: observed over expected, by expected returns.

    `limits` is a frame of `Shop.spike_course` of a large batch. As its expected returns grow, its band tells between
    which multiples a normal batch lies, and it narrows to the right: the funnel. Levels differ in shape and in
    colour. `hover` and `names` hold one ready text a row; the names of the red ones are written out.
    """
    figure = bare_figure(colours, height=height)
    drawn = batches["expected"].to_numpy(dtype=float) >= LEAST_EXPECTED
    x = batches["expected"].to_numpy(dtype=float)
    y = np.divide(batches["observed"].to_numpy(dtype=float), x, out=np.full(len(x), np.nan), where=drawn)
    level = batches["level"].to_numpy()
    top = max(LOWEST_TOP, 1.15 * np.max(y[drawn & np.isin(level, ["red", "amber"])], initial=0.0))
    right = float(np.max(x[drawn], initial=1.0))
    _draw_limits(figure, limits, colours)
    figure.add_hline(y=1, line={"color": colours.comparison, "width": 1.5, "dash": "dash"})
    for name in LEVELS:
        rows = drawn & (level == name)
        look = _look(name, colours)
        figure.add_scatter(
            x=x[rows],
            y=np.minimum(y[rows], top),  # one return where .1 was expected would press all others to the ground
            mode="markers+text" if name == "red" else "markers",
            text=[f" {text} " for text, here in zip(names, rows, strict=True) if here] if name == "red" else None,
            textposition=_sides(x[rows] / right, y[rows] / top) if name == "red" else None,
            textfont={"color": colours.ink, "size": 13},
            hovertext=[text for text, here in zip(hover, rows, strict=True) if here],
            hoverinfo="text",
            name=level_labels[name],
            marker={
                "symbol": look.symbol,
                "size": look.size,
                "color": look.fill,
                "line": {"color": look.edge, "width": 1.5},
            },
            cliponaxis=False,
        )
    figure.update_layout(
        hovermode="closest",
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1,
            "yanchor": "bottom",
            "traceorder": "reversed",
            "font": {"size": 13, "color": colours.secondary},
        },
        margin={"t": 34, "r": 24},
    )
    ends = [np.log10(LEAST_EXPECTED), np.log10(2.2 * right)]
    ticks = [tick for tick in (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000) if tick <= 2.2 * right]
    figure.update_xaxes(
        type="log",
        range=ends,
        tickvals=ticks,
        ticktext=[f"{tick:g}" for tick in ticks],
        title={"text": expected_label, "font": {"size": 13, "color": colours.secondary}},
    )
    figure.update_yaxes(
        range=[0, 1.04 * top],
        nticks=6,
        title={"text": relative_label, "font": {"size": 13, "color": colours.secondary}},
    )
    return figure


def _draw_limits(figure: go.Figure, limits: pd.DataFrame, colours: Palette) -> None:
    known = limits[limits["expected"] >= LEAST_EXPECTED]
    x, low, high = (known[name].to_numpy(dtype=float) for name in ("expected", "low", "high"))
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]),
        y=np.concatenate([high / x, (low / x)[::-1]]),
        fill="toself",
        fillcolor=colours.band,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )


def _look(level: str, colours: Palette) -> _Look:
    return {
        "red": _Look("diamond", 14, colours.worse, colours.worse),
        "amber": _Look("triangle-up", 12, colours.card, colours.worse),
        "calm": _Look("circle", 8, colours.comparison, colours.card),
        "young": _Look("circle", 7, colours.card, colours.comparison),
    }[level]


def _sides(x: np.ndarray, y: np.ndarray) -> list[str]:
    """Return on which side each name stands, for places as shares of the axes.

    To the right, or to the left near the right edge; of two at one height one stands above its point, one below.
    """
    sides = ["middle left" if near else "middle right" for near in x > NEAR_EDGE]
    for below, above in pairwise(np.argsort(y, kind="stable")):
        if y[above] - y[below] < NAME_HEIGHT and sides[below] != "top center":
            sides[below], sides[above] = "bottom center", "top center"
    return sides
