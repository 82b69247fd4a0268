"""Rules replayed on history: what they would have approved, what that would have saved, and how often it went wrong.

Each ticket is judged at the moment of its request, by what was known then. What became of it in fact is read only
afterwards, to count. A ticket went wrong if a person rejected it, if it was disputed within 15 days, or if it was
abusive: a dispute about it was ruled against the buyer, or he sent back at least three lines and half of all he bought.
Counted are tickets whose end is known and that are 15 days old.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from metrics.frame import shares
from metrics.policy.history import narrowed
from metrics.policy.rule import Matches, Rule, any_of
from metrics.question import Value

Of = Literal["tickets", "breaches", "wrong", "settled"]
WENT_WRONG = ("rejected", "disputed", "abusive")


@dataclass(frozen=True)
class Replay:
    """Rules over a span of days.

    `tickets` holds every ticket of the span, with what was known of it and what became of it; `hits` which rule
    approves which of them. `summary` has a row a rule and one, without a name, for all rules together, in which a
    ticket that several approve counts once: `rule, tickets, of, answered, hours_saved, breaches_avoided, priced,
    money, settled, rejected, disputed, abusive, wrong, value, low, high, status`. `hours_saved` are those that were
    waited for an answer, `money` what the lines cost, `value` the share of `settled` that went wrong with its
    interval. `disputed` is empty where no export tells of disputes.
    """

    rules: tuple[Rule, ...]
    start: date
    stop: date
    tickets: pd.DataFrame
    hits: pd.DataFrame
    summary: pd.DataFrame

    def rows(self, rule: str | None = None, of: Of = "tickets") -> pd.DataFrame:
        """Return the tickets behind a number of the summary, with the names of the rules that approve each."""
        chosen = _chosen(self.hits, rule)
        if of != "tickets":
            chosen &= _counted(self.tickets)[of]
        names = [
            " · ".join(str(name) for name, hit in row.items() if hit) for row in self.hits[chosen].to_dict("records")
        ]
        return self.tickets[chosen].assign(rules=pd.Series(names, index=self.tickets.index[chosen], dtype="str"))


def replay(rules: tuple[Rule, ...], tickets: pd.DataFrame, start: date, stop: date) -> Replay:
    """Return what the rules would have done to the tickets of `metrics.policy.history.past_tickets`."""
    hits, counted = any_of(rules, tickets), _counted(tickets)
    sums = pd.DataFrame(list(_sums(rules, tickets, hits, counted)))
    wrong = shares(*(sums[name].to_numpy(dtype=float) for name in ("wrong", "settled")))
    return Replay(rules, start, stop, tickets, hits, pd.concat([sums, wrong], axis=1))


def within(told: Replay, where: Mapping[str, Sequence[Value]]) -> Replay:
    """Return the replay of those tickets alone that lie within limits (`metrics.policy.history.narrowed`)."""
    return replay(told.rules, narrowed(told.tickets, where), told.start, told.stop)


def _sums(
    rules: tuple[Rule, ...], tickets: pd.DataFrame, hits: pd.DataFrame, counted: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    tells_disputes = bool(tickets["disputed"].notna().any())
    for name in (*(rule.name for rule in rules), None):
        chosen = _chosen(hits, name)
        mine, ended = tickets[chosen], counted[chosen]
        yield {
            "rule": name,
            "tickets": int(chosen.sum()),
            "of": len(tickets),
            "answered": int(mine["answered"].sum()),
            "hours_saved": float(mine["response_hours"].sum()),
            "breaches_avoided": int(ended["breaches"].sum()),
            "priced": int(mine["amount"].notna().sum()),
            "money": round(float(mine["amount"].sum()), 2),
            "settled": int(ended["settled"].sum()),
            "rejected": int(ended["rejected"].sum()),
            "disputed": float(ended["disputed"].sum()) if tells_disputes else np.nan,
            "abusive": int(ended["abusive"].sum()),
            "wrong": int(ended["wrong"].sum()),
        }


def _chosen(hits: pd.DataFrame, rule: str | None) -> Matches:
    return hits.any(axis="columns") if rule is None else hits[rule].copy()


def _counted(tickets: pd.DataFrame) -> pd.DataFrame:
    """Return what each ticket counts towards: an end counts only once it is known."""
    settled = tickets["settled"].fillna(False).astype(bool)
    ends = {name: tickets[name].fillna(False).astype(bool) & settled for name in WENT_WRONG}
    wrong = ends["rejected"] | ends["disputed"] | ends["abusive"]
    breaches = tickets["breached"].fillna(False).astype(bool)
    return pd.DataFrame({**ends, "settled": settled, "wrong": wrong, "breaches": breaches}, index=tickets.index)
