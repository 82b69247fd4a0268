"""Repairs: what was promised, how long it really takes, and which day a customer can be told."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import data, judged
from dashboard.components.state import state
from dashboard.components.table import Column, Entry, Quiet, Rate, Stacked, table
from dashboard.components.title import title
from dashboard.page import Page
from metrics.words import format_value

SHOWN = 5


def repairs(page: Page) -> None:
    """Draw one row per repair shop, and under it the promises that are about to be broken."""
    text = page.text
    times = data.repair_times(page.source, page.now, page.choices.where)
    if times.empty:
        st.html(title(text("repairs.title")))
        st.html(state(text("repairs.none"), text("repairs.none_body")))
        return
    whole = times[times["repair_vendor"].isna()].iloc[0]
    st.html(title(_finding(whole, page), _rests_on(whole, page)))
    names = ("vendor", "promised", "actual", "realistic", "returned")
    columns = [Column(text(f"repairs.col_{name}"), align="left" if name == "vendor" else "right") for name in names]
    with st.container(key="repairs"):
        st.html(table(columns, [_row(row, page) for row in times.to_dict("records")], caption=text("repairs.title")))
    _slipping(page)


def _finding(whole: pd.Series, page: Page) -> str:
    text = page.text
    if whole["status"] != "ok":
        return text("repairs.young", count=int(whole["repairs"]))
    days = f"{whole['realistic_days']:.0f}"
    if judged.absent(whole["promised_days"]):
        return text("repairs.told", days=days)
    return text("repairs.finding", promised=f"{whole['promised_days']:.0f}", days=days)


def _rests_on(whole: pd.Series, page: Page) -> str:
    text = page.text
    rests = text("repairs.rests_on", count=f"{int(whole['repairs']):,}")
    if not whole["tried"]:
        return rests
    share = format_value(whole["coverage"], "share", text.language)
    return rests + text("repairs.tried", share=share, tried=f"{int(whole['tried']):,}")


def _row(row: judged.Row, page: Page) -> list[Entry]:
    text, language = page.text, page.text.language
    name = text("repairs.whole") if judged.absent(row["repair_vendor"]) else str(row["repair_vendor"])
    share = format_value(row["returned_share"], "share", language)
    return [
        name,
        _days(row["promised_days"], page),
        _days(row["actual_days"], page),
        _days(row["realistic_days"], page),
        Rate(share, f"{row['returned']}/{row['repairs']}"),
    ]


def _days(days: float, page: Page) -> Entry:
    return Quiet("–") if judged.absent(days) else page.text("repairs.days", days=f"{days:.0f}")


def _slipping(page: Page) -> None:
    """Draw the repairs whose promise has passed or will rather be missed: the customers to be called today."""
    text = page.text
    under_way = data.repairs_under_way(page.source, page.now, page.choices.where)
    slipping = under_way[under_way["slipping"]]
    if slipping.empty:
        st.html(f'<div class="as-note">{text("repairs.kept", count=len(under_way))}</div>')
        return
    st.html(f'<div class="as-note">{text("repairs.slipping", count=len(slipping), whole=len(under_way))}</div>')
    columns = [Column(text(f"repairs.col_{name}")) for name in ("product", "promise", "say")]
    rows = [_promise(row, page) for row in slipping.head(SHOWN).to_dict("records")]
    with st.container(key="slipping"):
        st.html(table(columns, rows, caption=text("repairs.slipping_list"), tall=True))


def _promise(row: judged.Row, page: Page) -> list[Entry]:
    text = page.text
    product = row["sku_id"] if judged.absent(row["product_name"]) else row["product_name"]
    vendor = text("repairs.nowhere") if judged.absent(row["repair_vendor"]) else str(row["repair_vendor"])
    told: Entry = Quiet(text("repairs.no_day"))
    if not judged.absent(row["realistic_on"]):
        told = f"{row['realistic_on']:%m-%d}"
    return [Stacked(str(product), f"{row['ticket_id']} · {vendor}"), f"{row['promised_on']:%m-%d}", told]
