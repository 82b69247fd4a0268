"""What has to be done today: what runs out of time, what to take off the shelf, what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard import controls, data, judged
from dashboard.components.dialog import may_be_open
from dashboard.components.state import state
from dashboard.components.table import Bar, Column, Entry, Level, Quiet, Stacked, table
from dashboard.components.title import title
from dashboard.decision import decisions_due
from dashboard.page import Page
from dashboard.views.batches import at_stake, not_limited, within
from metrics.batches.report import SpikeReport
from metrics.response import counted_from, outlook, remaining
from metrics.words import Finding, Refused, format_value, say, value_label

SOON = timedelta(hours=4)
BATCHES_SHOWN = 3
TICKETS_SHOWN, TICKETS_IN_MEETING = 5, 3


def to_do(page: Page, waiting: pd.DataFrame | None, report: SpikeReport | None) -> None:
    """Draw the line of things to do first, each a link to where it is done."""
    text, language = page.text, page.text.language
    with st.container(key="to-do", horizontal=True, vertical_alignment="center"):
        st.html(f'<b class="as-to-do">{text("today.first")}</b>', width="content")
        nothing = True
        if waiting is not None:
            found = outlook(waiting, SOON)
            if found.code not in ("response.none", "response.calm"):
                controls.way(page, "response", say(found, language) + " →")
                nothing = False
        for row in _off_the_shelf(page, report):
            controls.way(
                page,
                "batches",
                text("today.delist", name=judged.name(row), units=judged.units(row["units_in_stock"])) + " →",
                batch=judged.reference(row, page.several_shops),
            )
            nothing = False
        due = data.meeting(page.store).due_decisions(page.now.date())
        if due:
            decisions_due(page, due, text("today.decisions", count=len(due)) + " →")
            nothing = False
        if nothing:
            # Nobody may be told that nothing waits where nobody knows who waits.
            key = "today.nothing_known" if waiting is None or report is None else "today.nothing"
            st.html(f'<span class="as-quiet">{text(key)}</span>', width="content")


def batches_today(page: Page, report: SpikeReport | None) -> None:
    """Draw the worst batches: what came back, what should have, what is in stock, and what to do."""
    text = page.text
    if report is None:
        if data.is_judged(page.source, page.choices.family):
            st.html(title(text("today.batches")))
            st.html(state(text("today.no_batches"), _not_judged(page)))
        else:
            _wait_for_the_judge(page)
        return
    shown = within(report.batches, page)
    worst = shown[shown["level"].isin(judged.STANDING_OUT)].head(BATCHES_SHOWN)
    st.html(title(at_stake(shown, page), not_limited(report.batches, page)))
    if len(worst):
        columns = (
            Column(text("batches.col_level")),
            Column(text("batches.col_batch")),
            Column(text("batches.col_returned"), align="right"),
            Column(text("batches.col_times"), align="right"),
            Column(text("batches.col_stock"), align="right"),
            Column(text("today.advice")),
        )
        rows = [_batch(page, row) for row in worst.to_dict("records")]
        st.html(table(columns, rows, caption=text("today.batches"), tall=True))
    controls.way(page, "batches", text("today.all_batches", count=len(shown)))


def _not_judged(page: Page) -> str:
    """Return what would let the batches be judged: mostly an export, and seldom a look at the machine."""
    found = data.why_not_judged(page.source, page.choices.family)
    if found is not None and found.code == "spikes.judge_ended":
        return say(found, page.text.language)
    return page.text("today.no_batches_body")


def due_today(page: Page, waiting: pd.DataFrame | None) -> None:
    """Draw the tickets with the least time left."""
    text, language = page.text, page.text.language
    if waiting is None:
        st.html(title(text("today.due")))
        st.html(state(text("state.not_available"), text("today.no_clock")))
        return
    # Of shops whose data end at different times each is counted from its own end.
    moments = sorted(counted_from(waiting)) or [page.now]
    counted = text("today.counted", now=" / ".join(map(text.moment, moments)))
    st.html(title(say(outlook(waiting, SOON), language), counted))
    if len(waiting):
        columns = (
            Column(text("today.left")),
            Column(""),
            Column(text("today.case")),
            Column(text("today.amount"), align="right"),
        )
        few = TICKETS_IN_MEETING if page.choices.meeting else TICKETS_SHOWN
        rows = [_ticket(page, row) for row in waiting.head(few).to_dict("records")]
        st.html(table(columns, rows, caption=text("today.due"), tall=True))
    controls.way(page, "response", text("today.all_due", count=len(waiting)))


def queue(page: Page) -> pd.DataFrame | None:
    """Return the tickets that wait; None where the exports do not tell."""
    try:
        return data.queue(page.source, page.now, page.choices.where)
    except Refused:
        return None


def judged_batches(page: Page) -> SpikeReport | None:
    """Return the judged batches; None where the exports do not tell enough, or where judging them takes longer."""
    try:
        return data.spikes(page.source, page.choices.family)
    except Refused:
        return None


@st.fragment(run_every="2s")
def _wait_for_the_judge(page: Page) -> None:
    """Draw the page again as soon as the batches have been judged; under an open dialog, these alone."""
    if not data.is_judged(page.source, page.choices.family):
        st.html(title(page.text("today.batches")))
        st.html(state(page.text("today.judging"), page.text("today.judging_body"), "waiting"))
    elif may_be_open():
        batches_today(page, judged_batches(page))
    else:
        st.rerun()


def _off_the_shelf(page: Page, report: SpikeReport | None) -> Sequence[judged.Row]:
    if report is None:
        return []
    shown = within(report.batches, page)
    return shown[shown["advice"] == "delist"].head(1).to_dict("records")


def _batch(page: Page, row: judged.Row) -> list[Entry]:
    text = page.text
    product = row["sku_id"] if judged.absent(row["product_name"]) else row["product_name"]
    times: Entry = Quiet("–")
    if not judged.absent(row["relative_rate"]):
        times = Stacked(f"{row['relative_rate']:.1f}", f"{row['low']:.1f}–{row['high']:.1f}")
    return [
        Level(row["level"], judged.level(row, text)),
        Stacked(product, row["batch_id"]),
        Stacked(judged.units(row["observed"]), f"/ {judged.due(row['expected'])}"),
        times,
        judged.units(row["units_in_stock"]),
        say(Finding(f"spikes.{row['advice']}_short"), text.language),
    ]


def _ticket(page: Page, row: judged.Row) -> list[Entry]:
    language = page.text.language
    known = [row[name] for name in ("product_name", "sku_id") if not judged.absent(row[name])]
    left = Quiet("–") if judged.absent(row["deadline"]) else say(remaining(row["hours_left"]), language)
    share = 0.0 if row["late"] or judged.absent(row["deadline"]) else min(row["hours_left"] / row["policy_hours"], 1.0)
    case = f"{value_label('type', row['type'], language)} · {value_label('reason', row['reason'], language)}"
    amount = "–" if judged.absent(row["amount"]) else format_value(row["amount"], "yuan", language)
    return [left, Bar(share), Stacked(str(known[0]) if known else "–", case), amount]
