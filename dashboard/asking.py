"""The question of the explore page: read from the address, put back into it whole, and cut down to one of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.choices import Against, Choices
from dashboard.controls import Address
from dashboard.explored.periods import end_of
from dashboard.headline import reading_for
from metrics import CATALOG, Question
from metrics.question import Grain, Value

FIRST_METRIC = "refund_rate"
FIRST_READING = "same_age"
FIRST_WEEKS = 26
# The week that was chosen on another page ends what is shown at first; a question of one's own has its own days.
OWN = ("metric", "by", "grain", "reading", "age", "start", "stop", "rolling", "against", "week")
FINER: Mapping[Grain, Grain | None] = {
    "year": "month", "quarter": "month", "month": "week", "week": "day", "day": None,
}  # fmt: skip
"""By what a period is split when it is opened."""


def asked(choices: Choices, last_full_week: date) -> Question:
    """Return the question of an address: word for word where it names a metric, else the one that the page opens with.

    Word for word, so that `metrics.from_url` answers the same link with the same frame.
    """
    if choices.metric is not None:
        return Question(
            choices.metric, choices.by, choices.grain, choices.where, choices.reading, choices.age, choices.start,
            choices.stop, choices.rolling,
        )  # fmt: skip
    last = choices.week or last_full_week
    return Question(
        FIRST_METRIC,
        grain="week",
        where=choices.where,
        reading=reading_for(CATALOG[FIRST_METRIC], choices.reading or FIRST_READING),
        start=last - timedelta(weeks=FIRST_WEEKS - 1),
        stop=last + timedelta(weeks=1) if choices.week else None,
    )


def address_of(question: Question, against: Against) -> Address:
    """Return what an address holds of a question: metric and reading always, so that no default can change it."""
    pairs: Address = parse_qs(replace(question, reading=question.reading_asked).to_query_string())
    return pairs if against == "none" else {**pairs, "against": [against]}


def put(question: Question, against: Against) -> None:
    """Ask a question: put it whole into the address, in place of the one that stands there."""
    kept = {
        name: st.query_params.get_all(name)
        for name in st.query_params
        if name not in OWN and not name.startswith("where.")
    }
    st.query_params.from_dict({**kept, **address_of(question, against)})


def plain(value: Any) -> Value:
    """Return a value of a dimension as a question takes it, from how a frame has it."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return None if pd.isna(value) else str(value)


def of_row(question: Question, row: Mapping[Any, Any], as_of: date) -> Question:
    """Return the question whose one number is that of a row of the answer: its group in its period."""
    limits = {name: (plain(row[name]),) for name in question.by}
    one = replace(question, by=(), grain=None, where={**question.where, **limits})
    if question.grain is None:
        return one
    start = pd.Timestamp(row["period"]).date()
    stop = end_of(start, question.grain)
    if question.rolling:
        stop = min(stop, question.stop or stop, as_of + timedelta(days=1))
        return replace(one, rolling=None, start=stop - timedelta(days=question.rolling), stop=stop)
    return replace(one, start=max(start, question.start or start), stop=min(stop, question.stop or stop))


def groups(frame: pd.DataFrame, by: Sequence[str]) -> list[tuple[tuple[Value, ...], pd.DataFrame]]:
    """Return the groups of an answer by period, the one with the most events first."""
    keyed = [tuple(plain(row[name]) for name in by) for row in frame.to_dict("records")]
    found: dict[tuple[Value, ...], list[int]] = {}
    for place, key in enumerate(keyed):
        found.setdefault(key, []).append(place)
    split = [(key, frame.iloc[places]) for key, places in found.items()]
    return sorted(split, key=lambda group: -float(group[1]["n"].sum()))
