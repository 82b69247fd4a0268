"""Is it the batch at all? The same excess by warehouse, courier and province, inside the batch and outside of it.

A batch that travels with a careless courier looks like a bad batch. It is told apart outside of the batch: where the
courier's other parcels come back as often, the courier explains the excess, and the batch does not.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pandas as pd
from scipy.special import gammaincinv

from metrics.batches.counts import EXPOSED, KEY, Family
from metrics.batches.tracing import HAS_BATCH
from metrics.warehouse.engine import Reader

DIMENSIONS = ("warehouse", "courier", "province")

COLUMNS = ["scope", "dimension", "value", "units", "observed", "expected", "relative_rate", "low", "high"]

TAIL = 0.05
"""Probability on either side of an interval: 90 % lie within, as in the report."""

EXPLAINED = 0.5
"""Share of a batch's excess that has to be explained from outside of it before something else is suspected."""

PRIOR_RETURNS = 2.0
"""Expected returns at the usual rate that are added outside: a courier of three parcels explains nothing."""

_SLICES = """
WITH sold AS (
    SELECT {key} AS batch_key, warehouse, courier, province, {exposed} AS units, 0 AS observed
    FROM sold_lines
    WHERE day >= $since AND day < $stop AND {exposed} > 0 AND {has_batch} AND coalesce(category, '') IN $categories
    UNION ALL
    SELECT {key} AS batch_key, warehouse, courier, province, 0 AS units, {family}_units AS observed
    FROM returned_units
    WHERE day >= $since AND day + CAST(age AS INT) < $stop AND {family}_units > 0 AND {has_batch}
        AND coalesce(category, '') IN $categories
)
SELECT batch_key,
       CASE WHEN grouping(warehouse) = 0 THEN 'warehouse' WHEN grouping(courier) = 0 THEN 'courier' ELSE 'province' END
           AS dimension,
       coalesce(warehouse, courier, province) AS value,
       CAST(sum(units) AS BIGINT) AS units, CAST(sum(observed) AS BIGINT) AS observed
FROM sold
GROUP BY GROUPING SETS ((batch_key, warehouse), (batch_key, courier), (batch_key, province))
ORDER BY ALL
"""


def slices(reader: Reader, family: Family, since: date, stop: date, categories: Collection[str]) -> pd.DataFrame:
    """Return units sold and returned by batch and value: `batch_key, dimension, value, units, observed`."""
    text = _SLICES.format(key=KEY, exposed=EXPOSED[family], family=family, has_batch=HAS_BATCH)
    return reader.sql(text, {"since": since, "stop": stop, "categories": sorted(categories)})


def suspects(cut: pd.DataFrame, batches: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return what each value of each dimension has back inside a batch, and in the category's other batches.

    `batches` is indexed by batch and has `category`, `units` and `expected`, which is spread over the values like
    the units sold. The interval holds 90 % and is that of a count of returns.
    """
    category = batches["category"].fillna("")
    same = batches[category == category[key]]
    per_unit = (same["expected"] / same["units"]).dropna().rename("per_unit")
    rows = cut.merge(per_unit, left_on="batch_key", right_index=True)
    rows["expected"] = rows["units"] * rows["per_unit"]
    rows["scope"] = pd.Categorical(
        rows["batch_key"].eq(key).map({True: "batch", False: "others"}), ["batch", "others"], ordered=True
    )
    rows["dimension"] = pd.Categorical(rows["dimension"], DIMENSIONS, ordered=True)
    by = ["scope", "dimension", "value"]
    table = rows.dropna(subset="value").groupby(by, observed=True)[["units", "observed", "expected"]].sum()
    table = table[table["expected"] > 0].reset_index()
    table["relative_rate"] = table["observed"] / table["expected"]
    # gammaincinv has no answer for a shape of 0: of no returns the lower end is 0.
    table["low"] = gammaincinv(table["observed"].clip(lower=1), TAIL) / table["expected"] * (table["observed"] > 0)
    table["high"] = gammaincinv(table["observed"] + 1, 1 - TAIL) / table["expected"]
    table = table.sort_values(["scope", "dimension", "relative_rate", "value"], ascending=[True, True, False, True])
    return table.astype({"scope": object, "dimension": object})[COLUMNS].reset_index(drop=True)


def culprit(table: pd.DataFrame, observed: float, expected: float) -> tuple[str, str] | None:
    """Return the dimension and value that explain the excess of a batch from outside of it; None if none does.

    What a value brings to other batches, it would bring to this one: its expected returns here, times how much more
    than usual it has there. The dimension that explains most of the excess is named, if that is half of it or more.
    """
    excess = observed - expected
    if excess <= 0:
        return None
    inside = table[table["scope"] == "batch"].set_index(["dimension", "value"])
    outside = table[table["scope"] == "others"].set_index(["dimension", "value"])
    whole = outside.groupby("dimension")[["observed", "expected"]].transform("sum")
    rest = whole - outside[["observed", "expected"]]
    usual = rest["observed"] / rest["expected"].where(rest["expected"] > 0)
    there = (outside["observed"] / usual + PRIOR_RETURNS) / (outside["expected"] + PRIOR_RETURNS)
    brought = (inside["expected"] * (there.reindex(inside.index) - 1)).dropna()
    brought = brought[outside["low"].reindex(brought.index) > 1]
    if brought.empty:
        return None
    by_dimension = brought.groupby("dimension").sum()
    dimension = str(by_dimension.idxmax())
    if by_dimension[dimension] < EXPLAINED * excess:
        return None
    return dimension, str(brought[dimension].idxmax())
