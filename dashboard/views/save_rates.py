"""What was offered for each reason, and how often the customer then kept the goods."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from dashboard import data, reasons, wording
from dashboard.absent import absent
from dashboard.components.table import Column, Entry, Quiet, Rate, table
from dashboard.components.title import title
from dashboard.headline import cell
from dashboard.page import Page
from metrics import CATALOG
from metrics.words import value_label

WEEKS = 13
SHOWN = 10
METRIC = CATALOG["compensation_save_rate"]
OFFERED = ("reason", "kind")


def save_rates(page: Page, week: date) -> None:
    """Draw the panel."""
    text, where = page.text, page.choices.where
    whole = data.ask(page.source, reasons.of_week(METRIC.name, (), where, week, weeks=WEEKS))
    if not cell(whole.iloc[0]).known:
        st.html(title(METRIC.label(text.language)))
        st.html(absent(page, METRIC, whole))
        return
    rates = data.ask(page.source, reasons.of_week(METRIC.name, OFFERED, where, week, weeks=WEEKS))
    start, stop = week - timedelta(weeks=WEEKS - 1), week + timedelta(days=6)
    rests_on = text("reasons.saved_rests_on", start=f"{start:%m-%d}", stop=f"{stop:%m-%d}", count=WEEKS)
    st.html(title(reasons.save_finding(rates, whole.iloc[0], text), rests_on))
    rows: list[list[Entry]] = []
    for _, row in rates.sort_values("n", ascending=False, kind="stable").head(SHOWN).iterrows():
        here = cell(row)
        fraction = wording.fraction(here, text)
        interval = wording.interval(here.low, here.high, METRIC, text) if here.has_interval else ""
        rows.append(
            [
                *(value_label(name, row[name], text.language) for name in OFFERED),
                wording.count(here.n, text),
                wording.count(here.denominator, text),
                wording.count(here.numerator, text),
                Rate(wording.value(here.value, METRIC, text), interval, fraction)
                if here.known
                else Quiet(text("state.insufficient")),
            ]
        )
    heads = ("offers", "settled", "kept_tickets", "save_rate")
    columns = [Column(text("reasons.reason")), Column(text("reasons.offer"))]
    columns += [Column(text(f"reasons.{head}"), align="right") for head in heads]
    st.html(table(columns, rows, caption=text("reasons.saved_caption")))
