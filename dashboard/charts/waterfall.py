"""Why a number moved: from what it was to what it is, one cause after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.theme import Palette, bare_figure

MOST = 6
"""Segments that stand for themselves; what the others did is one bar a part."""

NEGLIGIBLE = 0.02
"""Share of the largest effect below which a segment is a line too thin to see."""

WHOLE = ("late", "policy", "volume")
ORDER = (*WHOLE, "rate", "mix")
ROW = 34  # pixels of one cause
AROUND = 44
ROOM = 0.22
"""Share of the picture's width on either side that is kept for the numbers beside the bars."""


@dataclass(frozen=True)
class Cause:
    """One bar: a part and its segment (None is the unknown); or, where `others` is not 0, so many segments together."""

    part: str
    segment: str | None
    effect: float
    others: int


def causes(parts: pd.DataFrame, most: int = MOST) -> list[Cause]:
    """Return the bars of the parts of `Shop.why`, in the order in which the change is taken apart.

    Late arrivals, rules and volume are one bar each. Rate and mix show their largest segments, `most` in all, and the
    rest of each part folded into one bar, so that the bars still add up to the change.
    """
    seen = parts["effect"].abs() >= NEGLIGIBLE * parts["effect"].abs().max()
    largest = (
        parts[seen & ~parts["part"].isin(WHOLE)]
        .sort_values("effect", key=abs, ascending=False, kind="stable")
        .index[:most]
    )
    bars: list[Cause] = []
    for part in ORDER:
        of_part = parts[parts["part"] == part]
        alone = of_part[of_part.index.isin(largest)].sort_values("effect", key=abs, ascending=False, kind="stable")
        bars += [
            Cause(part, None if pd.isna(segment) else str(segment), float(effect), 0)
            for segment, effect in zip(alone["segment"], alone["effect"], strict=True)
        ]
        rest = of_part.drop(alone.index)
        if len(rest):
            bars.append(Cause(part, None, float(rest["effect"].sum()), len(rest)))
    return bars


def waterfall(
    bars: Sequence[Cause],
    colours: Palette,
    *,
    before: float,
    labels: Sequence[str],
    shown: Sequence[str],
    hover: Sequence[str] = (),
) -> go.Figure:
    """Return the figure: `before`, the bars, and what they come to, from the top down.

    `labels` and `shown` hold one ready text a row, those of the two numbers first and last; `hover` one a bar. Rows and
    not columns, because the names of segments are long. The two numbers are marks and not bars: the axis begins near
    them, and a bar that does not begin at zero lies about its length. The largest cause is the one highlight; what many
    small ones come to is none.
    """
    effects = [bar.effect for bar in bars]
    levels = list(accumulate(effects, initial=before))
    rows = len(effects) + 2
    figure = bare_figure(colours, height=AROUND + ROW * rows)
    place = [-at for at in range(rows)]
    # Thin lines from the end of each row to the next: what stands so far.
    for at, level in enumerate(levels):
        figure.add_scatter(
            x=[level, level],
            y=[place[at] - 0.3, place[at + 1] + 0.3],
            mode="lines",
            line={"color": colours.comparison, "width": 1},
            hoverinfo="skip",
        )
    named = [abs(bar.effect) for bar in bars if bar.part in WHOLE or not bar.others]
    colour = {True: colours.line, False: colours.bar}
    figure.add_bar(
        x=effects,
        base=levels[:-1],
        y=place[1:-1],
        orientation="h",
        width=0.62,
        marker={"color": [colour[abs(effect) == max(named, default=0.0)] for effect in effects]},
        text=list(shown[1:-1]),
        textposition="outside",
        textfont={"color": colours.ink, "size": 13},
        constraintext="none",  # left to itself plotly shrinks the words to the bar
        cliponaxis=False,
        hovertext=list(hover),
        hoverinfo="text" if hover else "skip",
        customdata=list(range(len(effects))),
    )
    figure.add_scatter(
        x=[levels[0], levels[-1]],
        y=[place[0], place[-1]],
        mode="markers+text",
        marker={"symbol": "line-ns", "size": 20, "color": colours.ink, "line": {"color": colours.ink, "width": 3}},
        text=[f"  {shown[0]}", f"  {shown[-1]}"],
        textposition="middle right",
        textfont={"color": colours.ink, "size": 15},
        cliponaxis=False,
        hoverinfo="skip",
    )
    low, high = min(levels), max(levels)
    span = (high - low) or abs(before) or 1.0
    figure.update_layout(hovermode="closest", bargap=0.3, margin={"t": 8, "b": 8, "l": 8, "r": 8})
    figure.update_xaxes(visible=False, range=[low - ROOM * span, high + ROOM * span])
    figure.update_yaxes(tickvals=place, ticktext=list(labels), showgrid=False, range=[place[-1] - 0.6, 0.6])
    return figure
