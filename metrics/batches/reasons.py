"""What the customers of a batch say, against those of the SKU's other batches."""

from __future__ import annotations

from datetime import date

import pandas as pd

from metrics.batches.counts import KEY, Family
from metrics.batches.tracing import HAS_BATCH, SKU_KEY
from metrics.warehouse.engine import Reader

_REASONS = """
SELECT {key} AS batch_key, {sku_key} AS sku_key, reason_text AS reason, CAST(sum({family}_units) AS BIGINT) AS returns
FROM returned_units
WHERE day >= $since AND day + CAST(age AS INT) < $stop AND {family}_units > 0 AND {has_batch}
GROUP BY ALL
ORDER BY ALL
"""


def returns_by_reason(reader: Reader, family: Family, since: date, stop: date) -> pd.DataFrame:
    """Return the units that came back by batch and reason, as the customers put it: a text, or NULL."""
    text = _REASONS.format(key=KEY, sku_key=SKU_KEY, family=family, has_batch=HAS_BATCH)
    return reader.sql(text, {"since": since, "stop": stop})


def top_reasons(reasons: pd.DataFrame, expected: pd.Series[float]) -> pd.DataFrame:
    """Return by batch the reason with the largest excess, `top_reason`, and its share of the returns.

    Excess is what was observed less what a normal batch of this age would have of that reason: its expected
    returns, spread over reasons as in the SKU's other batches. Of a SKU's only batch it is the most frequent one.
    """
    rows = reasons.merge(expected.rename("expected"), left_on="batch_key", right_index=True)
    of_sku = reasons.groupby(["sku_key", "reason"], dropna=False)["returns"].sum().rename("of_sku").reset_index()
    rows = rows.merge(of_sku, on=["sku_key", "reason"])
    of_batch = rows.groupby("batch_key")["returns"].transform("sum")
    others = rows["sku_key"].map(reasons.groupby("sku_key")["returns"].sum()) - of_batch
    usual = ((rows["of_sku"] - rows["returns"]) / others.where(others > 0)).fillna(0.0)
    rows = rows.assign(
        excess=rows["returns"] - rows["expected"].fillna(0.0) * usual, top_reason_share=rows["returns"] / of_batch
    )
    rows = rows.dropna(subset="reason").sort_values(["excess", "reason"], ascending=[False, True])
    return (
        rows.drop_duplicates("batch_key")
        .set_index("batch_key")
        .rename(columns={"reason": "top_reason"})[["top_reason", "top_reason_share"]]
    )


def compared_reasons(reasons: pd.DataFrame, sold: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the reasons of one batch beside those of the SKU's other batches, the largest difference first.

    `sold` is indexed by batch and has `sku_key` and `units`. Columns: reason, returns, share, rate, others_returns,
    others_share, others_rate; shares are of the returned units, rates per unit sold.
    """
    sku_key, units = sold["sku_key"], sold["units"].astype("float64")
    same = sku_key == sku_key[key]
    of_sku = reasons[reasons["sku_key"] == sku_key[key]]
    inside = of_sku[of_sku["batch_key"] == key].groupby("reason", dropna=False)["returns"].sum()
    outside = of_sku[of_sku["batch_key"] != key].groupby("reason", dropna=False)["returns"].sum()
    table = pd.DataFrame({"returns": inside, "others_returns": outside}).fillna(0).astype("int64")
    table = table.rename_axis("reason").reset_index()
    table["share"] = _over(table["returns"], float(table["returns"].sum()))
    table["rate"] = _over(table["returns"], float(units[key]))
    table["others_share"] = _over(table["others_returns"], float(table["others_returns"].sum()))
    table["others_rate"] = _over(table["others_returns"], float(units[same].sum() - units[key]))
    table["difference"] = table["rate"] - table["others_rate"].fillna(0.0)
    table = table.sort_values(["difference", "reason"], ascending=[False, True], ignore_index=True)
    return table[["reason", "returns", "share", "rate", "others_returns", "others_share", "others_rate"]]


def _over(counts: pd.Series[int], whole: float) -> pd.Series[float]:
    return counts / whole if whole else counts * float("nan")
