"""Numbers of a review from the frames of the public words: read, and never computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from metrics.catalog import Good
from metrics.compare import Difference, compare
from metrics.review.model import Change, Number, Words
from metrics.words import LANGUAGES, Language


def number(row: Mapping[Any, Any] | pd.Series) -> Number:
    """Return one row of a frame of `query`."""
    told = {name: known(row[name]) for name in ("numerator", "denominator", "value", "low", "high")}
    return Number(n=int(row["n"]), status=str(row["status"]), **told)


def known(value: Any) -> float | None:
    """Return a number of a frame; None where there is none, or where it has no bound."""
    return None if pd.isna(value) or math.isinf(value) else float(value)


def text(value: Any) -> str | None:
    """Return a text of a frame; None where there is none."""
    return None if pd.isna(value) else str(value)


class _Estimate:
    """A number as `metrics.compare` takes it: NaN where there is no bound."""

    def __init__(self, value: float | None, low: float | None, high: float | None) -> None:
        self.value, self.low, self.high = (math.nan if each is None else each for each in (value, low, high))


def change_between(now: Number, before: Number | None, good: Good | None) -> Change | None:
    """Return how far a number moved; None where either side has no value."""
    if before is None or now.value is None or before.value is None:
        return None
    later, earlier = (_Estimate(each.value, each.low, each.high) for each in (now, before))
    return change(compare(later, earlier, good))


def apart(moved: Change, others: Change, good: Good | None) -> Change:
    """Return by how much one change differs from another: difference in differences, of independent changes."""
    own, other = (_Estimate(each.diff, each.low, each.high) for each in (moved, others))
    return change(compare(own, other, good))


def change(of: Difference) -> Change:
    """Return a difference as a plain value."""
    return Change(of.diff, known(of.low), known(of.high), of.verdict)


def row_change(row: Mapping[Any, Any]) -> Change | None:
    """Return the change that a row of the frame of `Shop.compare` tells; None where nothing stands beside it."""
    if not isinstance(row["verdict"], str) or pd.isna(row["change"]):
        return None
    return Change(float(row["change"]), known(row["change_low"]), known(row["change_high"]), row["verdict"])  # type: ignore[arg-type]  # its verdicts are those of `compare`


def in_each(say: Callable[[Language], str]) -> Words:
    """Return what is said in every language."""
    return {language: say(language) for language in LANGUAGES}
