"""A word-sized line: the last weeks of one number, small enough to stand in a tile.

It is an SVG text and no plotly figure: five figures would cost the browser 35 ms each and say no more.
"""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from dashboard.charts.theme import Palette


def sparkline(frame: pd.DataFrame, colours: Palette, *, width: int = 250, height: int = 44) -> str:
    """Return the SVG of a weekly frame: a solid line, then open points for weeks that are still young.

    A week without any number leaves a gap; it is never drawn as 0. An empty string means nothing to draw.
    """
    shown = frame["value"].where(frame["value"].notna(), frame["projected"]).astype(float)
    if shown.notna().sum() < 2:
        return ""
    young = frame["value"].isna() & shown.notna()
    pad = 5.0
    low, high = float(shown.min()), float(shown.max())
    step = (width - 2 * pad) / max(len(shown) - 1, 1)
    rise = (height - 2 * pad) / (high - low) if high > low else 0.0
    points = [
        None if pd.isna(value) else (pad + step * place, height - pad - (value - low) * rise)
        for place, value in enumerate(shown)
    ]
    parts: list[str] = []
    for (start, stop), soft in zip(pairwise(points), young.iloc[1:], strict=True):
        if start and stop:
            dash = ' stroke-dasharray="3 3"' if soft else ""
            parts.append(
                f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{stop[0]:.1f}" y2="{stop[1]:.1f}" '
                f'stroke="{colours.comparison if soft else colours.line}" stroke-width="1.75" '
                f'stroke-linecap="round"{dash}/>'
            )
    settled = [point for point, soft in zip(points, young, strict=True) if point and not soft]
    if settled:
        x, y = settled[-1]
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{colours.line}"/>')
    for point, soft in zip(points, young, strict=True):
        if point and soft:
            parts.append(
                f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3" fill="{colours.card}" '
                f'stroke="{colours.comparison}" stroke-width="1.5"/>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" preserveAspectRatio="xMinYMid">{"".join(parts)}</svg>'
    )
