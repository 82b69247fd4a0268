"""The table of the trade: what came in the week, how much of it, what it cost, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from metrics.meeting import Advice, Meeting
from metrics.question import Question, Value
from metrics.review.model import Case, Words
from metrics.review.numbers import in_each, known, number, row_change, text
from metrics.review.source import Source
from metrics.review.weeks import WEEK
from metrics.words import LANGUAGES, Language, value_label

PAIR = ("type", "reason")
Pair = tuple[str | None, str | None]


def cases(shop: Source, week: date, where: Mapping[str, tuple[Value, ...]], typed: Meeting) -> tuple[Case, ...]:
    """Return one row a type and reason of the tickets requested in the week, the most frequent first."""
    asked = Question("reason_share", by=PAIR, where=where, start=week, stop=week + WEEK)
    shares = shop.compare(asked)
    if not {*PAIR} <= set(shares.columns) or shares["status"].eq("not_available").all():
        return ()
    costs = shop.query(Question("aftersales_cost", by=PAIR, where=where, start=week, stop=week + WEEK))
    cost_of = {
        _pair(row): known(row["numerator"]) for row in costs.to_dict("records") if row["status"] != "not_available"
    }
    advice = {language: {(each.type, each.reason): each for each in typed.advice(language)} for language in LANGUAGES}
    rows = shares.sort_values("numerator", ascending=False, kind="stable").to_dict("records")
    return tuple(_case(row, cost_of.get(_pair(row)), advice) for row in rows)


def _case(row: Mapping[Any, Any], cost: float | None, advice: Mapping[Language, Mapping[Any, Advice]]) -> Case:
    kind, reason = _pair(row)
    told = {language: advice[language].get((kind, reason)) for language in LANGUAGES}
    return Case(
        type=kind,
        reason=reason,
        type_label=in_each(lambda language: value_label("type", kind, language)),
        reason_label=in_each(lambda language: value_label("reason", reason, language)),
        tickets=int(row["numerator"]),
        share=number(row),
        change=row_change(row),
        cost=cost,
        advice=_words(told, "advice"),
        note=_words(told, "note"),
    )


def _words(told: Mapping[Language, Advice | None], field: str) -> Words:
    return {language: "" if each is None else str(getattr(each, field)) for language, each in told.items()}


def _pair(row: Mapping[Any, Any]) -> Pair:
    return text(row["type"]), text(row["reason"])
