"""Groups side by side in bars with whiskers; a click on a row, or Enter on it, names its group."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard.components.table import Bar, Column, Entry, table


@dataclass(frozen=True)
class Axis:
    """Where the bars begin and how far they reach, so that rows that are compared are drawn alike."""

    start: float
    stop: float

    @staticmethod
    def of(frame: pd.DataFrame, start: float = 0.0) -> Axis:
        """Return the axis of a frame of `query`: to the longest bar and its whisker, unless that would squash all."""
        values, highs = frame["value"].dropna(), frame["high"].dropna()
        longest = float(values.max()) - start if len(values) else 1.0
        reach = float(highs.max()) - start if len(highs) else longest
        return Axis(start, start + max(min(reach, 1.6 * longest), longest, 1e-12))

    def bar(self, value: float, low: float, high: float, *, first: bool = False) -> Bar | str:
        """Return the bar of a number with its interval; nothing where there is no number."""
        if math.isnan(value):
            return ""
        whisker = None if math.isnan(low) or math.isnan(high) else (self._at(low), self._at(high))
        return Bar(self._at(value), whisker, first)

    def _at(self, value: float) -> float:
        return min(max((value - self.start) / (self.stop - self.start), 0.0), 1.0)


def ranked(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Entry]],
    *,
    key: str,
    caption: str,
    names: Sequence[str],
    chosen: int | None,
    pick: Callable[[int], None],
) -> None:
    """Draw the table; a click on a row calls `pick` with its place.

    Over each row lies a button that says its name to whoever hears the page: cells of a table answer to no key.
    """
    with st.container(key=f"ranked-{key}", gap=None):
        st.html(table(columns, rows, caption=caption, chosen=chosen))
        with st.container(key=f"rows-{key}", gap=None):
            for place, name in enumerate(names):
                st.button(
                    name, key=f"row-{key}-{place}", type="tertiary", width="stretch", on_click=pick, args=(place,)
                )
