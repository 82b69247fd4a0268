"""Approving for real: one ticket after the other through whoever may act at the platform, until something says stop.

The lock, the cap of a day, the ledger and the switch are those of the one who acts; here it is only decided which
tickets come before him. One that has moved on since is left alone; any other refusal ends the round, because what
stopped one approval would stop the next, or had better.
"""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from metrics.words import Finding, Refused

SENT_BACK = frozenset({"return", "exchange", "repair"})
"""Where approving means that the customer sends the goods in. Whatever pays without goods is left to a person."""

LEFT_ALONE = frozenset({"jd.moved_on", "jd.no_order"})


class Approver(Protocol):
    """Whoever approves a ticket at the platform; returns what became of it, or raises `Refused`."""

    def __call__(self, ticket_id: str, order_id: str, note: str) -> str: ...


def approve(tickets: pd.DataFrame, approver: Approver, note: str) -> tuple[pd.DataFrame, Finding | None]:
    """Approve the tickets of `approvable` in their order.

    Returns them with `result` (done, already, dry, moved, refused, skipped or person), and why the round ended early.
    """
    results: list[str] = []
    stopped: Finding | None = None
    for row in tickets.to_dict("records"):
        if row["type"] not in SENT_BACK or pd.isna(row["order_id"]):
            results.append("person")
            continue
        if stopped is not None:
            results.append("skipped")
            continue
        try:
            results.append(approver(str(row["ticket_id"]), str(row["order_id"]), note.format(rule=row["rule"])))
        except Refused as refused:
            left = refused.finding.code in LEFT_ALONE
            results.append("moved" if left else "refused")
            stopped = None if left else refused.finding
    return tickets.assign(result=pd.Series(results, index=tickets.index, dtype="str")), stopped
