"""The table of the trade as a frame: what came, how much of it, what it cost, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard import reasons, wording
from dashboard.components.table import Quiet
from dashboard.text import Text
from metrics.meeting import Advice
from metrics.words import value_label

SHOWN = ("type_words", "reason_words", "tickets", "share", "change", "cost", "advice", "note")
EDITED = ("advice", "note")
Pair = tuple[str | None, str | None]


def playbook(shares: pd.DataFrame, costs: pd.DataFrame, advised: Sequence[Advice], text: Text) -> pd.DataFrame:
    """Return one row a type and reason, the most frequent first: its codes, and the cells of `SHOWN`.

    `shares` is the compared frame of the week, `costs` that of the cost. After what came stands what did not come in
    this week and has advice, so that all of it can be read and mended.
    """
    known: dict[Pair, Advice] = {(each.type, each.reason): each for each in advised}
    cost_of = {_pair(row): row for row in costs.to_dict("records")}
    rows = [
        _row(_pair(row), row, cost_of.get(_pair(row)), known.get(_pair(row)), text)
        for row in shares.sort_values("numerator", ascending=False, kind="stable").to_dict("records")
    ]
    there = {(row["type"], row["reason"]) for row in rows}
    rows += [_row(pair, None, None, each, text) for pair, each in known.items() if pair not in there]
    return pd.DataFrame(rows, columns=["type", "reason", *SHOWN])


def finding(came: pd.DataFrame, text: Text) -> str:
    """Return the title over the table: how many cases have advice, and the most frequent one that has none."""
    without = came[came["advice"] == ""]
    words = text("reasons.playbook", count=len(came), advised=len(came) - len(without))
    if without.empty:
        return words
    return text("reasons.playbook_next", finding=words, name=reasons.named(without.iloc[0], text))


def edits(rows: pd.DataFrame, edited: Mapping[int, Mapping[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Return (type, reason, advice, note) of each row in which a cell was edited, as it stands now.

    A row without a reason is passed over: advice is kept by type and reason, and there is none to keep it by.
    """
    found = []
    for place, cells in edited.items():
        row = rows.iloc[int(place)]
        if reasons.code(row["type"]) is None or reasons.code(row["reason"]) is None:
            continue
        typed = {name: str(cells.get(name, row[name]) or "").strip() for name in EDITED}
        found.append((str(row["type"]), str(row["reason"]), typed["advice"], typed["note"]))
    return found


def _pair(row: Mapping[Any, Any]) -> Pair:
    return reasons.code(row["type"]), reasons.code(row["reason"])


def _row(
    pair: Pair,
    share: Mapping[Any, Any] | None,
    cost: Mapping[Any, Any] | None,
    advice: Advice | None,
    text: Text,
) -> dict[str, Any]:
    moved = "" if share is None else reasons.change(share, text)
    return {
        "type": pair[0],
        "reason": pair[1],
        "type_words": value_label("type", pair[0], text.language),
        "reason_words": value_label("reason", pair[1], text.language),
        "tickets": wording.count(0 if share is None else float(share["numerator"]), text),
        "share": "" if share is None else wording.value(float(share["value"]), reasons.SHARE, text),
        "change": moved.words if isinstance(moved, Quiet) else moved,
        "cost": _cost(cost, text),
        "advice": "" if advice is None else advice.advice,
        "note": "" if advice is None else advice.note,
    }


def _cost(cost: Mapping[Any, Any] | None, text: Text) -> str:
    """Return what these tickets cost together: a sum is what it is, however few they are."""
    if cost is None:
        return ""
    if cost["status"] == "not_available":
        return text("state.not_available")
    return wording.value(float(cost["numerator"]), reasons.COST, text)
