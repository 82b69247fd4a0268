"""Why customers ask for after-sales, in words: the reasons of a week beside those of the week before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard import wording
from dashboard.components.table import Entry, Quiet
from dashboard.headline import cell
from dashboard.text import Text
from metrics import CATALOG, Question
from metrics.question import Value
from metrics.words import format_change, format_value, value_label

Row = Mapping[Any, Any] | pd.Series
Where = Mapping[str, tuple[Value, ...]]
SHARE = CATALOG["reason_share"]
COST = CATALOG["aftersales_cost"]
PAIR = ("type", "reason")


def of_week(metric: str, by: Sequence[str], where: Where, week: date, *, weeks: int = 1) -> Question:
    """Return what is asked of a week, or of the weeks that end with it."""
    start, stop = week - timedelta(weeks=weeks - 1), week + timedelta(weeks=1)
    return Question(metric, by=tuple(by), where=where, start=start, stop=stop)


def without(where: Where, *dimensions: str) -> dict[str, tuple[Value, ...]]:
    """Return the limits without those on these dimensions: a bar that was clicked still stands among the others."""
    return {name: values for name, values in where.items() if name not in dimensions}


def code(value: Any) -> str | None:
    """Return a value of a dimension as it is asked for; None where it is not known."""
    return None if pd.isna(value) else str(value)


def named(row: Row, text: Text, dimensions: Sequence[str] = PAIR) -> str:
    """Return what a row is about: 退货 · 破损."""
    return " · ".join(value_label(name, row[name], text.language) for name in dimensions)


def change(row: Row, text: Text) -> Entry:
    """Return the change against the week before, in ink only where the interval allows to speak of one."""
    if not isinstance(row["before_status"], str) or (row.get("before") == 0 and row["verdict"] == "unclear"):
        return Quiet(text("reasons.new"))
    if not isinstance(row["verdict"], str):
        return Quiet(text("reasons.no_change"))
    return Quiet(text("verdict.unclear")) if row["verdict"] == "unclear" else step(row["change"], text)


def step(points: float, text: Text) -> str:
    """Return an arrow and how far a share has moved."""
    return ("▲" if points > 0 else "▼") + format_change(points, SHARE.unit, text.language)[1:]


def risen(compared: pd.DataFrame) -> pd.Series | None:
    """Return the row whose share has risen most, of those that have clearly risen; None where none has."""
    clear = compared[(compared["verdict"] == "moved") & (compared["change"] > 0)]
    return None if clear.empty else _first(clear, "change")


def _first(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame.sort_values(column, ascending=False, kind="stable").iloc[0]


def finding(reasons: pd.DataFrame, pairs: pd.DataFrame, text: Text) -> str:
    """Return the title over the reasons: which one rose, by how much and with which type; or that none did.

    Where nothing can be compared, as in the first week of the data, the largest stands alone.
    """
    if reasons["reason"].isna().all():
        return text("reasons.unmapped_absent")
    up = risen(reasons)
    if up is None:
        top = _first(reasons, "numerator")
        return text(
            "reasons.calm" if reasons["verdict"].notna().any() else "reasons.alone",
            reason=named(top, text, ["reason"]),
            value=wording.value(float(top["value"]), SHARE, text),
        )
    words = text(
        "reasons.risen",
        reason=named(up, text, ["reason"]),
        value=wording.value(float(up["value"]), SHARE, text),
        change=step(float(up["change"]), text),
    )
    own = risen(pairs[pairs["reason"].map(code) == code(up["reason"])])
    if own is None:
        return words
    return text("reasons.mostly", finding=words, type=named(own, text, ["type"]))


def risen_pair(reasons: pd.DataFrame, pairs: pd.DataFrame) -> tuple[str | None, str | None] | None:
    """Return the type and reason that the title over the reasons speaks of; None where no reason rose."""
    up = risen(reasons)
    if up is None:
        return None
    own = pairs[pairs["reason"].map(code) == code(up["reason"])]
    clear = risen(own)
    return (code(_first(own, "numerator")["type"] if clear is None else clear["type"]), code(up["reason"]))


def pair_finding(pairs: pd.DataFrame, text: Text) -> str:
    """Return the title over type × reason: where most tickets are."""
    top = _first(pairs, "numerator")
    return text(
        "reasons.most",
        pair=named(top, text),
        count=wording.count(float(top["numerator"]), text),
        value=wording.value(float(top["value"]), SHARE, text),
    )


@dataclass(frozen=True)
class Crossed:
    """The tickets of each reason (a row) and type (a column), the largest of both first; NaN where there are none."""

    types: list[str | None]
    reasons: list[str | None]
    tickets: pd.DataFrame

    @staticmethod
    def of(pairs: pd.DataFrame) -> Crossed:
        """Return the square of a frame of `query` by both."""
        cells = {(code(row["type"]), code(row["reason"])): float(row["numerator"]) for row in pairs.to_dict("records")}
        types, reasons = (_largest_first(cells, place) for place in (0, 1))
        numbers = [[cells.get((kind, reason), math.nan) for kind in types] for reason in reasons]
        return Crossed(types, reasons, pd.DataFrame(numbers))

    def labelled(self, text: Text) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the numbers and the words of the cells, under the names of types and reasons."""
        language = text.language
        rows = pd.Index([value_label("reason", each, language) for each in self.reasons], name=text("reasons.reason"))
        columns = [value_label("type", each, language) for each in self.types]
        numbers = self.tickets.set_axis(rows, axis="index").set_axis(columns, axis="columns")
        words = numbers.map(lambda number: "" if math.isnan(number) else wording.count(number, text))
        return numbers, words


def _largest_first(cells: Mapping[tuple[str | None, str | None], float], place: int) -> list[str | None]:
    sums: dict[str | None, float] = {}
    for key, tickets in cells.items():
        sums[key[place]] = sums.get(key[place], 0.0) + tickets
    return sorted(sums, key=lambda name: -sums[name])


def save_finding(rates: pd.DataFrame, whole: pd.Series, text: Text) -> str:
    """Return the title over what offers kept: all of them together, and who stands out where somebody does."""
    metric = CATALOG["compensation_save_rate"]
    words = text(
        "reasons.saved",
        value=wording.value(float(whole["value"]), metric, text),
        fraction=wording.fraction(cell(whole), text),
    )
    known = rates.dropna(subset=["value"])
    apart = known[(known["low"] > whole["high"]) | (known["high"] < whole["low"])]
    if apart.empty:
        return text("reasons.saved_alike", finding=words)
    far = _first(apart.assign(far=(apart["value"] - whole["value"]).abs()), "far")
    name = named(far, text, ["reason", "kind"])
    return text(
        "reasons.saved_apart", finding=words, name=name, value=format_value(far["value"], "share", text.language)
    )
