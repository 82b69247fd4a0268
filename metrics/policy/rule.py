"""One rule for approving tickets without a person: what has to be true of a ticket, as data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import pandas as pd

from metrics.words import Language

Matches: TypeAlias = "pd.Series[bool]"

NAMES = ("name", "name_en")

LISTED = {"type": "type", "reason": "reason", "tier": "tier"}
"""Conditions that name the values allowed, and the column that each looks at."""

AT_MOST = {
    "max_amount": "amount",
    "max_order_days": "order_days",
    "max_waiting_hours": "waiting_hours",
    "max_tickets_in_90_days": "tickets_in_90_days",
}
"""Conditions that set a limit, and the column that each looks at."""


@dataclass(frozen=True)
class Rule:
    """Approve a ticket if all of its conditions hold; one that is not stated asks for nothing.

    `max_amount` is of what the line cost, in yuan; `max_order_days` of the days from payment to the request;
    `max_waiting_hours` of how long the ticket has waited when the rule looks at it. `max_tickets_in_90_days` and
    `max_refund_share` are of what the customer had done before he asked: his tickets, and which share of all the
    lines he had paid he had asked to be refunded, whatever became of it. What a ticket does not tell holds for no
    condition: an unknown amount is not a small one.

    `name` is what a rule is known by, in tables and on the command line; `name_en` is what an English reader is shown.
    """

    name: str
    type: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    freight_insured: bool | None = None
    max_amount: float | None = None
    max_order_days: float | None = None
    max_waiting_hours: float | None = None
    max_tickets_in_90_days: int | None = None
    max_refund_share: float | None = None
    name_en: str | None = None

    def label(self, language: Language) -> str:
        """Return its name in a language; a rule that has but one is called by that."""
        return self.name_en or self.name if language == "en" else self.name

    def matches(self, tickets: pd.DataFrame) -> Matches:
        """Return which of the tickets (see `metrics.policy.history`) it approves."""
        held = pd.Series(True, index=tickets.index)
        for name, column in LISTED.items():
            if allowed := getattr(self, name):
                held &= tickets[column].isin(allowed)
        for name, column in AT_MOST.items():
            if (limit := getattr(self, name)) is not None:
                held &= (tickets[column] <= limit).fillna(False).astype(bool)
        if self.freight_insured is not None:
            held &= (tickets["insured"] == self.freight_insured).fillna(False).astype(bool)
        if self.max_refund_share is not None:
            most = tickets["lines_before"] * self.max_refund_share
            held &= ((tickets["refunds_before"] <= most) & (tickets["lines_before"] > 0)).fillna(False).astype(bool)
        return held

    @property
    def conditions(self) -> dict[str, Any]:
        """The conditions that are stated, by name."""
        stated = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in NAMES}
        return {name: value for name, value in stated.items() if value is not None and value != ()}


def any_of(rules: tuple[Rule, ...], tickets: pd.DataFrame) -> pd.DataFrame:
    """Return which rule approves which ticket: a column a rule, a row a ticket."""
    columns = {rule.name: rule.matches(tickets) for rule in rules}
    return pd.DataFrame(columns, index=tickets.index, dtype=bool)
