"""为什么变: a number against the days before, taken apart into causes that add up to the change."""

from __future__ import annotations

import streamlit as st

from dashboard import data
from dashboard.apart import taken_apart
from dashboard.components.state import state
from dashboard.components.title import title
from dashboard.page import Page
from metrics import Question


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
    figure = taken_apart(found, page.colours, text)
    st.plotly_chart(page.drawn(figure), theme=None, key="why", config={"displayModeBar": False}, alt=text("why.alt"))
