"""What the units still in stock would cost if they were sold: the reason to act today."""

from __future__ import annotations

from datetime import date

import pandas as pd

from metrics.batches.tracing import SKU_KEY
from metrics.warehouse.engine import Reader

FEWEST_UNITS = 20
"""Returned units of a SKU below which their mean cost is chance, and that of its category is taken."""

_LOSSES = f"""
SELECT {SKU_KEY} AS sku_key, min(category) AS category,
       CAST(sum(cost) AS DOUBLE) AS cost, CAST(sum(all_units) AS DOUBLE) AS units
FROM returned_units
WHERE day >= $since AND day + CAST(age AS INT) < $stop AND all_units > 0 AND outcome <> 'open' AND prices_recorded = 1
GROUP BY ALL
"""


def losses(reader: Reader, since: date, stop: date) -> pd.DataFrame:
    """Return what returned units have cost each SKU: `sku_key, category, cost, units`.

    The cost of a ticket is refund + freight at the shop's expense + compensation - what was recovered. Open tickets
    are left out, because nothing of theirs has been paid yet.
    """
    return reader.sql(_LOSSES, {"since": since, "stop": stop})


def money_at_risk(batches: pd.DataFrame, paid: pd.DataFrame) -> pd.Series[float]:
    """Return what delisting a batch would save, in yuan; NaN where stock, rate or loss is unknown.

    units in stock x (expected final rate of the batch - that of a normal one) x the usual loss of one return

    where the final rate of the batch is `expected_rate_final` x `relative_rate`, one at most: what is in stock will
    be sold, and will come back at the rate of what was. A batch that is better than normal puts nothing at risk.
    """
    usual = batches["expected_rate_final"]
    excess = (usual * batches["relative_rate"]).clip(upper=1.0) - usual
    return batches["units_in_stock"].astype("float64") * excess.clip(lower=0.0) * loss_of_one(batches, paid)


def loss_of_one(batches: pd.DataFrame, paid: pd.DataFrame) -> pd.Series[float]:
    """Return the usual loss of one returned unit: of its SKU, category or shop, else what the unit cost."""
    skus = paid.set_index("sku_key")
    of_sku = _mean(skus[skus["units"] >= FEWEST_UNITS])
    of_category = _mean(paid.groupby("category")[["cost", "units"]].sum())
    known = batches["sku_key"].map(of_sku).fillna(batches["category"].map(of_category))
    if len(paid):
        known = known.fillna(paid["cost"].sum() / paid["units"].sum())
    return known.fillna(batches["unit_cost"]).astype("float64")


def _mean(sums: pd.DataFrame) -> pd.Series[float]:
    return sums["cost"] / sums["units"]
