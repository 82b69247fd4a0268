"""What each line of a chart is called, written where it ends instead of in a legend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import plotly.graph_objects as go

LINE_OF_TEXT = 18  # pixels


@dataclass(frozen=True, order=True)
class LineEnd:
    """The height at which a line ends, its name, and how that is written; `size` in pixels."""

    height: float
    name: str
    ink: str
    size: int = 13
    bold: bool = False


def name_ends(figure: go.Figure, ends: Iterable[LineEnd], *, pixels: float) -> None:
    """Write the names at the right; those that would lie on each other make room upwards.

    `pixels` is how many of them one unit of the axis, which begins at nothing, takes.
    """
    free = 0.0  # pixels from the ground
    for end in sorted(ends):
        at = max(end.height * pixels, free)
        free = at + LINE_OF_TEXT
        figure.add_annotation(
            x=1,
            xref="paper",
            y=end.height,
            yshift=at - end.height * pixels,
            text=f"<b>{end.name}</b>" if end.bold else end.name,
            showarrow=False,
            xanchor="left",
            xshift=6,
            yanchor="middle",
            font={"color": end.ink, "size": end.size},
        )
