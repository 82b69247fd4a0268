"""A change in one sentence: number, comparison, largest cause with its size, next step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from metrics.catalog import CATALOG, DIMENSIONS
from metrics.drivers.rules import rule_of
from metrics.words import Finding, Language, Unit, format_change, format_value, say

if TYPE_CHECKING:
    from metrics.drivers import Why

LONGEST = 45
"""Characters that a Chinese sentence may have, so that it can be read from the far end of the table."""

SHORTEST_SEGMENT = 2
ALONE = 0.5
"""Share of its part from which one segment is named for it."""

NEXT_STEPS = {
    "sold_lines": "batches",
    "activity": "batches",
    "handled_tickets": "queue",
    "answered_surveys": "reasons",
}
"""Where to look when a rate within a segment got worse, by the fact of the reading."""


def sentence(why: Why, language: Language) -> str:
    """Return the first wording that is short enough, from the fullest on."""
    wordings = _wordings(why, language)
    said = next(wordings)
    for shorter in wordings:
        if language != "zh" or len(said) <= LONGEST:
            break
        said = shorter
    return said


def _wordings(why: Why, language: Language) -> Iterator[str]:
    metric = CATALOG[why.metric]
    finding = why.finding
    values: dict[str, Any] = {
        "metric": metric.label(language),
        "value": format_value(why.now.value, metric.unit, language),
        "before": format_value(why.before.value, metric.unit, language),
        "against": _word(f"against_{_against(why.period, why.against)}", language),
    }
    if why.expected is not None:
        values["expected"] = format_value(why.expected[0], metric.unit, language)
    kind = finding.code.removeprefix("drivers.")
    if kind in ("unclear", "young") or why.change.diff == 0:
        yield _word("same" if kind == "plain" else kind, language, **values)
        return
    direction = "up" if why.change.diff > 0 else "down"
    size = format_change(why.change.diff, metric.unit, language)[1:]
    values["size"] = _word("points", language, size=size.removesuffix("百分点")) if metric.unit == "share" else size
    values["close"] = values["size"].replace(" ", "")
    cause = largest_cause(why)
    part, effect = cause.part, cause.effect
    code = f"{part}_{'whole' if cause.segment is _WHOLE else 'segment'}_{'up' if cause.rises else 'down'}"
    named = _word("unknown", language) if cause.segment is None else str(cause.segment)
    step = _next_step(why, part, language)
    template = f"{kind}_{direction}" if kind == "change" else kind
    values["effect"] = _signed(effect, metric.unit, language)

    def said(code: str, step: str, template: str, name: str) -> str:
        words = _word(
            code, language, segment=name, dimension=DIMENSIONS[why.by].label(language), rule=_rule(why, language)
        )
        return _word(template, language, cause=words, next=step, **values)

    yield said(code, step, template, named)
    yield said(code, "", template, named)
    yield said(f"{code}_short", "", f"{template}_short", named)
    for length in range(len(named) - 1, SHORTEST_SEGMENT - 1, -1):
        yield said(f"{code}_short", "", f"{template}_short", named[:length] + "…")
    yield said(f"{code}_short", "", f"{template}_tight", "")


def label(why: Why, part: str, segment: Any, others: int, language: Language) -> str:
    """Return the name of a cause as it stands beside a bar: a part, of a segment or of so many `others` together."""
    if part not in ("rate", "mix"):
        return _rule(why, language) if part == "policy" else _word(f"label_{part}", language)
    if others:
        segment = _word("others", language, n=others)
    return _word(f"label_{part}", language, segment=_word("unknown", language) if segment is None else segment)


_WHOLE = object()


@dataclass(frozen=True)
class Cause:
    """A part, the segment that stands for it (or `_WHOLE`), its effect, and whether what is named rises."""

    part: str
    segment: Any
    effect: float
    rises: bool


def largest_cause(why: Why) -> Cause:
    """Return the part that moved the number most in its direction.

    One segment is named where it makes up at least half of its part and its own interval does not cover zero; else the
    part stands as a whole. A segment whose rate lies below the others' moves the number up by shrinking.
    """
    sign = 1 if why.change.diff > 0 else -1
    part, whole = max(why.totals().items(), key=lambda item: sign * item[1])
    if part in ("rate", "mix"):
        rows = why.parts[why.parts["part"] == part].to_dict("records")
        first = max(rows, key=lambda row: sign * row["effect"])
        effect = float(first["effect"])
        may_be_chance = first["low"] <= 0 <= first["high"]  # false where no interval is known
        if sign * effect >= ALONE * abs(whole) and not may_be_chance:
            rises = bool(first["share_now"] > first["share_before"]) if part == "mix" else effect > 0
            segment = first["segment"]
            return Cause(part, None if pd.isna(segment) else segment, effect, rises)
    return Cause(part, _WHOLE, whole, whole > 0)


def _against(period: tuple[date, date], against: tuple[date, date]) -> str:
    days, before = period[1] - period[0], against[1] - against[0]
    if days == before and period[0] - against[0] == timedelta(days=364):
        return "year"
    if against[1] != period[0]:
        return "earlier"
    if days == before == timedelta(days=7):
        return "week"
    if days == before == timedelta(days=1):
        return "day"
    months = all(span[0].day == span[1].day == 1 and 28 <= (span[1] - span[0]).days <= 31 for span in (period, against))
    return "month" if months else "earlier"


def _next_step(why: Why, part: str, language: Language) -> str:
    fact = CATALOG[why.metric].readings[why.reading].fact
    if part != "rate" or why.change.verdict != "worse" or fact not in NEXT_STEPS:
        return ""
    return _word(f"next_{NEXT_STEPS[fact]}", language)


def _rule(why: Why, language: Language) -> str:
    """Return the rule that bears on the metric, with its old and its new value."""
    name = rule_of(CATALOG[why.metric].readings[why.reading])
    changes = [change for change in why.policy if change.name == name]
    if not changes:
        return ""
    return _word(f"rule_{name}", language, before=f"{changes[0].before:g}", value=f"{changes[-1].value:g}")


def _signed(effect: float, unit: Unit, language: Language) -> str:
    text = format_change(effect, unit, language)
    if language != "zh":
        return text
    return text.removesuffix("百分点").removesuffix(" 小时").replace("+", "＋").replace("-", "－")


def _word(code: str, language: Language, **values: Any) -> str:
    return say(Finding(f"drivers.{code}", values), language)
