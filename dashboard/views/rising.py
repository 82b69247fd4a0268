"""The reasons that rose most since the week before."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import controls, data, reasons, wording
from dashboard.components.state import state
from dashboard.components.table import Column, Entry, Quiet, Rate, table
from dashboard.components.title import title
from dashboard.decision import decision_button
from dashboard.headline import cell
from dashboard.page import Page
from metrics.words import Refused, value_label

SHOWN = 5


def rising(page: Page) -> None:
    """Draw the panel: the reasons by how far their share rose, and in ink only what chance does not explain."""
    text = page.text
    week = page.choices.week or page.source.last_full_week
    try:
        pairs, frame = (
            data.compare(page.source, reasons.of_week("reason_share", by, page.choices.where, week), "before")
            for by in (reasons.PAIR, ("reason",))
        )
    except Refused:
        pairs = frame = pd.DataFrame()
    known = frame[frame["value"].notna()] if "value" in frame else frame
    if known.empty:
        st.html(title(text("rising.title")))
        st.html(state(text("rising.none"), text("rising.none_body")))
        return
    st.html(title(reasons.finding(known, pairs, text), text("rising.rests_on", week=text.week(week))))
    columns = (
        Column(text("reasons.reason")),
        Column(text("reasons.share_count"), align="right"),
        Column(text("reasons.change"), align="right"),
    )
    up = known.sort_values("change", ascending=False, na_position="last", kind="stable").head(SHOWN)
    st.html(table(columns, [_row(page, row) for _, row in up.iterrows()], caption=text("rising.title")))
    with st.container(key="foot-rising", horizontal=True, vertical_alignment="center"):
        controls.way(page, "reasons", text("rising.all"))
        first = reasons.code(up["reason"].iloc[0])
        if first is not None:
            decision_button(page, "reason", first, "rising")


def _row(page: Page, row: pd.Series) -> list[Entry]:
    text, here = page.text, cell(row)
    share = wording.value(here.value, reasons.SHARE, text)
    hint = wording.interval(here.low, here.high, reasons.SHARE, text) if here.has_interval else ""
    count: Entry = Rate(share, wording.count(here.numerator, text), hint) if here.known else Quiet(share)
    return [value_label("reason", row["reason"], text.language), count, reasons.change(row.to_dict(), text)]
