"""The one filter bar: shop, time, category, reading; and every limit as a chip that one click lifts."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard import controls, data
from dashboard.page import Page
from metrics import DIMENSIONS
from metrics.catalog import ReadingName
from metrics.words import value_label


def filter_bar(
    page: Page,
    *,
    week: bool = True,
    reading: bool = True,
    category: bool = True,
    asked: controls.Address | None = None,
) -> None:
    """Draw the bar; a view leaves out what its numbers do not have, and says what its link is to hold besides."""
    with st.container(horizontal=True, key="filters", vertical_alignment="center"):
        _limit(page, "shop", at_least=2)
        if week:
            _week(page)
        if category:
            _limit(page, "category", at_least=1)
        if reading:
            _reading(page)
        controls.share(page.choices, page.text, asked)
    _chips(page, week=week)


def _limit(page: Page, dimension: str, *, at_least: int) -> None:
    options = data.values(page.source, dimension)
    chosen = page.choices.where.get(dimension, ())
    if len(options) < at_least or len(chosen) > 1:
        return
    current = chosen[0] if chosen and isinstance(chosen[0], str) else ""
    text = page.text
    controls.choose(
        f"where.{dimension}",
        ["", *options],
        current,
        label=text(f"filter.{dimension}"),
        shown=lambda value: value or text(f"filter.all_{dimension}"),
    )


def _week(page: Page) -> None:
    text, chosen = page.text, page.choices.week
    weeks = [monday.isoformat() for monday in controls.recent_weeks(page.source.last_full_week)]
    if chosen and chosen.isoformat() not in weeks:
        weeks.append(chosen.isoformat())
    controls.choose(
        "week",
        ["", *weeks],
        chosen.isoformat() if chosen else "",
        label=text("filter.week"),
        shown=lambda week: text.week(date.fromisoformat(week)) if week else text("filter.latest"),
    )


def _reading(page: Page) -> None:
    text = page.text
    default: ReadingName = controls.SHOWN_READINGS[0]
    controls.choose(
        "reading",
        controls.SHOWN_READINGS,
        page.choices.reading or default,
        label=text("filter.reading"),
        shown=lambda reading: text(f"reading.{reading}"),
        default=default,
    )


def _chips(page: Page, *, week: bool) -> None:
    """Draw what the page is limited to, the week too where it counts; one click lifts each, and one lifts all."""
    text, language, choices = page.text, page.text.language, page.choices
    limits = {
        f"where.{dimension}": (
            DIMENSIONS[dimension].label(language),
            text("state.list").join(value_label(dimension, value, language) for value in values),
        )
        for dimension, values in choices.where.items()
    }
    if week and choices.week:
        limits["week"] = (text("filter.week"), text.week(choices.week))
    # Drawn without limits too, so that what stands below keeps its place when the first is set.
    with st.container(horizontal=True, key="chips", vertical_alignment="center"):
        if not limits:
            return
        st.html(f'<span class="as-quiet">{text("filter.limited")}</span>', width="content")
        for name, (label, value) in limits.items():
            st.button(
                f"{label} · {value}",
                key=f"chip-{name}",
                icon=":material/close:",
                icon_position="right",
                help=text("filter.release", limit=label),
                on_click=controls.clear,
                args=(name,),
            )
        if len(limits) > 1:
            st.button(
                text("filter.release_all"), key="chip-all", type="tertiary", on_click=controls.clear, args=tuple(limits)
            )
