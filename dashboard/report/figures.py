"""The pictures of a review, drawn by the same charts as the pages; in the light colours, because paper is white."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import judged, wording
from dashboard.apart import bar_label
from dashboard.charts.bars import LONGEST_NAME, bars
from dashboard.charts.batch_course import batch_course
from dashboard.charts.sparkline import sparkline
from dashboard.charts.theme import LIGHT
from dashboard.charts.trend import Mark, trend
from dashboard.charts.waterfall import Cause as Bar
from dashboard.charts.waterfall import causes, waterfall
from dashboard.report import told
from dashboard.text import Text
from metrics.catalog import CATALOG
from metrics.review.model import Followed, Handler, Headline, Spike
from metrics.words import format_change, format_value, value_label

TICKS = 8


def why(given: Headline, text: Text) -> go.Figure:
    """Return the waterfall of a number that moved: from last week, through each cause, to now."""
    metric, before = CATALOG[given.metric], given.before
    assert before is not None, "what moved has something to have moved from"
    assert before.value is not None, "what moved has something to have moved from"
    found = steps(given, text)
    shown = [format_change(effect, metric.unit, text.language) for _, effect in found]
    first, last = (format_value(number, metric.unit, text.language) for number in (before.value, given.now.value))
    return waterfall(
        _bars(given),
        LIGHT,
        before=before.value,
        labels=[text("why.before"), *(_short(label) for label, _ in found), text("why.now")],
        shown=[first, *shown, last],
        hover=[f"{told.plain(label)}　{size}" for (label, _), size in zip(found, shown, strict=True)],
    )


def steps(given: Headline, text: Text) -> list[tuple[str, float]]:
    """Return the bars of a waterfall: what each is called, and its effect."""
    named: dict[tuple[str, str | None], str] = {
        (cause.part, cause.segment): cause.label[text.language] for cause in given.causes
    }
    return [(bar_label(bar, named, text), bar.effect) for bar in _bars(given)]


def _bars(given: Headline) -> list[Bar]:
    rows = [{"part": cause.part, "segment": cause.segment, "effect": cause.effect} for cause in given.causes]
    return causes(pd.DataFrame(rows, columns=["part", "segment", "effect"]))


def line(given: Headline, followed: Sequence[Followed], text: Text) -> go.Figure:
    """Return a number's last weeks, with what was decided about it."""
    metric = CATALOG[given.metric]
    about = [each for each in followed if (each.subject_kind, each.subject) == ("metric", given.metric)]
    weeks = told.weeks(given.weeks)
    figure = trend(
        weeks,
        LIGHT,
        unit=metric.unit,
        hover=[wording.hover(row, metric, text) for _, row in weeks.iterrows()],
        marks=[Mark(each.week, text("trend.decision", number=each.number)) for each in about],
        highlight=given.start,
        young_label=text("trend.young"),
        height=280,
    )
    # Half a page wide: every other week has room for its name, the newest always.
    shown = [week.start for week in given.weeks][::-1][:: -(-len(given.weeks) // TICKS)]
    return figure.update_xaxes(tickvals=shown, ticktext=[f"{day:%m-%d}" for day in shown])


def spark(given: Headline) -> str:
    """Return a number's last weeks as a line of the size of a word."""
    return sparkline(told.weeks(given.weeks), LIGHT) if given.weeks else ""


def course(spike: Spike, text: Text) -> go.Figure:
    """Return what a batch has back, against what a normal one of its age would have."""
    frame = pd.DataFrame([vars(point) for point in spike.course])
    labels: dict[str, Any] = judged.course_labels(vars(spike), text)
    hover = judged.course_hover(frame, text)
    return batch_course(frame, LIGHT, hover=hover, flagged_on=spike.first_flagged_on, **labels)


def in_time(handlers: Sequence[Handler], whole: float | None, text: Text) -> go.Figure:
    """Return who answers in time and who does not, with the whole as a line behind them."""
    metric = CATALOG["response_in_time"]
    cells = [told.cell(handler.in_time) for handler in handlers]
    words = [told.value(handler.in_time, metric, text) for handler in handlers]
    names = [value_label("handler", handler.handler, text.language) for handler in handlers]
    return bars(
        pd.DataFrame([vars(cell) for cell in cells]),
        [_short(name) for name in names],
        LIGHT,
        unit=metric.unit,
        words=words,
        hover=[
            f"{told.plain(name)}　{word}　{wording.fraction(cell, text)}"
            for name, word, cell in zip(names, words, cells, strict=True)
        ],
        whole=whole,
    )


def _short(name: str) -> str:
    """Return a name that is not cut in the middle of a sign that was spelled out for the chart."""
    for length in range(LONGEST_NAME, 0, -1):
        cut = name if length >= len(name) else name[: length - 1] + "…"
        if len(told.plain(cut)) <= LONGEST_NAME:
            return told.plain(cut)
    return "…"
