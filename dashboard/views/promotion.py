"""What the last or the next big promotion brings, day by day: how many have to be on duty, and when."""

from __future__ import annotations

import math
from datetime import date
from html import escape

import pandas as pd
import streamlit as st

from dashboard import controls, data, judged, response
from dashboard.charts.promotion_days import Names, promotion_days
from dashboard.components.title import title
from dashboard.decision import decision_button
from dashboard.page import Page
from metrics.response import busiest, dated, held, nearest, promotions
from metrics.words import say

HEIGHT, HEIGHT_IN_MEETING = 250, 340


def promotion(page: Page) -> None:
    """Draw the days of a promotion; where nothing can be told of it, one quiet line that says why."""
    text = page.text
    today = page.source.as_of.date()
    day = page.choices.promotion or nearest(today)
    days = data.promotion(page.source, day)
    found = say(busiest(days), text.language)
    if not (days["status"] == "ok").any():
        st.html(f'<div class="as-note">{escape(found)}</div>')
        _pick(page, day)
        return
    st.html(title(found, _rests_on(page, days)))
    _pick(page, day)
    names = Names(*(text(f"promotion.{name}") for name in ("expected", "came", "then", "usual")))
    figure = promotion_days(
        days,
        page.colours,
        hover=[_hover(row, page) for row in days.to_dict("records")],
        names=names,
        height=HEIGHT_IN_MEETING if page.choices.meeting else HEIGHT,
    )
    st.plotly_chart(
        page.drawn(figure),
        theme=None,
        key="promotion-days",
        config={"displayModeBar": False},
        alt=text("promotion.alt"),
    )
    if not page.choices.meeting:
        decision_button(page, *response.ABOUT, "promotion")


def _pick(page: Page, chosen: date) -> None:
    """Draw the switch between the promotions: the last of each, the next of all, and that of the address."""
    if page.choices.meeting:
        return
    today = page.source.as_of.date()
    controls.switch(
        "promotion",
        [day.isoformat() for day in sorted({*promotions(today), chosen})],
        chosen.isoformat(),
        label=page.text("promotion.label"),
        shown=lambda day: say(dated(date.fromisoformat(day)), page.text.language),
        default=nearest(today).isoformat(),
    )


def _rests_on(page: Page, days: pd.DataFrame) -> str:
    text, so_far = page.text, held(days)
    parts = [
        text("promotion.rests_on", then=f"{days['day_then'].iloc[0]:%Y-%m-%d}", usual=f"{days['usual'].iloc[0]:,.0f}")
    ]
    parts += [say(so_far, text.language)] if so_far else []
    parts += [text("promotion.whole")] if page.choices.where else []
    return " · ".join(parts)


def _hover(row: judged.Row, page: Page) -> str:
    """Return a day in a sentence: what was expected, and what is known of it."""
    text = page.text
    parts = [text("promotion.on", day=f"{row['day']:%m-%d}", offset=row["offset"])]
    if row["status"] == "ok":
        low, high = f"{math.floor(row['low']):,}", f"{math.ceil(row['high']):,}"
        parts.append(text("promotion.told", expected=f"{row['expected']:,.0f}", low=low, high=high))
    counts = {name: row[f"tickets_{name}"] for name in ("now", "then")}
    parts += [text(f"promotion.told_{name}", count=f"{n:,.0f}") for name, n in counts.items() if not judged.absent(n)]
    return " · ".join(parts)
