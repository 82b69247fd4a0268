"""Who was found liable in the disputes of the last weeks."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from dashboard import data, reasons, wording
from dashboard import satisfaction as words
from dashboard.absent import absent
from dashboard.components.ranked import Axis
from dashboard.components.state import state
from dashboard.components.table import Column, Entry, Quiet, Rate, table
from dashboard.components.title import title
from dashboard.foot import foot
from dashboard.headline import cell
from dashboard.page import Page
from metrics import CATALOG
from metrics.words import value_label

METRIC = CATALOG["dispute_share"]
WEEKS = 13


def liable(page: Page, week: date) -> None:
    """Draw the panel. Its rows limit nothing: the liable party of a ruling is not that of a ticket's reason."""
    text, where = page.text, page.choices.where
    start, stop = week - timedelta(weeks=WEEKS - 1), week + timedelta(days=6)
    days = {"start": f"{start:%m-%d}", "stop": f"{stop:%m-%d}"}
    whole = data.ask(page.source, reasons.of_week(METRIC.name, (), where, week, weeks=WEEKS))
    here = cell(whole.iloc[0])
    if not here.known and not (here.status == "insufficient" and here.n > 0):
        st.html(title(text("satisfaction.disputes")))
        none = here.status == "insufficient"
        body = text("satisfaction.none_body", **days)
        st.html(state(text("satisfaction.none"), body) if none else absent(page, METRIC, whole))
        return
    shares = data.ask(page.source, reasons.of_week(METRIC.name, ("liable",), where, week, weeks=WEEKS))
    shares = shares.sort_values("numerator", ascending=False, kind="stable", ignore_index=True)
    finding = words.dispute_finding(shares, METRIC, text) if here.known else text("satisfaction.disputes")
    st.html(title(finding, text("satisfaction.disputes_rests_on", count=WEEKS, **days)))
    axis = Axis.of(shares)
    rows: list[list[Entry]] = []
    for _, row in shares.iterrows():
        party = cell(row)
        hint = wording.interval(party.low, party.high, METRIC, text) if party.has_interval else ""
        fraction = wording.fraction(party, text)
        share: Entry = Rate(wording.value(party.value, METRIC, text), fraction, hint)
        if not party.known:
            share = Quiet(f"{text('state.insufficient')} · {fraction}")
        name = value_label("liable", row["liable"], text.language)
        rows.append([name, axis.bar(party.value, party.low, party.high), share])
    columns = (
        Column(text("satisfaction.liable_head")),
        Column(""),
        Column(text("satisfaction.share"), align="right"),
    )
    st.html(table(columns, rows, caption=text("satisfaction.disputes")))
    asked = reasons.of_week(METRIC.name, (), where, week, weeks=WEEKS)
    count = wording.count(here.n, text)
    foot(page, asked, text("satisfaction.open_disputes", count=count), "disputes", about=("metric", METRIC.name))
