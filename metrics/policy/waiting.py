"""The dry run: which of the tickets that wait now the rules would approve, and each by which."""

from __future__ import annotations

import pandas as pd

from metrics.policy.rule import Rule, any_of

SHOWN = [
    "shop",
    "ticket_id",
    "order_id",
    "product_name",
    "category",
    "province",
    "type",
    "reason",
    "tier",
    "amount",
    "requested_at",
    "waiting_hours",
    "tickets_in_90_days",
    "rule",
]


def approvable(rules: tuple[Rule, ...], waiting: pd.DataFrame) -> pd.DataFrame:
    """Return the tickets that a rule approves, the longest waiting first; `rule` is the first that does."""
    hits = any_of(rules, waiting)
    by = [next((name for name, hit in row.items() if hit), None) for row in hits.to_dict("records")]
    named = waiting.assign(rule=pd.Series(by, index=waiting.index, dtype="str"))
    return named[named["rule"].notna()].sort_values(["requested_at", "shop", "ticket_id"])[SHOWN].reset_index(drop=True)
