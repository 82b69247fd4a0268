"""为什么变: a number against the days before, taken apart into causes that add up to the change."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.charts.waterfall import Cause, causes, waterfall
from dashboard.components.state import state
from dashboard.components.title import title
from dashboard.page import Page
from dashboard.text import Text
from metrics import DIMENSIONS, Question
from metrics.drivers import Why
from metrics.words import format_change, format_value, value_label


def why_it_moved(page: Page, question: Question) -> None:
    """Draw the sentence and the waterfall of a question's days against as many days before them."""
    text = page.text
    found = None
    if question.start is not None and question.stop is not None:
        found = data.why(page.source, question, question.stop - question.start)
    if found is None:
        st.html(state(text("why.none"), text("why.none_body")))
        return
    st.html(title(found.sentence(text.language), text("why.rests_on", days=(found.period[1] - found.period[0]).days)))
    metric, bars = question.definition, causes(found.parts)
    figure = waterfall(
        bars,
        page.colours,
        before=found.before.value,
        labels=[text("why.before"), *(_label(bar, found, text) for bar in bars), text("why.now")],
        shown=[
            format_value(found.before.value, metric.unit, text.language),
            *(format_change(bar.effect, metric.unit, text.language) for bar in bars),
            format_value(found.now.value, metric.unit, text.language),
        ],
    )
    st.plotly_chart(page.drawn(figure), theme=None, key="why", config={"displayModeBar": False}, alt=text("why.alt"))


def _label(bar: Cause, found: Why, text: Text) -> str:
    """Return the name of a bar: its part, and the segment or how many of them."""
    part = text(f"why.{bar.part}")
    if bar.part not in ("rate", "mix"):
        return part
    if bar.others:
        return text("why.others", part=part, count=bar.others, dimension=DIMENSIONS[found.by].label(text.language))
    return text("why.segment", part=part, segment=value_label(found.by, bar.segment, text.language))
