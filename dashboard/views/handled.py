"""What customers score by how their ticket was handled: in time or late, contacted first or not, and with what end."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from dashboard import controls, data, reasons, wording
from dashboard import satisfaction as words
from dashboard.absent import absent
from dashboard.components.ranked import Axis, ranked
from dashboard.components.table import Column, Entry, Quiet, Rate
from dashboard.components.title import title
from dashboard.foot import foot
from dashboard.headline import cell
from dashboard.page import Page
from metrics import CATALOG

METRIC = CATALOG["satisfaction_score"]
WEEKS = 13  # a week has a handful of answers on tickets that were late
OUTCOMES = ("open", "approved", "rejected", "withdrawn", "closed")
HOW = ("in_time", "contacted", "outcome", "auto_approved")
SCORES = Axis(1.0, 5.0)


def handled(page: Page, week: date) -> None:
    """Draw the panel; a row limits the page to the tickets that were handled so."""
    text, where = page.text, page.choices.where
    # An answer that names no ticket judges an order, and says nothing of any handling.
    limits = {"outcome": OUTCOMES, **where}
    whole = data.ask(page.source, reasons.of_week(METRIC.name, (), limits, week, weeks=WEEKS))
    if not cell(whole.iloc[0]).known:
        st.html(title(text("satisfaction.handled")))
        st.html(absent(page, METRIC, whole))
        return
    frames = {
        how: data.ask(
            page.source, reasons.of_week(METRIC.name, (how,), reasons.without(limits, how), week, weeks=WEEKS)
        )
        for how in HOW
    }
    found = words.worst_first(words.ways(frames), METRIC)
    if not found:
        st.html(title(text("satisfaction.alike", value=wording.value(cell(whole.iloc[0]).value, METRIC, text))))
        st.html(absent(page, METRIC, frames[HOW[0]]))
        return
    start, stop = week - timedelta(weeks=WEEKS - 1), week + timedelta(days=6)
    count = wording.count(cell(whole.iloc[0]).n, text)
    rests_on = text(
        "satisfaction.handled_rests_on",
        start=f"{start:%m-%d}",
        stop=f"{stop:%m-%d}",
        count=WEEKS,
        n=count,
    )
    gap = words.widest_gap(found, METRIC)
    st.html(title(words.score_finding(gap, cell(whole.iloc[0]), METRIC, text), rests_on))
    rows: list[list[Entry]] = []
    for way in found:
        here = way.number
        first = gap is not None and way == gap.worse
        hint = wording.interval(here.low, here.high, METRIC, text) if here.has_interval else ""
        shown: Entry = Rate(wording.value(here.value, METRIC, text), wording.count(here.n, text), hint)
        if not here.known:
            head, body = wording.absence(here, METRIC, text, ready=None, present=frozenset())
            shown = Quiet(text("state.because", head=head, body=body))
        rows.append([way.label(text), SCORES.bar(here.value, here.low, here.high, first=first), shown])
    only = [where.get(way.dimension) == (way.value,) for way in found]
    ranked(
        (
            Column(text("satisfaction.handled")),
            Column(""),
            Column(f"{text('satisfaction.score')}　{text('satisfaction.answers')}", align="right"),
        ),
        rows,
        key="handled",
        caption=text("satisfaction.handled"),
        names=[
            text("satisfaction.again" if again else "satisfaction.only", name=way.label(text))
            for way, again in zip(found, only, strict=True)
        ],
        chosen=only.index(True) if True in only else None,
        pick=lambda place: pick(found[place], only[place]),
    )
    asked = reasons.of_week(METRIC.name, (), limits, week, weeks=WEEKS)
    foot(page, asked, text("satisfaction.open_answers", count=count), "handled", about=("metric", METRIC.name))


def pick(way: words.Way, again: bool) -> None:
    """Limit the page to the tickets that were handled so; the same once more lifts the limit."""
    controls.release(way.dimension) if again else controls.limit(way.dimension, way.value)
