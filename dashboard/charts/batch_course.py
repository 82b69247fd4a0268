"""One batch over time: what came back against what should have, so that a meeting sees when the two parted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.line_ends import LineEnd, name_ends
from dashboard.charts.theme import Palette, bare_figure

TICKS = 7
AFTERWARDS = 5  # days
HEAD_ROOM = 26  # pixels at the top, where the day of the flag is named
LABEL_ROOM = 104  # pixels at the right, where each line says its own name


def batch_course(
    course: pd.DataFrame,
    colours: Palette,
    *,
    hover: Sequence[str],
    observed_label: str,
    expected_label: str,
    band_label: str,
    flagged_on: date | None = None,
    flag_label: str = "",
    height: int = 300,
) -> go.Figure:
    """Return the figure of a frame of `Shop.spike_course`: the cumulative returns, and the band of a normal batch.

    Both lines are named at their end instead of in a legend. `hover` holds one ready sentence a row. The picture ends
    where all has come back: months in which nothing moves would press together the weeks in which it was decided.
    """
    course = course.head(_moving(course))
    hover = hover[: len(course)]
    figure = bare_figure(colours, height=height)
    day = pd.to_datetime(course["day"]).dt.to_pydatetime()
    figure.add_scatter(
        x=[*day, *day[::-1]],
        y=[*course["high"], *course["low"][::-1]],
        fill="toself",
        fillcolor=colours.band,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=day,
        y=course["expected"],
        mode="lines",
        line={"color": colours.comparison, "width": 2, "dash": "dash"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=day,
        y=course["observed"],
        mode="lines+markers",
        line={"color": colours.line, "width": 3},
        marker={"size": 4, "color": colours.line},
        hovertext=list(hover),
        hoverinfo="text",
        name="",
    )
    top = 1.12 * max(float(course[["observed", "high"]].max().max()), 1.0)
    figure.update_layout(margin={"r": LABEL_ROOM, "t": HEAD_ROOM})
    figure.update_yaxes(range=[0, top], nticks=5, tickformat=",d")
    shown = day[:: max(1, round(len(day) / TICKS))]
    # A label would else widen the axis by its own length, and press together what it is about.
    aside = pd.Timedelta(hours=12)
    first, last = pd.to_datetime(course["day"]).agg(["min", "max"])
    span = [(first - aside).to_pydatetime(), (last + aside).to_pydatetime()]
    figure.update_xaxes(range=span, tickvals=list(shown), ticktext=[f"{at:%m-%d}" for at in shown])
    end = course.iloc[-1]
    ends = [
        LineEnd(float(end["observed"]), observed_label, colours.ink, size=14, bold=True),
        LineEnd(float(end["expected"]), expected_label, colours.secondary),
        LineEnd(float(end["low"]), band_label, colours.muted),
    ]
    name_ends(figure, ends, pixels=(height - HEAD_ROOM - 36) / top)
    if flagged_on is not None:
        _mark_flag(figure, course, colours, flagged_on, flag_label)
    return figure


def _moving(course: pd.DataFrame) -> int:
    """Return how many days it takes until neither line moves any more, and some to see that they do not."""
    still = 0.002 * max(float(course["expected"].max()), 1.0)
    moves = (course["observed"].diff() > 0) | (course["expected"].diff() > still)
    return int(moves.to_numpy().nonzero()[0].max(initial=0)) + AFTERWARDS


def _mark_flag(figure: go.Figure, course: pd.DataFrame, colours: Palette, flagged_on: date, label: str) -> None:
    """Draw the day on which the batch turned red, and the point that it had reached: the one highlight."""
    at = pd.Timestamp(flagged_on)
    here = course[pd.to_datetime(course["day"]) == at]
    if here.empty:
        return
    figure.add_vline(x=at.to_pydatetime(), line={"color": colours.worse, "width": 1.5, "dash": "dot"})
    figure.add_scatter(
        x=[at.to_pydatetime()],
        y=[float(here["observed"].iloc[0])],
        mode="markers",
        marker={"symbol": "diamond", "size": 12, "color": colours.worse},
        hoverinfo="skip",
    )
    figure.add_annotation(
        x=at.to_pydatetime(),
        y=1,
        yref="paper",
        text=label,
        showarrow=False,
        xanchor="center",
        yanchor="bottom",
        font={"color": colours.worse, "size": 13},
    )
