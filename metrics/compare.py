"""Whether two numbers differ by more than chance: the one place where a difference is taken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd

from metrics.interval import Floats, wilson

Verdict = Literal["better", "worse", "moved", "unclear"]
Good = Literal["up", "down"]


class Estimate(Protocol):
    """A value with its interval: a row of the frame that `query` answers, by `frame.itertuples()`."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


@dataclass(frozen=True)
class Difference:
    """Now minus before, in the unit of the metric (a share differs by points, never by per cent of per cent)."""

    diff: float
    low: float
    high: float
    verdict: Verdict


def compare(now: Estimate, before: Estimate, good: Good | None) -> Difference:
    """Return the difference of two independent estimates with its interval, and whether it is a change at all.

    The interval is MOVER (Zou and Donner 2008): it is recovered from the two single intervals, so that it keeps
    their asymmetry; with Wilson's intervals it is Newcombe's (1998, method 10). Where either has no interval
    nothing can be said of chance, and the verdict is "unclear". `good` None: a clear change is only "moved".

    >>> from types import SimpleNamespace as Row
    >>> compare(Row(value=0.12, low=0.10, high=0.14), Row(value=0.08, low=0.07, high=0.09), "down").verdict
    'worse'
    >>> compare(Row(value=0.12, low=0.05, high=0.22), Row(value=0.08, low=0.03, high=0.16), "down").verdict
    'unclear'
    """
    diff = now.value - before.value
    low = diff - math.hypot(now.value - now.low, before.high - before.value)
    high = diff + math.hypot(now.high - now.value, before.value - before.low)
    return Difference(diff, low, high, _verdict(diff, low, high, good))


def relative(now: Estimate, before: Estimate, good: Good | None) -> Difference:
    """Return by how much `now` exceeds `before`, as a share of it, with its interval.

    MOVER again, for a ratio (Donner and Zou, Statistical Methods in Medical Research 21 (2012) 347-359): recovered
    from the single intervals, so that it is neither cut nor infinite where a logarithm would be. Its verdict is that of
    the interval; without a `before` above zero there is no ratio.

    >>> from types import SimpleNamespace as Row
    >>> change = relative(Row(value=0.12, low=0.10, high=0.14), Row(value=0.08, low=0.07, high=0.09), "up")
    >>> round(change.diff, 2), round(change.low, 2), round(change.high, 2), change.verdict
    (0.5, 0.21, 0.84, 'better')
    """
    if not (before.value > 0 and now.value >= 0):  # also when one is NaN
        return Difference(math.nan, math.nan, math.nan, "unclear")
    product = now.value * before.value
    least = product**2 - now.low * before.high * (2 * now.value - now.low) * (2 * before.value - before.high)
    most = product**2 - now.high * before.low * (2 * now.value - now.high) * (2 * before.value - before.low)
    # Written so that it holds also where the interval of `before` reaches twice its value.
    low = now.low * (2 * now.value - now.low) / (product + math.sqrt(max(least, 0.0))) if now.low > 0 else 0.0
    span = before.low * (2 * before.value - before.low)
    high = (product + math.sqrt(max(most, 0.0))) / span if span > 0 else math.inf
    diff, low, high = now.value / before.value - 1, low - 1, high - 1
    return Difference(diff, low, high, _verdict(diff, low, high, good))


def _verdict(diff: float, low: float, high: float, good: Good | None) -> Verdict:
    if not (low > 0 or high < 0):  # also when a bound is NaN
        return "unclear"
    if good is None:
        return "moved"
    return "better" if (diff > 0) == (good == "up") else "worse"


@dataclass(frozen=True)
class Weighted:
    """A share of several groups brought to the mix of others, with its interval."""

    value: float
    low: float
    high: float


def weighted(successes: Floats, trials: Floats, weights: Floats) -> Weighted:
    """Return the mean share of groups by weights that are not their own sizes: what these would be in another's mix.

    MOVER for a sum of independent shares (Zou, Computational Statistics and Data Analysis 53 (2009) 1080-1085), from
    the Wilson interval of each group; groups of a few events make it rather too wide than too narrow. NaN without any.

    >>> mixed = weighted(np.array([10.0, 40.0]), np.array([100.0, 100.0]), np.array([1.0, 3.0]))
    >>> round(mixed.value, 3)
    0.325
    """
    if not len(trials) or not weights.sum() > 0:
        return Weighted(math.nan, math.nan, math.nan)
    part, share = weights / weights.sum(), successes / trials
    low, high = wilson(successes, trials)
    value = float(part @ share)
    below, above = (math.sqrt(float(((part * (share - end)) ** 2).sum())) for end in (low, high))
    return Weighted(value, value - below, value + above)


COMPARED = ("before", "before_low", "before_high", "before_status", "change", "change_low", "change_high", "verdict")
"""What stands beside the columns of `query` in a comparison."""


def beside(now: pd.DataFrame, before: pd.DataFrame | None, keys: Sequence[str], good: Good | None) -> pd.DataFrame:
    """Return the frame `now` with the columns of `COMPARED`: each row beside the row of `before` with the same keys.

    A row without a number on either side has no change and no verdict: what is absent is not 0.
    """
    known = {} if before is None else {_key(row, keys): row for row in before.to_dict("records")}
    rows = []
    for row in now.to_dict("records"):
        earlier = known.get(_key(row, keys))
        found: dict[str, Any] = dict.fromkeys(COMPARED, math.nan) | {"before_status": None, "verdict": None}
        if earlier is not None:
            found |= {"before": earlier["value"], "before_low": earlier["low"], "before_high": earlier["high"]}
            found["before_status"] = earlier["status"]
        if earlier is not None and not math.isnan(row["value"]) and not math.isnan(earlier["value"]):
            change = compare(_Bounds.of(row), _Bounds.of(earlier), good)
            found |= {"change": change.diff, "change_low": change.low, "change_high": change.high}
            found["verdict"] = change.verdict
        rows.append(found)
    compared = pd.DataFrame(rows, columns=list(COMPARED), index=now.index)
    types = {name: "str" if name in ("before_status", "verdict") else "float64" for name in COMPARED}
    both = now.join(compared.astype(types))
    both.attrs = now.attrs  # whose unit the values have, which a join forgets
    return both


def with_parts_that_were_none(
    before: pd.DataFrame, now: pd.DataFrame, whole: pd.DataFrame, keys: Sequence[str], of: Sequence[str]
) -> pd.DataFrame:
    """Return the shares of before, and a share of none for each part of `now` that did not occur at all.

    A frame of parts leaves out those that did not occur; beside a later one they are 0 of the `whole` (keyed by
    `of`), and a part that came up from nothing has risen. Where the whole is not known, neither is the part.
    """
    occurred = {_key(row, keys) for row in before.to_dict("records")}
    wholes = {_key(row, of): row for row in whole.to_dict("records")}
    none = []
    for row in now.to_dict("records"):
        if _key(row, keys) not in occurred and (entire := wholes.get(_key(row, of))) is not None:
            of_all = np.array([entire["denominator"]])
            low, high = (float(bound[0]) for bound in wilson(np.zeros(1), of_all))
            known = {"value": 0.0, "low": low, "high": high} if entire["status"] == "ok" else {}
            none.append(
                {**entire, "value": math.nan, "low": math.nan, "high": math.nan, **known, "numerator": 0.0}
                | {name: row[name] for name in keys}
            )
    return pd.concat([before, pd.DataFrame(none, columns=list(before.columns))], ignore_index=True) if none else before


@dataclass(frozen=True)
class _Bounds:
    value: float
    low: float
    high: float

    @classmethod
    def of(cls, row: dict[Any, Any]) -> _Bounds:
        return cls(float(row["value"]), float(row["low"]), float(row["high"]))


def _key(row: dict[Any, Any], keys: Sequence[str]) -> tuple[Any, ...]:
    return tuple(None if pd.isna(row[name]) else row[name] for name in keys)
