"""How a ticket was handled and what came of it, in words: its score, and whether it became a dispute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard import wording
from dashboard.headline import Cell, cell
from dashboard.text import Text
from metrics.catalog import Metric
from metrics.compare import compare
from metrics.question import Value
from metrics.words import format_change, value_label


@dataclass(frozen=True)
class Way:
    """One way in which tickets were handled, and the number of those that were."""

    dimension: str
    value: Value
    number: Cell

    def label(self, text: Text) -> str:
        """Return what people call it."""
        return value_label(self.dimension, self.value, text.language)


@dataclass(frozen=True)
class Gap:
    """The two ways of one dimension that lie furthest apart, by more than chance."""

    worse: Way
    better: Way
    size: float


def ways(frames: Mapping[str, pd.DataFrame]) -> list[Way]:
    """Return the ways of each dimension that some event was handled in; those that nobody knows are no way."""
    return [
        Way(dimension, _plain(row[dimension]), cell(row))
        for dimension, frame in frames.items()
        if list(frame["status"]) != ["not_available"]
        for _, row in frame.iterrows()
        if not pd.isna(row[dimension])
    ]


def _plain(value: object) -> Value:
    return bool(value) if str(value) in ("True", "False") else str(value)


def worst_first(found: Sequence[Way], metric: Metric) -> list[Way]:
    """Return the ways with a number, the worst first, and after them those with too few events."""
    best_is_high = metric.good == "up"
    known = sorted(
        (way for way in found if way.number.known), key=lambda way: way.number.value, reverse=not best_is_high
    )
    return known + sorted((way for way in found if not way.number.known), key=lambda way: -way.number.n)


def widest_gap(found: Sequence[Way], metric: Metric) -> Gap | None:
    """Return the widest gap within one dimension that the intervals allow to speak of; None where there is none."""
    gaps = []
    for dimension in dict.fromkeys(way.dimension for way in found):
        known = [way for way in worst_first(found, metric) if way.dimension == dimension and way.number.known]
        if len(known) < 2:
            continue
        worst, best = known[0], known[-1]
        difference = compare(worst.number, best.number, metric.good)
        if difference.verdict != "unclear":
            gaps.append(Gap(worst, best, abs(difference.diff)))
    return max(gaps, key=lambda gap: gap.size, default=None)


def score_finding(gap: Gap | None, whole: Cell, metric: Metric, text: Text) -> str:
    """Return the title over the scores: which way costs how much, or that no difference shows."""
    if gap is None:
        return text("satisfaction.alike", value=wording.value(whole.value, metric, text))
    return text(
        "satisfaction.gap",
        worse=gap.worse.label(text),
        value=wording.value(gap.worse.number.value, metric, text),
        better=gap.better.label(text),
        size=format_change(gap.size, metric.unit, text.language)[1:],
    )


def path_finding(gap: Gap | None, whole: Cell, metric: Metric, text: Text) -> str:
    """Return the title over the way to a dispute: after which step, how often, and what to do before it."""
    if gap is None:
        return text("satisfaction.path_alike", value=wording.value(whole.value, metric, text))
    words = text(
        "satisfaction.path_gap",
        worse=gap.worse.label(text),
        value=wording.value(gap.worse.number.value, metric, text),
        better=gap.better.label(text),
        other=wording.value(gap.better.number.value, metric, text),
    )
    step = f"satisfaction.before_{gap.worse.dimension}_{gap.worse.value}".lower()
    return text("satisfaction.next", finding=words, step=text(step)) if text.has(step) else words


def dispute_finding(shares: pd.DataFrame, metric: Metric, text: Text) -> str:
    """Return the title over the disputes: who answers for most of them."""
    top = shares.sort_values("numerator", ascending=False, kind="stable").iloc[0]
    return text(
        "satisfaction.liable",
        count=wording.count(float(top["denominator"]), text),
        name=value_label("liable", top["liable"], text.language),
        value=wording.value(float(top["value"]), metric, text),
    )
