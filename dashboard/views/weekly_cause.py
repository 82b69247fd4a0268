"""The one number that moved most: from what it was to what it is, cause by cause."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from dashboard.apart import bar_label
from dashboard.charts import waterfall as bars_of
from dashboard.charts.waterfall import Cause as Bar
from dashboard.charts.waterfall import causes, waterfall
from dashboard.components.title import title
from dashboard.page import Page
from dashboard.reviewed.agenda import moved_most
from dashboard.reviewed.frames import parts_frame
from dashboard.reviewed.worded import rests_on
from dashboard.text import Text
from metrics import CATALOG
from metrics.review.model import Headline, Review
from metrics.words import format_change, format_value

MOST_IN_MEETING = 3
"""Segments that stand for themselves on a slide, which is half as high as a page."""


def cause(page: Page, review: Review) -> None:
    """Draw the section: the sentence, the waterfall, and the rules that changed in between."""
    text, line = page.text, moved_most(review)
    if line is None or line.before is None:
        return
    unit = CATALOG[line.metric].unit
    bars = causes(parts_frame(line.causes), MOST_IN_MEETING if page.choices.meeting else bars_of.MOST)
    before = line.before.value or 0.0
    figure = waterfall(
        bars,
        page.colours,
        before=before,
        labels=[text("why.before"), *_labels(bars, line, text), text("why.now")],
        shown=[
            format_value(before, unit, text.language),
            *(format_change(bar.effect, unit, text.language) for bar in bars),
            format_value(line.now.value, unit, text.language),
        ],
    )
    st.html(title(line.sentence[text.language], text("weekly.cause_rests_on", rests_on=rests_on(line, text))))
    st.plotly_chart(
        page.drawn(figure), theme=None, key="review-why", config={"displayModeBar": False}, alt=text("why.alt")
    )
    for policy in line.policies:
        st.html(f'<p class="as-note">{escape(policy[text.language])}</p>')


def _labels(bars: Sequence[Bar], line: Headline, text: Text) -> list[str]:
    named: dict[tuple[str, str | None], str] = {
        (each.part, each.segment): each.label[text.language] for each in line.causes
    }
    return [bar_label(bar, named, text) for bar in bars]
