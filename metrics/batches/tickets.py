"""The requests behind a batch's count, and what its customers say in their own words."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from metrics.batches.counts import KEY, Family
from metrics.batches.tracing import HAS_BATCH
from metrics.export import masked
from metrics.warehouse.engine import Reader

WORDS_SHOWN = 5

LEAST_SIGNS = 4
"""Signs without which a text says no more than the reason that was ticked: 坏了, ok."""

_TICKETS = """
SELECT r.sold_on, t.requested_at, t.ticket_id, t.order_id, t.type, t.reason_text, t.description, t.outcome,
       CAST(t.refund_amount AS DOUBLE) AS refund_amount, r.units AS returns, r.warehouse, r.courier, r.province
FROM (
    SELECT shop, ticket_id, day AS sold_on, CAST({family}_units AS BIGINT) AS units, warehouse, courier, province
    FROM returned_units
    WHERE {key} = $key AND {family}_units > 0 AND {has_batch} AND day >= $since AND day + CAST(age AS INT) < $stop
) AS r
INNER JOIN tickets AS t ON t.shop = r.shop AND t.ticket_id = r.ticket_id
ORDER BY t.requested_at DESC, t.ticket_id
"""

_MARKS = re.compile(r"\W+")


def batch_tickets(reader: Reader, family: Family, key: str, since: date, stop: date) -> pd.DataFrame:
    """Return the requests whose units a batch's count is made of, the newest first, with personal data masked.

    Columns: `sold_on, requested_at, ticket_id, order_id, type, reason_text, description, outcome, refund_amount,
    returns, warehouse, courier, province`; the sum of `returns` is the batch's count.
    """
    text = _TICKETS.format(key=KEY, family=family, has_batch=HAS_BATCH)
    return masked(reader.sql(text, {"key": key, "since": since, "stop": stop}))


def customers_words(tickets: pd.DataFrame, most: int = WORDS_SHOWN) -> pd.DataFrame:
    """Return what customers wrote: distinct texts, those that say most, the newest first.

    Columns: `requested_at, reason_text, description, said` (how many wrote just this). A text that repeats the reason,
    or is too short to add to it, is nobody's own words.

    >>> day = pd.Timestamp("2026-11-10")
    >>> rows = {"requested_at": [day, day], "reason_text": ["无法开机", "无法开机"]}
    >>> customers_words(pd.DataFrame({**rows, "description": ["插电没反应！", "插电没反应"]}))["said"].tolist()
    [2]
    """
    columns = ["requested_at", "reason_text", "description", "said"]
    rows = tickets[["requested_at", "reason_text", "description"]].dropna(subset="description")
    rows = rows.assign(description=[str(text).strip() for text in rows["description"]])
    rows["same"] = pd.Series([_bare(text) for text in rows["description"]], index=rows.index, dtype="str")
    reasons = [_bare(str(reason)) for reason in rows["reason_text"].fillna("")]
    rows["signs"] = rows["same"].str.len()
    rows = rows[(rows["signs"] >= LEAST_SIGNS) & (rows["same"] != pd.Series(reasons, index=rows.index, dtype="str"))]
    rows["said"] = rows.groupby("same")["same"].transform("size")
    newest = rows.sort_values("requested_at", ascending=False, kind="stable").drop_duplicates("same")
    telling = newest.nlargest(most, "signs")
    return telling.sort_values("requested_at", ascending=False, kind="stable")[columns].reset_index(drop=True)


def _bare(text: str) -> str:
    """Return a text without what two people write differently who say the same."""
    return _MARKS.sub("", text).casefold()
