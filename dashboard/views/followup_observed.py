"""Beside the experiment: what was only observed, and says so: offers and talking, freight insurance, costs."""

from __future__ import annotations

import math
from datetime import date, timedelta

import streamlit as st

from dashboard import data, followup
from dashboard.absent import absent
from dashboard.components.state import state
from dashboard.components.table import Column, table
from dashboard.components.title import title
from dashboard.headline import cell
from dashboard.page import Page
from dashboard.text import Text
from metrics import CATALOG, Question
from metrics.words import format_value

WEEKS = 26
"""Weeks of tickets and orders that the panels look back on."""


def steps(page: Page) -> None:
    """Draw how often a request was withdrawn after each step, and of its likes without it."""
    text = page.text
    found = data.offers_effect(page.source, page.choices.where, _since(page))
    st.html(title(followup.steps_finding(found, text), _rests_on(page, "followup.steps_rests")))
    if (found["status"] == "not_available").all():
        st.html(_absent(page, followup.WITHDRAWN.name, _since(page)))
    else:
        columns = [Column(text(f"followup.col_{name}")) for name in ("step", "with", "without", "difference")]
        # Of accepted offers nearly all withdraw: that is what accepting means, and no finding.
        told = found[found["step"] != "accepted"]
        rows = [followup.step_cells(row, text) for row in told.to_dict("records")]
        with st.container(key="steps"):
            st.html(table(columns, rows, caption=text("followup.steps")))
    st.html(f'<div class="as-note">{text("followup.observed")}</div>')
    words = followup.goodwill_words(data.goodwill(page.source), text)
    if words:
        st.html(f'<div class="as-note">{words}</div>')


def insurance(page: Page) -> None:
    """Draw what became of lines with freight insurance and without."""
    text = page.text
    frame = data.freight_insurance(page.source, page.choices.where)
    share = frame[frame["metric"] == "freight_insurance_share"]
    value = float(share["value"].iloc[0])
    if math.isnan(value):
        st.html(title(text("followup.insurance")))
        st.html(_absent(page, "freight_insurance_share"))
        return
    shown = format_value(value, "share", text.language)
    st.html(title(text("followup.insurance_found", value=shown), text("followup.insurance_rests")))
    columns = [Column(text("filter.metric"))]
    columns += [Column(text(f"followup.col_{name}"), align="right") for name in ("insured", "uninsured")]
    with st.container(key="insurance"):
        st.html(table(columns, followup.insurance_rows(frame, text), caption=text("followup.insurance")))


def costs(page: Page) -> None:
    """Draw the cost of after-sales in its parts, and the freight by who bore it."""
    text = page.text
    frame = data.costs(page.source, page.choices.where, _since(page))
    whole = frame[frame["metric"] == "aftersales_cost"]
    value = float(whole["value"].iloc[0])
    if math.isnan(value):
        st.html(title(CATALOG["aftersales_cost"].label(text.language)))
        st.html(_absent(page, "aftersales_cost", _since(page)))
        return
    st.html(title(followup.costs_finding(frame, text), _rests_on(page, "followup.costs_rests")))
    columns = [Column(text("followup.col_part")), Column(""), Column(text("followup.col_yuan"), align="right")]
    with st.container(key="costs"):
        st.html(table(columns, followup.cost_rows(frame, text), caption=text("followup.costs")))


def _absent(page: Page, name: str, since: str | None = None) -> str:
    """Return why there is no such number under the limits of the page, or what of it is not told apart."""
    start = None if since is None else date.fromisoformat(since)
    whole = data.ask(page.source, Question(name, where=page.choices.where, start=start))
    if cell(whole.iloc[0]).known:
        return state(page.text("state.not_available"), page.text("followup.no_steps"))
    return absent(page, CATALOG[name], whole)


def _since(page: Page) -> str:
    return (page.source.last_full_week - timedelta(weeks=WEEKS - 1)).isoformat()


def _rests_on(page: Page, key: str) -> str:
    text: Text = page.text
    return text(key, weeks=WEEKS)
