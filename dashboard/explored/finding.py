"""The title of an answer: what moved or who stands out, told only where the interval allows it."""

from __future__ import annotations

import math

import pandas as pd

from dashboard import wording
from dashboard.explored.answer import Answer, dimensions_name, group_name, period_name
from dashboard.explored.periods import settled
from dashboard.headline import cell
from dashboard.text import Text
from metrics.catalog import Metric
from metrics.compare import Difference, compare


def finding(answer: Answer, text: Text) -> str:
    """Return the title of an answer; plainly what it is where there is nothing to tell apart."""
    question = answer.question
    if question.grain and not question.by:
        return _movement(answer, text)
    if question.grain:
        return text(
            "explore.lines",
            metric=answer.metric.label(text.language),
            dimension=dimensions_name(question, text),
            grain=text(f"explore.grain_{question.grain}"),
        )
    if question.by:
        return _change_of_one(answer, text) if answer.against != "none" else _highest(answer, text)
    return _one_number(answer, text)


def ranked(frame: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    """Return the groups worst first, and those without a number after them, the largest first."""
    known = frame["value"].notna()
    numbered = frame[known].sort_values("value", ascending=metric.good == "up", kind="stable")
    return pd.concat([numbered, frame[~known].sort_values("n", ascending=False, kind="stable")])


def is_apart(answer: Answer) -> bool | None:
    """Whether the first group differs from the whole by more than chance; None where nothing can be said of chance."""
    first = cell(ranked(answer.frame, answer.metric).iloc[0])
    if not (first.has_interval and answer.whole.has_interval):
        return None
    return compare(first, answer.whole, answer.metric.good).verdict != "unclear"


def _one_number(answer: Answer, text: Text) -> str:
    here, row = cell(answer.frame.iloc[0]), answer.frame.iloc[0]
    label = answer.metric.label(text.language)
    if not here.known:
        return label
    shown = wording.value(here.value, answer.metric, text)
    if answer.against == "none" or pd.isna(row["change"]):
        return text("explore.alone", metric=label, value=shown)
    return _moved(answer, text, label, shown, _difference(row), text(f"explore.against_{answer.against}"))


def _movement(answer: Answer, text: Text) -> str:
    label, metric = answer.metric.label(text.language), answer.metric
    whole = answer.frame[settled(answer.frame, answer.question, answer.as_of) & answer.frame["value"].notna()]
    if whole.empty:
        return text("explore.by_grain", metric=label, grain=text(f"explore.grain_{answer.question.grain}"))
    last = whole.iloc[-1]
    named = f"{label} {period_name(answer.question, last['period'], text)}"
    shown = wording.value(float(last["value"]), metric, text)
    if answer.against != "none":
        if pd.isna(last["change"]):
            return text("explore.alone", metric=named, value=shown)
        return _moved(answer, text, named, shown, _difference(last), text(f"explore.against_{answer.against}"))
    if len(whole) < 2:
        return text("explore.alone", metric=named, value=shown)
    before = whole.iloc[-2]
    change = compare(cell(last), cell(before), metric.good)
    other = period_name(answer.question, before["period"], text)
    return _moved(answer, text, named, shown, change, text("explore.against_period", period=other))


def _moved(answer: Answer, text: Text, label: str, shown: str, change: Difference, against: str) -> str:
    if math.isnan(change.low):  # nothing can be said of chance, so that only the size is told
        arrow = wording.arrow(change, answer.metric, text)
        return text("explore.size", metric=label, value=shown, against=against, arrow=arrow)
    if change.verdict == "unclear":
        return text("explore.unclear", metric=label, value=shown, against=against)
    return text(
        "explore.change",
        metric=label,
        value=shown,
        against=against,
        arrow=wording.arrow(change, answer.metric, text),
        verdict=text(f"verdict.{change.verdict}"),
    )


def _highest(answer: Answer, text: Text) -> str:
    metric, label, dimension = (
        answer.metric,
        answer.metric.label(text.language),
        dimensions_name(answer.question, text),
    )
    apart = is_apart(answer)
    first = ranked(answer.frame, metric).iloc[0]
    # Of many cells the largest is large by chance alone, so that one of two dimensions is never called apart.
    if pd.isna(first["value"]) or apart is None or len(answer.question.by) > 1:
        return text("explore.plain", metric=label, dimension=dimension)
    if not apart:
        return text("explore.calm", metric=label, dimension=dimension)
    return text(
        "explore.lowest" if metric.good == "up" else "explore.highest",
        metric=label,
        name=group_name(answer.question, first.to_dict(), text),
        value=wording.value(float(first["value"]), metric, text),
    )


def _change_of_one(answer: Answer, text: Text) -> str:
    """Name the group that moved most, of those that moved by more than chance."""
    label, against = answer.metric.label(text.language), text(f"explore.against_{answer.against}")
    compared = answer.frame[answer.frame["change"].notna()]
    moved = compared[compared["verdict"] != "unclear"]
    if compared["change_low"].isna().all():
        return text("explore.plain", metric=label, dimension=dimensions_name(answer.question, text))
    if moved.empty:
        return text(
            "explore.none_moved", metric=label, dimension=dimensions_name(answer.question, text), against=against
        )
    most = moved.iloc[int(moved["change"].abs().to_numpy().argmax())]
    return text(
        "explore.most_moved",
        metric=label,
        name=group_name(answer.question, most.to_dict(), text),
        against=against,
        arrow=wording.arrow(_difference(most), answer.metric, text),
        verdict=text(f"verdict.{most['verdict']}"),
    )


def _difference(row: pd.Series) -> Difference:
    return Difference(float(row["change"]), float(row["change_low"]), float(row["change_high"]), row["verdict"])
