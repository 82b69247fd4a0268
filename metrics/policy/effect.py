"""What a new rule of the platform did to the requests that it lets in, with age held equal.

Orders under the new rule are younger than those under the old one, and what is young has not come back yet: a plain
before and after would show a rule that widens the window for returns as if it did nothing, or less than nothing. So
both sides are cut at one age, the wider window, and a line counts only once it has reached that age. Age is counted
from delivery, as the platform counts it; where no delivery is known, from payment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd

from metrics.compare import beside
from metrics.frame import shares
from metrics.meeting.changes import WINDOW, RuleChange, changes_of
from metrics.query import Columns, within
from metrics.question import Value
from metrics.warehouse.engine import Reader
from metrics.words import Finding, Language, Refused, format_change, format_value, say

Clock = Literal["delivery", "payment"]
Where = Mapping[str, Sequence[Value]]

BEFORE = timedelta(weeks=8)
"""How far back the side before reaches, unless the rule had another value then: near enough to be the same shop."""

DELIVERED = timedelta(days=7)
"""Between payment and delivery, mostly at most: from when on a change that is still too young can be looked at."""

BEGINS: Mapping[Clock, tuple[str, str]] = {
    "delivery": ("delivered_on", "refunded_age - (delivered_on - day)"),
    "payment": ("day", "refunded_age"),
}
"""On which day the age of a line begins, and the age at its first request to be refunded."""

_REQUESTS = """
WITH reached AS (
    SELECT UNNEST(CAST($shops AS VARCHAR[])) AS shop, UNNEST(CAST($days AS DATE[])) AS until
),

cohort AS (
    SELECT s.*, r.until
    FROM sold_lines AS s
    INNER JOIN reached AS r ON r.shop = s.shop
    WHERE s.returns_of = 1 AND s.undated = 0 AND s.day >= $start AND s.{begins} + CAST($cut AS INT) <= r.until
)

SELECT
    CASE WHEN day < $since THEN 'before' ELSE 'after' END AS side,
    CASE WHEN {age} <= $cut THEN GREATEST({age}, 0) END AS age,
    COUNT(*) AS lines
FROM cohort
WHERE TRUE{limits}
GROUP BY ALL
"""


class Source(Protocol):
    """What an opened shop has to tell."""

    def columns(self, table: str) -> Columns:
        """Return the columns of a table and their types; none for a table that is not there."""

    def policies(self) -> list[Any]:
        """Return every rule with the moment from which it holds and its value, in order of time."""

    @property
    def as_of_days(self) -> Mapping[str, date]:
        """The day up to which each shop's data reach."""


@dataclass(frozen=True)
class PolicyEffect:
    """The lines paid before a rule and after it, and when they came back, at the same ages.

    `ages` has a row a side and day of age: `side, age, n, numerator, value, low, high, status`, cumulated from the
    first day to the last that both sides have reached. `bands` has one for the ages that the old rule let in, one for
    those that only the new one does, and one for all: `first_age, last_age`, the side after as `query` answers it, and
    beside it the side before as `compare` does. `start` is the first day before, `clock` where age is counted from.
    """

    change: RuleChange
    clock: Clock
    start: date
    ages: pd.DataFrame
    bands: pd.DataFrame

    @property
    def opened(self) -> Mapping[Any, Any]:
        """The band of the ages that only one of both rules lets in."""
        (band,) = self.bands[self.bands["first_age"] > 0].to_dict("records")
        return band

    def sentence(self, language: Language) -> str:
        """Return what the rule did in a sentence; no direction is told where the interval holds zero."""
        band, rule = self.opened, {"before": f"{self.change.before:g}", "value": f"{self.change.value:g}"}
        told: dict[str, Any] = {
            "rule": Finding(f"drivers.rule_{self.change.name}", rule),
            "clock": Finding(f"policy.since_{self.clock}"),
            "first": int(band["first_age"]),
            "last": int(band["last_age"]),
            "n": int(band["n"]),
        }
        if pd.isna(band["change"]):
            ready = self.change.effective_from.date() + DELIVERED + timedelta(days=int(band["last_age"]))
            return say(Finding("policy.effect_young", {**told, "ready": f"{ready:%Y-%m-%d}"}), language)
        told |= {name: format_value(band[name], "share", language) for name in ("before", "value")}
        told["change"] = format_change(band["change"], "share", language)
        code = "unclear" if band["verdict"] == "unclear" else "up" if band["change"] > 0 else "down"
        return say(Finding(f"policy.effect_{code}", told), language)


def policy_effect(
    reader: Reader, source: Source, name: str, where: Where, clock: Clock | None = None, as_of: date | None = None
) -> PolicyEffect:
    """Return what the newest change of a rule did that has taken effect; `as_of` looks no further than that day."""
    if name != WINDOW:
        raise Refused("policy.no_effect", name=name, known=WINDOW)
    until = {shop: min(day, as_of or day) for shop, day in source.as_of_days.items()}
    columns = source.columns("sold_lines")
    if not {"delivered_on", "refunded_age"} <= set(columns):
        raise Refused("policy.older_store")
    if not set(where) <= set(columns):
        raise Refused("policy.no_such_limit", names=", ".join(sorted(set(where) - set(columns))))
    last = max(until.values(), default=date.min)
    changes = [each for each in changes_of(source.policies()) if each.name == name]
    past = [each for each in changes if each.effective_from.date() <= last]
    if not past:
        raise Refused("policy.no_change")
    change = past[-1]
    since = change.effective_from.date()
    start = max([since - BEFORE, *(each.effective_from.date() for each in past[:-1])])
    narrow, wide = (int(days) for days in sorted((change.before, change.value)))
    for tried in [clock] if clock else list(BEGINS):
        begins, age = BEGINS[tried]
        bound: dict[str, Any] = {"shops": list(until), "days": list(until.values())}
        bound |= {"start": start, "since": since, "cut": wide}
        limits = "".join(
            f" AND {within(columns, column, allowed, bound, f'where_{i}')}"
            for i, (column, allowed) in enumerate(where.items())
        )
        counted = reader.sql(_REQUESTS.format(begins=begins, age=age, limits=limits), bound)
        if len(counted) or tried == clock:
            break
    return PolicyEffect(change, tried, start, _by_age(counted, wide), _bands(counted, narrow, wide))


def _by_age(counted: pd.DataFrame, wide: int) -> pd.DataFrame:
    """Return the share that has come back by each age, on both sides."""
    parts = []
    for side in ("before", "after"):
        mine = counted[counted["side"] == side]
        came = mine.dropna(subset="age").groupby("age")["lines"].sum()
        cumulated = came.reindex(range(wide + 1), fill_value=0).cumsum().to_numpy(dtype=float)
        n = int(mine["lines"].sum())
        whole = np.full(wide + 1, float(n))
        told = {"side": side, "age": range(wide + 1), "n": n, "numerator": cumulated}
        parts.append(pd.concat([pd.DataFrame(told), shares(cumulated, whole)], axis=1))
    return pd.concat(parts, ignore_index=True)


def _bands(counted: pd.DataFrame, narrow: int, wide: int) -> pd.DataFrame:
    """Return how many came back within the old limit, between both, and within the wider one."""
    sides = {}
    spans = [(0, narrow), (narrow + 1, wide), (0, wide)]
    for side in ("before", "after"):
        mine = counted[counted["side"] == side]
        came = [float(mine.loc[mine["age"].between(*span), "lines"].sum()) for span in spans]
        n = np.full(len(spans), float(mine["lines"].sum()))
        told = pd.DataFrame(spans, columns=["first_age", "last_age"]).assign(n=n.astype(int), numerator=came)
        sides[side] = pd.concat([told, shares(np.array(came), n)], axis=1)
    earlier = sides["before"]
    # The ages within both rules stand alone in the picture of why; the verdict is of a share, without good or bad.
    compared = beside(sides["after"], earlier, ["first_age", "last_age"], None)
    return compared.assign(before_n=earlier["n"], before_numerator=earlier["numerator"])
