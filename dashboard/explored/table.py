"""The table of an answer, in words and in numbers that can be sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard import wording
from dashboard.explored.answer import Answer, period_name, state_words
from dashboard.explored.periods import settled
from dashboard.headline import cell
from dashboard.text import Text
from metrics import DIMENSIONS
from metrics.catalog import Metric
from metrics.words import format_change, value_label


def table_of(answer: Answer, text: Text) -> pd.DataFrame:
    """Return the table of an answer: what it is split by, the number, what it rests on, and what its status means.

    The number and the one before stay numbers, so that a column can be sorted; all else is words.
    """
    question, metric, frame = answer.question, answer.metric, answer.frame
    rows = frame.to_dict("records")
    whole = settled(frame, question, answer.as_of).tolist()
    columns: dict[str, Sequence[Any]] = {}
    if question.grain:
        form = {"week": "%Y-%m-%d", "day": "%Y-%m-%d", "month": "%Y-%m"}.get(question.grain)
        starts = [
            f"{row['period']:{form}}"
            if form
            else period_name(question, row["period"], text)
            if not pd.isna(row["period"])
            else ""
            for row in rows
        ]
        columns[text(f"explore.column_{question.grain}")] = starts
    for name in question.by:
        columns[DIMENSIONS[name].label(text.language)] = [value_label(name, row[name], text.language) for row in rows]
    columns[metric.label(text.language)] = frame["value"].tolist()
    if answer.against != "none":
        columns[text(f"explore.{answer.against}")] = frame["before"].tolist()
        judged = frame["change_low"].notna().any()  # of a total or a median nothing can be said of chance
        columns[text("explore.difference" if judged else "explore.size_only")] = [
            _change(row, metric, text) for row in rows
        ]
        if judged:
            columns[text("explore.verdict")] = [
                "" if pd.isna(row["change_low"]) else text(f"verdict.{row['verdict']}") for row in rows
            ]
    elif frame["low"].notna().any():
        columns[text("drawer.interval")] = [
            "" if pd.isna(row["low"]) else wording.interval(row["low"], row["high"], metric, text) for row in rows
        ]
    if answer.against == "none" and frame["projected"].notna().any():
        columns[text("explore.projected")] = [
            "" if pd.isna(row["projected"]) else wording.value(row["projected"], metric, text) for row in rows
        ]
    columns[text("explore.fraction")] = [
        "" if row["status"] == "not_available" else wording.fraction(cell(pd.Series(row)), text) for row in rows
    ]
    columns[text("drawer.status")] = [
        state_words(answer, row, text, whole=told) for row, told in zip(rows, whole, strict=True)
    ]
    return pd.DataFrame(columns)


def _change(row: Mapping[Any, Any], metric: Metric, text: Text) -> str:
    """Return a change and its interval, with the unit said once."""
    if pd.isna(row["change"]):
        return ""
    size, low, high = (
        format_change(row[name], metric.unit, text.language) for name in ("change", "change_low", "change_high")
    )
    if pd.isna(row["change_low"]):
        return size
    unit = size.lstrip("+-±¥,.0123456789")
    return text("explore.with_interval", size=size, low=low.removesuffix(unit), high=high.removesuffix(unit))
