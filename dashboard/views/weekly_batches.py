"""The red batches of the week, three at most and side by side: what came back, and what to do with the rest."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard import judged
from dashboard.charts.batch_course import batch_course
from dashboard.components.title import title
from dashboard.controls import way
from dashboard.decision import decide_button
from dashboard.page import Page
from dashboard.reviewed.agenda import BATCHES_SHOWN, red
from dashboard.reviewed.frames import course_frame
from dashboard.reviewed.subjects import batch
from dashboard.text import Text
from metrics.review.model import Review, Spike
from metrics.words import format_value, value_label

HEIGHT, HEIGHT_IN_MEETING = 220, 118
TICKS = 3
"""Of the days under a whole picture every third stands under one of a third of its width."""


def red_batches(page: Page, review: Review) -> None:
    """Draw the section."""
    text, found = page.text, red(review)
    shown = found[:BATCHES_SHOWN]
    watched = text("weekly.watched", **{level: review.watched.get(level, 0) for level in ("amber", "calm", "young")})
    new = sum(each.state == "new" for each in found)
    head = text("weekly.batches", count=len(found), new=new) if new else text("weekly.batches_known", count=len(found))
    st.html(title(head, watched))
    for column, spike in zip(st.columns(len(shown), gap="small"), shown, strict=True):
        with column, st.container(key=f"panel-spike-{spike.batch_id}", height="stretch"):
            _batch(page, spike)
    if len(found) > len(shown):
        way(page, "batches", text("weekly.more_batches", count=len(found) - len(shown)))


def _batch(page: Page, spike: Spike) -> None:
    text, language = page.text, page.text.language
    about = batch(spike)
    state = text(f"weekly.spike_{spike.state}")
    st.html(
        f'<div class="as-spike"><h3>{escape(about.shown)}</h3><small>{escape(state)}'
        f"{escape(_where_from(spike))}</small>{_finding(page, spike)}</div>"
    )
    if spike.course:
        _course(page, spike)
    st.html(f'<div class="as-spike"><small>{escape(_facts(spike, page))}</small></div>')
    st.html(f'<div class="as-spike"><p><b>{escape(spike.advice[language])}</b></p></div>')
    if spike.verdict is not None:
        st.html(f'<div class="as-spike"><small>{escape(text(f"batches.listed_{spike.verdict}"))}</small></div>')
    if not page.choices.meeting:
        decide_button(page, [about], f"spike-{spike.sku_id}-{spike.batch_id}", text("meeting.decide"))


def _course(page: Page, spike: Spike) -> None:
    text = page.text
    course = course_frame(spike.course)
    figure = batch_course(
        course,
        page.colours,
        hover=judged.course_hover(course, text),
        flagged_on=spike.first_flagged_on,
        observed_label=text("batches.observed", units=judged.units(spike.observed)),
        expected_label=text("batches.expected", units=judged.due(spike.expected or 0.0)),
        band_label=text("batches.band"),
        flag_label=text("batches.flagged", day=f"{spike.first_flagged_on:%m-%d}") if spike.first_flagged_on else "",
        height=HEIGHT_IN_MEETING if page.choices.meeting else HEIGHT,
    )
    days = figure.layout.xaxis
    # On a slide the letters are half as large again, and there is room for two days.
    step = len(days.tickvals) - 1 if page.choices.meeting and len(days.tickvals) > 1 else TICKS
    figure.update_xaxes(tickvals=days.tickvals[::step], ticktext=days.ticktext[::step], tickangle=0)
    st.plotly_chart(
        page.drawn(figure),
        theme=None,
        key=f"course-{spike.sku_id}-{spike.batch_id}",
        config={"displayModeBar": False},
        alt=text("batches.course_alt"),
    )


def _finding(page: Page, spike: Spike) -> str:
    """Return how far the batch is from normal; on a slide its advice says it too, and has the room."""
    return "" if page.choices.meeting else f"<p>{escape(spike.finding[page.text.language])}</p>"


def _where_from(spike: Spike) -> str:
    return "".join(f" · {known}" for known in (spike.category, spike.supplier) if known)


def _facts(spike: Spike, page: Page) -> str:
    text = page.text
    facts = []
    if not page.choices.meeting:  # there the picture says it, and has the room
        facts.append(_returned(spike, text))
    if spike.top_reason:
        facts.append(value_label("reason", spike.top_reason, text.language))
    if spike.units_in_stock is not None:
        facts.append(text("weekly.in_stock", units=judged.units(spike.units_in_stock)))
    if spike.money_at_risk is not None:
        facts.append(text("weekly.at_risk", money=format_value(spike.money_at_risk, "yuan", text.language)))
    return " · ".join(facts)


def _returned(spike: Spike, text: Text) -> str:
    observed = judged.units(spike.observed)
    if spike.expected is None:
        return text("batches.observed", units=observed)
    return text("weekly.returned", observed=observed, expected=judged.due(spike.expected))
