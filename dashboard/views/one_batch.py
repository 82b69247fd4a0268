"""One batch in full: how far from normal, what to do, since when, why, and whether it is the batch at all."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import judged
from dashboard.charts.batch_course import batch_course
from dashboard.charts.batch_reasons import batch_reasons
from dashboard.components.advice import advice
from dashboard.components.table import Column, Entry, Quiet, Rate, table
from dashboard.components.title import title
from dashboard.decision import decision_button, decisions_about
from dashboard.evidence import evidence_button
from dashboard.page import Page
from dashboard.verdicts import verdict_buttons, verdict_line
from dashboard.views.batch_words import batch_words
from metrics import DIMENSIONS
from metrics.batches.report import SpikeReport
from metrics.words import Finding, say

SUSPECTS_SHOWN = 2  # of each dimension: those that the largest part of the excess went through


def one_batch(page: Page, report: SpikeReport, row: judged.Row) -> None:
    """Draw the panel of one row of the report."""
    text = page.text
    batch = (row["batch_id"], row["sku_id"], row["shop"])
    st.html(title(judged.finding(row, text), judged.rests_on(row, report, text)))
    _advice(page, report, row)
    _acts(page, report, row)
    course = report.course(*batch)
    if course.empty or judged.absent(row["expected"]):
        return
    figure = batch_course(
        course,
        page.colours,
        hover=judged.course_hover(course, text),
        flagged_on=None if judged.absent(row["first_flagged_on"]) else row["first_flagged_on"].date(),
        **judged.course_labels(row, text),
        height=210 if page.choices.meeting else 300,
    )
    st.plotly_chart(
        page.drawn(figure),
        theme=None,
        key="course",
        config={"displayModeBar": False},
        alt=text("batches.course_alt"),
    )
    reasons, suspects = st.columns([1, 1], gap="medium")
    with reasons:
        _reasons(page, judged.shown_reasons(report.reasons(*batch), text))
    if row["level"] in judged.STANDING_OUT:
        with suspects:
            st.html(title(judged.suspects_finding(row, text), text("batches.suspects_rests_on")))
            st.html(_suspects(report.suspects(*batch), row, page))
    if row["observed"] > 0:
        batch_words(page, report, row)


def _advice(page: Page, report: SpikeReport, row: judged.Row) -> None:
    """Draw what to do and why, and the SKU to take along to the back office."""
    text = page.text
    given = report.advice(row["batch_id"], row["sku_id"], row["shop"])
    with st.container(horizontal=True, key="advice", vertical_alignment="center"):
        if given.action != "none":
            action = say(Finding(f"spikes.{given.action}_short"), text.language)
            st.html(advice(action, say(given.reason, text.language), today=given.action == "delist"))
        with st.container(key="sku", horizontal=True, vertical_alignment="center"):
            st.html(f'<span class="as-quiet">{text("batches.sku")}</span>')
            st.code(row["sku_id"], language=None, width="content")


def _acts(page: Page, report: SpikeReport, row: judged.Row) -> None:
    """Draw what can be done about the batch, and what was found out and decided about it already."""
    subject = "/".join((row["shop"], row["sku_id"], row["batch_id"]))  # the same however many shops there will be
    with st.container(horizontal=True, key="acts", vertical_alignment="center"):
        if row["level"] in judged.STANDING_OUT:
            verdict_buttons(page, report, row)
        decision_button(page, "batch", subject, "batch", judged.name(row))
        if not judged.absent(row["expected"]):
            evidence_button(page, report, row)
    verdict_line(page, report, row)
    decisions_about(page, "batch", subject, "batch")


def _reasons(page: Page, reasons: pd.DataFrame) -> None:
    text = page.text
    st.html(title(judged.reasons_finding(reasons, text), text("batches.reasons_rests_on")))
    if len(reasons):
        figure = batch_reasons(
            reasons,
            page.colours,
            shown=judged.reason_numbers(reasons, text),
            own_label=text("batches.own"),
            others_label=text("batches.others"),
        )
        st.plotly_chart(
            page.drawn(figure),
            theme=None,
            key="reasons",
            config={"displayModeBar": False},
            alt=text("batches.reasons_alt"),
        )


def _suspects(found: pd.DataFrame, row: judged.Row, page: Page) -> str:
    text = page.text
    inside = found[found["scope"] == "batch"]
    excess = (inside["observed"] - inside["expected"]).where(inside["value"] != row["suspect"], float("inf"))
    ranked = inside.assign(excess=excess).sort_values("excess", ascending=False, kind="stable")
    outside = found[found["scope"] == "others"].set_index(["dimension", "value"])
    rows: list[list[Entry]] = []
    # The dimension of the suspect leads, and its own row is marked.
    for dimension in sorted(inside["dimension"].unique(), key=lambda found: found != row["suspect_dimension"]):
        for here in ranked[ranked["dimension"] == dimension].head(SUSPECTS_SHOWN).to_dict("records"):
            key = (here["dimension"], here["value"])
            there: Entry = _rate(outside.loc[key].to_dict(), page) if key in outside.index else Quiet("–")
            name = f"{DIMENSIONS[dimension].label(text.language)} {here['value']}"
            rows.append([name, _rate(here, page), there])
    columns = (
        Column(text("batches.where")),
        Column(text("batches.own"), align="right"),
        Column(text("batches.elsewhere"), align="right"),
    )
    marked = None if judged.absent(row["suspect"]) else 0
    return table(columns, rows, caption=text("batches.not_the_batch"), chosen=marked)


def _rate(row: judged.Row, page: Page) -> Rate:
    fraction = f"{judged.units(row['observed'])}/{judged.due(row['expected'])}"
    return Rate(f"{row['relative_rate']:.1f}", fraction, judged.times(row, page.text))
