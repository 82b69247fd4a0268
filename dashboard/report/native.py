"""The charts of a deck, native to it: whoever gets the deck can change the numbers in them.

Behind each stands a sheet, whose writer would take a name for a formula: what enters it passes the guard.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from dashboard.charts.theme import LIGHT
from dashboard.report.slide import SMALL, SMALLEST, Box, face, rgb
from metrics.export.guard import guarded
from metrics.words import Unit

FORMS: dict[Unit, str] = {
    "share": "0.0%",
    "yuan": '"¥"#,##0',
    "hours": "#,##0.0",
    "score": "0.00",
    "count": "#,##0",
}
TICKS = 7
MOST_POINTS = 16
"""Points of a line that are marked; more of them would hide it."""

ROOM = 0.3
"""Part of a waterfall's span that is kept for the numbers beside its bars."""


def waterfall(
    slide: Any,
    box: Box,
    rows: Sequence[tuple[str, str]],
    effects: Sequence[float],
    before: float,
    unit: Unit,
    series: tuple[str, str, str],
) -> None:
    """Draw what a number was, what each cause did to it, and what it came to.

    `rows` hold a name and a number in words each, those of the two numbers first and last. A bar floats on one that is
    not seen, and its number stands on another one: a stacked bar takes no label outside its end. The two numbers are
    marks, because the axis does not begin at zero. `series` are what the three are called in the table behind.
    """
    levels = list(accumulate(effects, initial=before))
    low, high = min(levels), max(levels)
    span = (high - low) or abs(before) or 1.0
    ground, mark = low - 0.04 * span, 0.01 * span
    starts = [before, *(min(pair) for pair in pairwise(levels)), levels[-1]]
    sizes = [mark, *(abs(effect) for effect in effects), mark]
    data = CategoryChartData(number_format=FORMS[unit])
    data.categories = [guarded(name) for name, _ in rows]
    for name, values in zip(
        series, ([start - ground for start in starts], sizes, [ROOM * span] * len(rows)), strict=True
    ):
        data.add_series(guarded(name), values)
    chart = _chart(slide, box, XL_CHART_TYPE.BAR_STACKED, data)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    hidden, bars, labels = plot.series
    for unseen in (hidden, labels):
        unseen.format.fill.background()
    largest = max((abs(effect) for effect in effects), default=0.0)
    for place, (_, words) in enumerate(rows):
        fill = bars.points[place].format.fill
        fill.solid()
        whole = place in (0, len(rows) - 1)
        fill.fore_color.rgb = rgb(LIGHT.line if whole or abs(effects[place - 1]) == largest else LIGHT.bar)
        _label(labels.points[place].data_label, words, bold=whole)
    axis = chart.value_axis
    axis.visible, axis.has_major_gridlines = False, False
    axis.minimum_scale, axis.maximum_scale = 0.0, high + ROOM * span - ground
    names = chart.category_axis
    names.reverse_order = True
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.fill.background()


def _label(label: Any, words: str, *, bold: bool) -> None:
    label.position = XL_LABEL_POSITION.INSIDE_BASE
    run = label.text_frame.paragraphs[0].add_run()
    run.text = words
    run.font.size, run.font.bold = Pt(SMALL), bold
    run.font.color.rgb = rgb(LIGHT.ink)
    face(run._r.get_or_add_rPr())


def line(
    slide: Any,
    box: Box,
    names: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    unit: Unit,
    *,
    young: bool = False,
) -> None:
    """Draw a number over time: the first series is the number, the others are what it is set beside, dashed.

    `young`: the second goes on where the first ends, in open points, because it will still rise.
    """
    data = CategoryChartData(number_format=FORMS[unit])
    data.categories = [guarded(name) for name in names]
    for name, values in series:
        data.add_series(guarded(name), list(values))
    chart = _chart(slide, box, XL_CHART_TYPE.LINE_MARKERS, data)
    for place, drawn in enumerate(chart.plots[0].series):
        drawn.smooth = False
        drawn.format.line.width = Pt(2.5 if place == 0 else 1.5)
        drawn.format.line.color.rgb = rgb(LIGHT.line if place == 0 else LIGHT.comparison)
        if place:
            drawn.format.line.dash_style = MSO_LINE.DASH if place == 1 else MSO_LINE.ROUND_DOT
        marked = (place == 0 and len(names) <= MOST_POINTS) or (place == 1 and young)
        drawn.marker.style = XL_MARKER_STYLE.CIRCLE if marked else XL_MARKER_STYLE.NONE
        if marked:
            drawn.marker.size = 7 if place else 5
            drawn.marker.format.fill.solid()
            drawn.marker.format.fill.fore_color.rgb = rgb(LIGHT.card if place else LIGHT.line)
            drawn.marker.format.line.color.rgb = rgb(LIGHT.comparison if place else LIGHT.line)
    if len(series) > 1:
        chart.has_legend = True
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    axis = chart.value_axis
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = rgb(LIGHT.grid)
    axis.format.line.fill.background()
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = FORMS[unit], False
    known = [value for _, values in series for value in values if value is not None]
    if unit != "share" or max(known, default=0.0) <= 0.5:
        axis.minimum_scale = 0.0 if unit != "score" else None
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.format.line.color.rgb = rgb(LIGHT.border)
    _skip(chart.category_axis, -(-len(names) // TICKS))


def _skip(axis: Any, every: int) -> None:
    """Write every so many of the names only: one that has no room is broken in two."""
    last = axis._element.find(qn("c:noMultiLvlLbl"))
    skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{every}"/>')
    if last is None:
        axis._element.append(skip)
    else:
        last.addprevious(skip)


def columns(slide: Any, box: Box, names: Sequence[str], name: str, values: Sequence[float | None], unit: Unit) -> None:
    """Draw one column a name, with its number above it."""
    data = CategoryChartData(number_format=FORMS[unit])
    data.categories = [guarded(name) for name in names]
    data.add_series(guarded(name), list(values))
    chart = _chart(slide, box, XL_CHART_TYPE.COLUMN_CLUSTERED, data)
    plot = chart.plots[0]
    plot.gap_width = 90
    plot.series[0].format.fill.solid()
    plot.series[0].format.fill.fore_color.rgb = rgb(LIGHT.comparison)
    plot.has_data_labels = True
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = FORMS[unit], False
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    chart.value_axis.minimum_scale = 0.0
    chart.category_axis.format.line.color.rgb = rgb(LIGHT.border)


def _chart(slide: Any, box: Box, kind: Any, data: Any) -> Any:
    chart = slide.shapes.add_chart(kind, *box.emu(), data).chart
    chart.has_legend = False
    chart.has_title = False
    chart.font.size = Pt(SMALLEST)
    chart.font.color.rgb = rgb(LIGHT.secondary)
    face(chart.font._rPr)
    chart.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    chart.value_axis.major_tick_mark = XL_TICK_MARK.NONE
    return chart
