"""What the group reads: how many tickets run out of time, and which of them it has not been told of yet.

Numbers of tickets, products and reasons, and nothing of the customer: a group is larger than those who handle the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from dashboard.webhook.robots import LONGEST
from metrics.response import FRESH, outlook, remaining
from metrics.words import Finding, Language, say, value_label

MOST_LISTED = 20


def running_out(waiting: pd.DataFrame, new: pd.DataFrame, within: timedelta, language: Language, old: str) -> str:
    """Return the message of tickets that run out of time: the new ones by name, as many as a message holds."""
    head = say(Finding("alarm.running_out", {"outlook": say(outlook(waiting, within), language)}), language)
    lines = [_line(row, language) for row in new.head(MOST_LISTED).to_dict("records")]
    while True:
        listed = [head, *lines]
        if len(lines) < len(new):
            listed.append(say(Finding("alarm.more", {"count": len(new) - len(lines)}), language))
        text = "\n".join([*listed, old] if old else listed)
        if len(text.encode()) <= LONGEST or not lines:
            return text
        lines.pop()


def recovered(language: Language) -> str:
    """Return the message that nothing runs out of time any more."""
    return say(Finding("alarm.recovered"), language)


def age(as_of: datetime, now: datetime, language: Language) -> str:
    """Return the line that says how old the data are, where that matters."""
    if now - as_of <= FRESH:
        return ""
    return say(Finding("alarm.old", {"as_of": f"{as_of:%m-%d %H:%M}"}), language)


def _line(row: Mapping[Any, Any], language: Language) -> str:
    product = row["sku_id"] if pd.isna(row["product_name"]) else row["product_name"]
    parts = [str(row["ticket_id"]), say(remaining(row["hours_left"]), language)]
    parts += [] if pd.isna(product) else [str(product)]
    return " · ".join([*parts, value_label("reason", row["reason"], language)])
