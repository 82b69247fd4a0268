"""Colours, fonts and the bare figure: the only place that decides how a picture looks.

There is no red and no green. Red means "up" to some readers and "bad" to others, so the arrow and the number
stay in ink, and the verdict is a *word* in a colour of its own (orange worse, blue better), which also reads
for the colour-blind. Every text colour has at least 4.5 : 1 against the surfaces that it stands on.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import plotly.graph_objects as go

Mode = Literal["light", "dark"]

MAGNIFIED = 1.54
"""How much larger a meeting shows all: what is 13 px on a page is 20 px there, and can be read from three metres."""

# Latin faces first, then the SC face by name: left to itself fontconfig picks Japanese glyphs for Chinese text.
FONT = (
    '"Helvetica Neue", "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", '
    '"Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif'
)


@dataclass(frozen=True)
class Palette:
    """The colours of one mode, named by what they say."""

    page: str
    card: str
    sunken: str
    border: str
    grid: str
    ink: str
    secondary: str
    muted: str
    line: str
    comparison: str
    veil: str
    band: str
    bar: str
    worse: str
    better: str
    accent: str

    def variables(self) -> str:
        """Return the colours as CSS custom properties, so that the style sheet itself names none."""
        return "".join(f"--{name}:{colour};" for name, colour in asdict(self).items())


LIGHT = Palette(
    page="#F6F7F9",
    card="#FFFFFF",
    sunken="#EEF1F5",
    border="#DFE4EA",
    grid="#E9EDF2",
    ink="#0F172A",
    secondary="#475569",
    muted="#5B6B80",
    line="#334155",
    comparison="#64748B",
    veil="rgba(15,23,42,0.34)",
    band="rgba(100,116,139,0.16)",
    bar="#CBD3DE",
    worse="#C2410C",
    better="#1D4ED8",
    accent="#334155",
)
DARK = Palette(
    page="#0D1420",
    card="#151E2D",
    sunken="#1C273A",
    border="#2A374C",
    grid="#223046",
    ink="#F1F5F9",
    secondary="#B6C2D2",
    muted="#93A3B8",
    line="#D5DEEA",
    comparison="#93A3B8",
    veil="rgba(2,6,14,0.66)",
    band="rgba(147,163,184,0.20)",
    bar="#3D4D66",
    worse="#FB923C",
    better="#60A5FA",
    accent="#B6C2D2",
)


def palette(mode: Mode) -> Palette:
    """Return the colours of a mode."""
    return DARK if mode == "dark" else LIGHT


def bare_figure(colours: Palette, *, height: int, size: int = 13) -> go.Figure:
    """Return an empty figure in the house style: no frame, light horizontal grid, tabular ink.

    Built by hand and not from a plotly template, because a template of 10 kB would travel with every chart.
    """
    axis = {
        "showgrid": False,
        "zeroline": False,
        "linecolor": colours.border,
        "tickcolor": colours.border,
        "tickfont": {"color": colours.secondary, "size": size},
        "fixedrange": True,
    }
    return go.Figure(
        layout={
            "template": {},
            "height": height,
            "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": size, "color": colours.ink},
            "title": {"x": 0.01, "font": {"size": size + 4}},  # a page writes it above the figure, a notebook into it
            "showlegend": False,
            "hovermode": "x",
            "hoverlabel": {
                "bgcolor": colours.card,
                "bordercolor": colours.border,
                "font": {"family": FONT, "size": size, "color": colours.ink},
            },
            "xaxis": {**axis, "automargin": True},
            "yaxis": {
                **axis,
                "showgrid": True,
                "gridcolor": colours.grid,
                "linecolor": "rgba(0,0,0,0)",
                "automargin": True,
                "ticks": "",
            },
        }
    )


def magnified(figure: go.Figure) -> go.Figure:
    """Return a figure as a meeting shows it: the same picture in larger letters, signs, lines and margins.

    A page in a meeting is zoomed, but plotly measures its place in pixels of the screen and would draw past its edge.
    The height stays: it is that of the place, which is zoomed like all else.
    """
    return go.Figure(_grown(figure.to_dict(), ""))


def _grown(part: Any, name: str, inside: str = "") -> Any:
    """Return a part of a figure with its lengths in pixels magnified, wherever they stand."""
    if isinstance(part, dict):
        return {key: _grown(value, key, name) for key, value in part.items()}
    if isinstance(part, list | tuple) and any(isinstance(each, dict) for each in part):
        return [_grown(each, name, inside) for each in part]
    in_pixels = name in ("size", "xshift", "yshift") or inside == "margin" or (name, inside) == ("width", "line")
    if in_pixels and isinstance(part, int | float):
        return part * MAGNIFIED
    return part
