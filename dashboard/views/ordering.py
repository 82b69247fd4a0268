"""By what the queue stands: the switch, and behind the ⓘ how value is counted and whether its risks come true."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import get_args

import pandas as pd
import streamlit as st

from dashboard import controls, data
from dashboard.choices import Order
from dashboard.components.table import Column, Entry, Rate, table
from dashboard.page import Page
from metrics.response import STAKES
from metrics.words import format_value

PARTS = ("first", "then", "rest", "loss", "told")


def ordering(page: Page, beside: str) -> None:
    """Draw the switch between the two orders, the way to what the first of them means, and a note beside them."""
    text = page.text
    with st.container(horizontal=True, key="ordering", vertical_alignment="center"):
        controls.switch(
            "order",
            get_args(Order),
            page.choices.order,
            label=text("order.label"),
            shown=lambda order: text(f"order.{order}"),
            default="value",
        )
        if st.button(text("order.how"), type="tertiary", key="order-how"):
            st.dialog(text("order.title"), width="medium", position="right")(lambda: _explained(page))()
        if beside:
            st.html(f'<div class="as-note">{escape(beside)}</div>', width="content")


def _explained(page: Page) -> None:
    text, language = page.text, page.text.language
    stakes = {
        "dispute": format_value(STAKES.dispute, "yuan", language),
        "review": format_value(STAKES.bad_review, "yuan", language),
        "margin": format_value(STAKES.margin_rate, "share", language),
    }
    items = "".join(f"<li>{escape(text(f'order.{part}', **stakes))}</li>" for part in PARTS)
    st.html(f'<ol class="as-order">{items}</ol>')
    tried = data.calibration(page.source, page.now)
    if tried.empty:
        st.html(f'<div class="as-note">{escape(text("order.untried"))}</div>')
        return
    st.html(f"<h3>{escape(text('order.tried'))}</h3>")
    columns = [Column(text(f"order.col_{name}"), align="right") for name in ("tickets", "predicted", "observed")]
    st.html(table(columns, _tried(tried, page), caption=text("order.tried")))


def _tried(tried: pd.DataFrame, page: Page) -> Sequence[Sequence[Entry]]:
    language = page.text.language

    def share(value: float) -> str:
        return format_value(value, "share", language)

    return [
        [
            f"{row['tickets']:,}",
            share(row["predicted"]),
            Rate(share(row["observed"]), f"{share(row['low'])}–{share(row['high'])}"),
        ]
        for row in tried.to_dict("records")
    ]
