"""Freight insurance, reshipping out of goodwill, and what after-sales cost: plain counts, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Protocol

import pandas as pd

from metrics import frame as frames
from metrics.catalog import CATALOG
from metrics.frame import MEASURES
from metrics.question import Question

INSURANCE = ("refund_rate", "return_rate", "dispute_rate")
COST_PARTS = ("aftersales_refunds", "aftersales_freight", "aftersales_compensation", "aftersales_recovered")
OTHER_TYPES = ("return", "exchange", "repair", "refund_only", "other")
AGAIN = 30
"""Days within which a customer whose ticket was closed bought again, or did not."""

_AGAIN = """
WITH closed AS (
    SELECT t.shop, t.ticket_id, t.type = 'reship' AS reshipped, t.closed_at, MIN(l.customer_id) AS customer_id
    FROM tickets AS t
    INNER JOIN order_lines AS l ON l.shop = t.shop AND l.order_id = t.order_id
    WHERE t.closed_at IS NOT NULL AND t.type <> 'refund_before_shipping'
    GROUP BY ALL
),

followed AS (
    SELECT
        c.reshipped,
        c.customer_id IS NOT NULL AS known,
        CAST(c.closed_at AS DATE) + {days} <= CAST(s.as_of AS DATE) AS reached,
        EXISTS (
            SELECT 1 FROM order_lines AS o
            WHERE o.shop = c.shop AND o.customer_id = c.customer_id AND o.paid_at > c.closed_at
                AND CAST(o.paid_at AS DATE) - CAST(c.closed_at AS DATE) <= {days} AND NOT COALESCE(o.cancelled, FALSE)
        ) AS again
    FROM closed AS c
    INNER JOIN shops AS s ON s.shop = c.shop
)

SELECT
    reshipped,
    COUNT(*) AS n,
    COUNT(*) FILTER (known) AS recorded,
    COUNT(*) FILTER (known AND reached) AS covered,
    COUNT(*) FILTER (known AND reached AND again) AS numerator,
    COUNT(*) FILTER (known AND reached) AS denominator,
    0 AS undated
FROM followed
GROUP BY reshipped
ORDER BY reshipped DESC
"""


class Source(Protocol):
    """What an opened shop has to tell."""

    @property
    def as_of(self) -> datetime | None:
        """The time up to which the data reach."""

    def query(self, metric: str | Question) -> pd.DataFrame:
        """Return the frame of a question."""

    def sql(self, text: str) -> pd.DataFrame:
        """Return the rows of one SELECT."""


Where = Mapping[str, Any]


def freight_insurance(shop: Source, where: Where | None, start: date | None, stop: date | None) -> pd.DataFrame:
    """Return the share insured, and what became of lines with and without; `Shop.freight_insurance` says more."""
    asked = Question("freight_insurance_share", where=where or {}, start=start, stop=stop)
    parts = [shop.query(asked).assign(metric=asked.metric, insured=None)]
    for name in INSURANCE:
        told = shop.query(replace(asked, metric=name, by=("insured",)))
        parts.append(told[told["insured"].notna()].assign(metric=name))
    returned = parts[1 + INSURANCE.index("return_rate")]
    parts.append(_complement(returned[returned["insured"].astype(bool)]).assign(metric="insured_unused"))
    whole = pd.concat([part.astype({"insured": object}) for part in parts], ignore_index=True)
    return whole[["metric", "insured", *MEASURES]]


def _complement(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the share that was not: of insured lines those that nobody sent back."""
    return rows.assign(
        numerator=rows["denominator"] - rows["numerator"],
        value=1 - rows["value"],
        low=1 - rows["high"],
        high=1 - rows["low"],
        projected=1 - rows["projected"],
        projected_low=1 - rows["projected_high"],
        projected_high=1 - rows["projected_low"],
    )


def costs(shop: Source, where: Where | None, start: date | None, stop: date | None) -> pd.DataFrame:
    """Return the after-sales cost in its parts, and all freight by who bore it; `Shop.costs` says more."""
    asked = Question("aftersales_cost", where=where or {}, start=start, stop=stop)
    whole = [shop.query(replace(asked, metric=name)).assign(metric=name) for name in ("aftersales_cost", *COST_PARTS)]
    freight = shop.query(replace(asked, metric="aftersales_freight_total", by=("freight_paid_by",)))
    borne = freight[freight["numerator"].fillna(0) != 0].assign(metric="aftersales_freight_total")
    both = pd.concat([*whole, borne], ignore_index=True)
    if "freight_paid_by" not in both:
        both["freight_paid_by"] = None
    return both[["metric", "freight_paid_by", *MEASURES]]


def goodwill(shop: Source, where: Where | None, start: date | None, stop: date | None) -> pd.DataFrame:
    """Return what came after a reshipment, beside all other tickets; `Shop.goodwill` says more."""
    rows = []
    for reshipped, types in ((True, ("reship",)), (False, OTHER_TYPES)):
        for name in ("aftersales_cost", "satisfaction_score"):
            limits: dict[str, Any] = {**(where or {}), "type": types}
            told = shop.query(Question(name, where=limits, start=start, stop=stop))
            rows.append(told.assign(metric=name, reshipped=reshipped))
    if not where and start is None and stop is None:
        rows.append(_again(shop))
    return pd.concat(rows, ignore_index=True)[["metric", "reshipped", *MEASURES]]


def _again(shop: Source) -> pd.DataFrame:
    """Return how many customers bought again within 30 days of their ticket's end, by whether it was a reshipment."""
    metric = CATALOG["repurchase_rate"]
    sums = shop.sql(_AGAIN.format(days=AGAIN))
    told = frames.answer(sums, ["reshipped"], metric, metric.readings["final"], absent=False)
    return told.assign(metric="repurchase_after_ticket", reshipped=told["reshipped"].astype(bool))
