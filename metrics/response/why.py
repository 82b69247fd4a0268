"""Why a ticket stands where it stands, in one line: the time, who asks, what for, how much, and what may come of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import pandas as pd

from metrics.words import Finding

RISKY = 2.0
"""How many times the shop's usual share of disputes makes a risk worth a word."""

VALUED = 5_000.0
"""Yuan that a customer has paid this shop from which on that is worth a word."""


def whys(waiting: pd.DataFrame) -> list[Finding]:
    """Return the line of each ticket as a finding.

    >>> say(shop.queue()["why"].iloc[0], "zh")  # doctest: +SKIP
    '剩3小时·金牌·破损·¥899'
    """
    return [_why(row) for row in waiting.to_dict("records")]


def _why(row: Mapping[Any, Any]) -> Finding:
    parts = [
        *_time(row),
        *_told(row, "tier", "why_tier"),
        *([Finding("response.why_value", {"value": row["customer_value"]})] if row["customer_value"] >= VALUED else []),
        Finding(f"response.reason_{row['reason']}") if _is_known(row["reason"]) else Finding("response.reason_unknown"),
        *_told(row, "amount", "why_amount"),
        *_risk(row),
        *_exchange(row),
        *_promise(row),
    ]
    return reduce(lambda first, rest: Finding("response.why", {"first": first, "rest": rest}), parts)


def _time(row: Mapping[Any, Any]) -> list[Finding]:
    left = row["hours_left"]
    if not _is_known(left):
        return []
    side, minutes = "late" if left <= 0 else "left", int(abs(left) * 60)
    if minutes < 60:
        return [Finding(f"response.why_{side}_minutes", {"minutes": minutes})]
    return [Finding(f"response.why_{side}_hours", {"hours": minutes // 60})]


def _risk(row: Mapping[Any, Any]) -> list[Finding]:
    if not (row["p_dispute"] >= RISKY * row["usual_dispute"] > 0):
        return []
    return [Finding("response.why_dispute", {"share": row["p_dispute"]})]


def _exchange(row: Mapping[Any, Any]) -> list[Finding]:
    if row["type"] != "exchange":
        return []
    known = row["exchangeable"]
    state = "unknown" if not _is_known(known) else "in_stock" if known else "out_of_stock"
    return [Finding(f"response.{state}")]


def _promise(row: Mapping[Any, Any]) -> list[Finding]:
    """Return the day by which a repair was promised, where that is past or close."""
    if row["type"] != "repair" or not row["slipping"]:
        return []
    return [Finding("response.why_promise", {"day": f"{row['promised_on']:%m-%d}"})]


def _told(row: Mapping[Any, Any], name: str, code: str) -> list[Finding]:
    return [Finding(f"response.{code}", {name: row[name]})] if _is_known(row[name]) else []


def _is_known(value: Any) -> bool:
    return not pd.isna(value)
