"""What was asked and what came back, and how its groups, periods and absent numbers are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard import wording
from dashboard.choices import Against
from dashboard.explored.periods import ready_on
from dashboard.headline import Cell, cell
from dashboard.text import Text
from metrics import CATALOG, DIMENSIONS, Question
from metrics.catalog import Metric
from metrics.words import Finding, value_label


@dataclass(frozen=True)
class Answer:
    """What was asked and what came back; `whole` is the number of all groups together."""

    question: Question
    against: Against
    frame: pd.DataFrame
    whole: Cell
    as_of: date

    @property
    def metric(self) -> Metric:
        """The metric that was asked."""
        return self.question.definition


def group_name(question: Question, row: Mapping[Any, Any], text: Text) -> str:
    """Return a row's group: its values, each as the trade calls it."""
    return " · ".join(value_label(name, row[name], text.language) for name in question.by)


def period_name(question: Question, start: Any, text: Text) -> str:
    """Return a period by its first day, as short as it is plain; of a week its first and last day."""
    if pd.isna(start):
        return ""
    day = pd.Timestamp(start)
    if question.grain == "week":
        return text.week(day.date())
    return {"day": f"{day:%m-%d}", "month": f"{day:%Y-%m}", "quarter": f"{day.year} Q{day.quarter}"}.get(
        question.grain or "", f"{day.year}"
    )


def dimensions_name(question: Question, text: Text) -> str:
    """Return the dimensions of a question as they stand in a title."""
    return " × ".join(DIMENSIONS[name].label(text.language) for name in question.by)


def drawn_behind(answer: Answer) -> bool:
    """Whether the number of all groups stands as a line behind their bars: a sum would lie far beyond them."""
    bars = len(answer.question.by) == 1 and answer.question.grain is None
    return bars and answer.metric.kind not in ("total", "part") and answer.whole.known


def state_words(answer: Answer, row: Mapping[Any, Any], text: Text, *, whole: bool) -> str:
    """Return what the status of a row means for its reader: what is missing, and from when on it can be read."""
    status, grain = str(row["status"]), answer.question.grain
    if grain and not whole and status in ("ok", "immature") and not pd.isna(row["period"]):
        day = ready_on(answer.question, pd.Timestamp(row["period"]).date())
        return text("explore.ready", day=f"{day:%m-%d}")
    if status == "insufficient":
        return text("explore.few", n=wording.count(float(row["n"]), text))
    return text(f"status.{status}")


def hover(answer: Answer, row: Mapping[Any, Any], text: Text, *, whole: bool) -> str:
    """Return what stands beside the pointer: group, period, number, fraction and interval."""
    here = cell(pd.Series(row))
    names = [name for name in (period_of(answer, row, text), group_name(answer.question, row, text)) if name]
    head = f"<b>{' · '.join(map(_unmarked, names))}</b>"
    if not here.known or not whole:
        told = state_words(answer, row, text, whole=whole)
        if not pd.isna(row["projected"]):
            told += "　" + text("explore.expected", value=wording.value(float(row["projected"]), answer.metric, text))
        return f"{head}<br>{told}"
    words = f"{head}<br>{wording.value(here.value, answer.metric, text)}　{wording.fraction(here, text)}"
    if here.has_interval:
        words += "<br>" + text("trend.interval", interval=wording.interval(here.low, here.high, answer.metric, text))
    return words


def period_of(answer: Answer, row: Mapping[Any, Any], text: Text) -> str:
    """Return the period of a row; nothing where the question has none."""
    return period_name(answer.question, row["period"], text) if answer.question.grain else ""


def _unmarked(name: str) -> str:
    """Return a name from the data as text of a figure, which would read its tags."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def in_labels(found: Finding, text: Text) -> Finding:
    """Return why a question has no answer with the codes of metric, dimensions and readings as their labels.

    On the command line the codes are what is typed; on the page nobody has seen them.
    """

    def label(code: str) -> str:
        if code in CATALOG:
            return CATALOG[code].label(text.language)
        if code in DIMENSIONS:
            return DIMENSIONS[code].label(text.language)
        return text(f"explore.reading_{code}") if text.has(f"explore.reading_{code}") else code

    worded = {name: text("empty.sep").join(map(label, str(codes).split(", "))) for name, codes in found.values.items()}
    return Finding(found.code, worded)
