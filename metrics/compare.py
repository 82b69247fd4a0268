"""Whether two numbers differ by more than chance: the one place where a difference is taken."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol

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
    if not (low > 0 or high < 0):  # also when a bound is NaN
        return Difference(diff, low, high, "unclear")
    if good is None:
        return Difference(diff, low, high, "moved")
    return Difference(diff, low, high, "better" if (diff > 0) == (good == "up") else "worse")
