"""Two dimensions of an answer against each other: each cell the darker, the larger its number."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import controls, wording
from dashboard.asking import plain
from dashboard.charts.shaded import shaded
from dashboard.explored.answer import Answer, state_words
from dashboard.page import Page
from dashboard.views.explore_parts import alt, limit, note
from metrics import DIMENSIONS
from metrics.question import Value
from metrics.words import value_label

MOST_CELLS = (30, 12)
"""Rows and columns that are in sight at once."""


def shaded_cells(page: Page, answer: Answer) -> None:
    """Draw the largest rows and columns; a click on a cell limits the page to it, on a row's name to the row."""
    text, language = page.text, page.text.language
    down, across = answer.question.by
    rows = answer.frame.to_dict("records")
    at = [(plain(row[down]), plain(row[across])) for row in rows]
    size = pd.Series([float(row["n"]) for row in rows])
    ups, overs = (_largest([key[place] for key in at], size)[: MOST_CELLS[place]] for place in (0, 1))
    words = [
        wording.value(row["value"], answer.metric, text)
        if pd.notna(row["value"])
        else state_words(answer, row, text, whole=True)
        for row in rows
    ]
    cells = {key: (float(row["value"]), word) for key, row, word in zip(at, rows, words, strict=True)}
    labels = [
        [value_label(name, value, language) for value in values] for name, values in ((down, ups), (across, overs))
    ]
    grid = [[cells.get((up, over), (float("nan"), "")) for over in overs] for up in ups]
    numbers, said = (
        pd.DataFrame([[one[place] for one in row] for row in grid], index=labels[0], columns=labels[1])
        for place in (0, 1)
    )
    said.index.name = DIMENSIONS[down].label(language)

    def only_cell() -> None:
        picked = controls.picked("cells", "cells")
        if picked:
            place, column = picked[0]
            over = (overs[labels[1].index(column)],) if column in labels[1] else ()
            limit(answer, (ups[place], *over))

    st.dataframe(
        shaded(numbers, said, page.colours), row_height=36, height="content", key="cells",
        on_select=only_cell, selection_mode="single-cell", alt=alt(answer, text),
        column_config={name: st.column_config.Column(alignment="right") for name in labels[1]},
    )  # fmt: skip
    if len({key[0] for key in at}) > len(ups) or len({key[1] for key in at}) > len(overs):
        note(text("explore.most_cells", down=len(ups), across=len(overs)))


def _largest(keys: list[Value], size: pd.Series) -> list[Value]:
    """Return the values of one dimension, the one with the most events first."""
    sums: dict[Value, float] = {}
    for key, n in zip(keys, size, strict=True):
        sums[key] = sums.get(key, 0.0) + float(n)
    return sorted(sums, key=lambda key: -sums[key])
