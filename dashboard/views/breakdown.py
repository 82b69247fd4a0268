"""Where a number is highest: one metric by one dimension, worst first, each with its interval."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import controls, data, wording
from dashboard.components.ranked import ranked as rows_shown
from dashboard.components.state import state
from dashboard.components.table import Bar, Column, Entry, Quiet, Rate
from dashboard.components.title import title
from dashboard.headline import Headline, cell
from dashboard.page import Page
from dashboard.text import Text
from metrics import DIMENSIONS, Question
from metrics.catalog import Metric
from metrics.compare import compare
from metrics.question import Value
from metrics.words import value_label

WEEKS = 13  # one week by province is a handful of lines each
SHOWN, SHOWN_ALONE = 5, 12  # rows: beside a trend and the reasons, and where there is no trend
DIMENSIONS_OFFERED = (
    "province", "category", "product_name", "sku_id", "channel", "fulfilment", "warehouse", "courier", "tier",
    "insured", "supplier", "handler", "shop",
)  # fmt: skip


def dimensions(page: Page, line: Headline) -> list[str]:
    """Return the dimensions by which a headline can be split."""
    fact = line.metric.readings[line.reading].fact
    return data.known_dimensions(page.source, fact, DIMENSIONS_OFFERED)


def breakdown(page: Page, line: Headline, by: str | None) -> None:
    """Draw the panel of the chosen metric by the chosen dimension."""
    text, metric = page.text, line.metric
    if by is None:
        st.html(title(metric.label(text.language)))
        st.html(state(text("breakdown.none")))
        return
    frame = data.ask(page.source, _question(page, line, by))
    known = frame[frame["value"].notna()]
    if known.empty:
        dimension = DIMENSIONS[by].label(text.language)
        st.html(title(text("breakdown.plain", metric=metric.label(text.language), dimension=dimension)))
        st.html(state(text("breakdown.none")))
        return
    ranked = _ranked(frame, metric)
    entire = data.ask(page.source, _question(page, line, None))
    apart = _is_apart(ranked, entire, metric)
    st.html(title(_finding(ranked, metric, by, text, apart), _rests_on(line, text)))
    few = SHOWN if line.week else SHOWN_ALONE
    shown = ranked if page.choices.rows == "all" else ranked.head(few)
    _bars(page, shown, ranked, metric, by, apart)
    if len(ranked) > few:
        everything = page.choices.rows == "all"
        words = text("filter.fewer_rows", count=few) if everything else text("filter.all_rows", count=len(ranked))
        st.button(
            words, type="tertiary", key="rows", on_click=controls.write, args=("rows", "" if everything else "all")
        )


def _question(page: Page, line: Headline, by: str | None) -> Question:
    start = line.week - timedelta(weeks=WEEKS - 1) if line.week else None
    stop = line.week + timedelta(weeks=1) if line.week else None
    return Question(
        line.metric.name,
        by=(by,) if by else (),
        # A bar that was clicked stays among the others, so the dimension that is compared is never limited.
        where={name: values for name, values in page.choices.where.items() if name != by},
        reading=line.reading,
        age=controls.SAME_AGE,
        start=start,
        stop=stop,
    )


def _ranked(frame: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    """Return the rows worst first, and those without a number after them, the largest first."""
    lowest_first = metric.good == "up"
    numbered = frame[frame["value"].notna()].sort_values("value", ascending=lowest_first, kind="stable")
    without = frame[frame["value"].isna()].sort_values("n", ascending=False, kind="stable")
    return pd.concat([numbered, without], ignore_index=True)


def _is_apart(ranked: pd.DataFrame, entire: pd.DataFrame, metric: Metric) -> bool | None:
    """Whether the worst differs from the whole by more than chance; None where nothing can be said of chance."""
    worst, whole = cell(ranked.iloc[0]), cell(entire.iloc[0])
    if not (worst.has_interval and whole.has_interval):
        return None
    return compare(worst, whole, metric.good).verdict != "unclear"


def _finding(ranked: pd.DataFrame, metric: Metric, by: str, text: Text, apart: bool | None) -> str:
    """Return the title: who is worst, but only where the interval sets it apart from the whole."""
    label, dimension = metric.label(text.language), DIMENSIONS[by].label(text.language)
    if not apart:
        key = "breakdown.plain" if apart is None else "breakdown.calm"
        return text(key, metric=label, dimension=dimension)
    key = "breakdown.lowest" if metric.good == "up" else "breakdown.first"
    name = value_label(by, ranked[by].iloc[0], text.language)
    return text(key, metric=label, name=name, value=wording.value(float(ranked["value"].iloc[0]), metric, text))


def _rests_on(line: Headline, text: Text) -> str:
    if line.week is None:
        return text("breakdown.note", period=text("tile.whole_file"))
    start, stop = line.week - timedelta(weeks=WEEKS - 1), line.week + timedelta(days=6)
    period = text(
        "breakdown.weeks",
        reading=text(f"reading.{line.reading}"),
        start=f"{start:%m-%d}",
        stop=f"{stop:%m-%d}",
        count=WEEKS,
    )
    return text("breakdown.note", period=period) if line.now.has_interval else period


def _bars(page: Page, shown: pd.DataFrame, ranked: pd.DataFrame, metric: Metric, by: str, apart: bool | None) -> None:
    """Draw the table; a click on a row limits the page to it, and one on the row that is chosen lifts the limit."""
    text, scale = page.text, _scale(ranked)
    columns = (
        Column(DIMENSIONS[by].label(text.language)),
        Column(""),
        Column(metric.label(text.language), align="right"),
    )
    rows: list[list[Entry]] = []
    for place, (_, row) in enumerate(shown.iterrows()):
        here = cell(row)
        name = value_label(by, row[by], text.language)
        if not here.known:
            head, body = wording.absence(here, metric, text, ready=None, present=frozenset())
            words = head if here.status == "not_available" else f"{head} · {body}"
            rows.append([name, "", Quiet(words)])
            continue
        whisker = (min(here.low / scale, 1.0), min(here.high / scale, 1.0)) if here.has_interval else None
        hint = wording.interval(here.low, here.high, metric, text) if here.has_interval else ""
        bar = Bar(max(here.value, 0.0) / scale, whisker, first=place == 0 and bool(apart))
        rows.append([name, bar, Rate(wording.value(here.value, metric, text), wording.fraction(here, text), hint)])
    values = [_as_value(value) for value in shown[by]]
    limits = page.choices.where.get(by, ())
    rows_shown(
        columns,
        rows,
        key="breakdown",
        caption=text("breakdown.plain", metric=metric.label(text.language), dimension=columns[0].head),
        names=[text("breakdown.only", name=value_label(by, value, text.language)) for value in values],
        chosen=values.index(limits[0]) if len(limits) == 1 and limits[0] in values else None,
        pick=lambda place: controls.toggle(by, values[place]),
    )


def _as_value(value: object) -> Value:
    """Return a cell of a frame as the value that a limit holds."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]  # a cell, never a column
        return None
    return bool(value) if isinstance(value, bool | np.bool_) else str(value)


def _scale(ranked: pd.DataFrame) -> float:
    """Return the length of the axis: the longest bar and its whisker, unless one wide whisker would squash all."""
    longest = float(ranked["value"].max())
    whisker = float(ranked["high"].max()) if ranked["high"].notna().any() else longest
    return max(min(whisker, 1.4 * longest), longest, 1e-12)
