"""How many of a shop's requests can be traced to a batch: what is lost on the way must not make a batch look good.

A request that belongs to no line is lost to every batch. Where a fifth of a SKU's requests are lost, its batches show
four fifths of their returns, and no more than that may be expected of them. The share is told for every 60 days on its
own: an export that has lost its order numbers since October would else make September look bad.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from metrics.warehouse.engine import Reader

PERIOD_DAYS = 60
"""Days of requests from which a share is told, counted back from the last: recent, and enough of them."""

PRIOR_REQUESTS = 20.0
"""Requests at the shop's share that are added to those of a SKU: two tickets of which one is lost prove nothing."""

SKU_KEY = "concat_ws(chr(31), shop, sku_id)"

HAS_BATCH = "batch_id IS NOT NULL AND sku_id IS NOT NULL"

OF_FAMILY = {"quality": "merchant_liable = 1", "all": "TRUE"}

# A ticket of an order that is not in the store is no loss to any batch: the sale is not counted either.
_REQUESTS = """
SELECT shop, CASE WHEN sku_id IS NOT NULL THEN {sku_key} END AS sku_id,
       CAST(floor(($stop - requested_on - 1) / {days}) AS INT) AS period,
       count(*) AS requests,
       count(*) FILTER (NOT ({has_batch} AND line_id IS NOT NULL)) AS without_batch,
       count(*) FILTER (line_id IS NULL) AS lost
FROM returned_units
WHERE requested_on >= $since AND requested_on < $stop
    AND (line_id IS NOT NULL OR order_id IS NULL OR lines_of_order > 0) AND {of_family}
GROUP BY ALL
ORDER BY ALL
"""


def requests(reader: Reader, family: str, since: date, stop: date) -> pd.DataFrame:
    """Return `shop, sku_id, period, requests, without_batch, lost`: period 0 are the last 60 days.

    `sku_id` is the SKU's key, and absent where nobody knows what the request is about. `lost` are the requests of no
    line; `without_batch` are these, and those of a line that has no batch (whose sale is not counted either).
    """
    text = _REQUESTS.format(sku_key=SKU_KEY, days=PERIOD_DAYS, has_batch=HAS_BATCH, of_family=OF_FAMILY[family])
    return reader.sql(text, {"since": since, "stop": stop})


def share_without_batch(asked: pd.DataFrame) -> float:
    """Return the share of the requests of the last 60 days that have no batch."""
    recent = asked[asked["period"] == 0]
    whole = recent["requests"].sum()
    return float(recent["without_batch"].sum() / whole) if whole else 0.0


def traceable(units: pd.DataFrame, asked: pd.DataFrame, stop: date) -> pd.Series[float]:
    """Return the units of each row of `units` whose returns could be traced: units x the SKU's share of its time.

    `units` has `shop, sku_id, sold_on, units`. What nobody knows the SKU of is lost to all SKUs of the shop alike.
    """
    age = (pd.Timestamp(stop) - pd.to_datetime(units["sold_on"])).dt.days - 1
    rows = units.assign(period=age // PERIOD_DAYS)
    of_shop = asked.assign(nameless=asked["requests"].where(asked["sku_id"].isna(), 0))
    shop = of_shop.groupby(["shop", "period"], as_index=False)[["requests", "lost", "nameless"]].sum()
    shop["named"] = 1 - shop["nameless"] / shop["requests"]
    shop["kept"] = (1 - (shop["lost"] - shop["nameless"]) / (shop["requests"] - shop["nameless"])).fillna(1.0)
    of_sku = asked.dropna(subset="sku_id").groupby(["sku_id", "period"], as_index=False)[["requests", "lost"]].sum()
    rows = rows.merge(shop[["shop", "period", "named", "kept"]], on=["shop", "period"], how="left")
    rows = rows.merge(of_sku, on=["sku_id", "period"], how="left")
    rows = rows.fillna({"named": 1.0, "kept": 1.0, "requests": 0.0, "lost": 0.0})
    kept = rows["requests"] - rows["lost"] + PRIOR_REQUESTS * rows["kept"]
    share = rows["named"] * kept / (rows["requests"] + PRIOR_REQUESTS)
    return pd.Series((rows["units"] * share).to_numpy(), index=units.index, dtype="float64")
