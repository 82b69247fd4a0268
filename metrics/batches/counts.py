"""What was sold of each batch on each day, and what came back of it: the counts that a model of returns is fed with.

Units and not lines, since a line of ten with one unit back is one return. Only lines whose source records what came
back, with its day and its reason (or its type), are exposed: elsewhere no return would not mean that there was none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from metrics.batches.tracing import HAS_BATCH, SKU_KEY, requests, share_without_batch, traceable
from metrics.warehouse.engine import Reader
from metrics.words import Refused

Family = Literal["quality", "all"]
"""`quality`: the reason is liable to the merchant. `all`: these, and all that goes back to the shop."""

MOST_WITHOUT_BATCH = 0.2
"""Above this share of requests without a batch a ranking of batches would show who records, and not what is bad."""

KEY = "concat_ws(chr(31), shop, sku_id, batch_id, CASE WHEN batch_source = 'week' THEN 'week' ELSE 'batch' END)"
"""One text for one batch: the same id may stand under two SKUs or two shops, and a week is never a real batch."""

EXPOSED = {"quality": "reasoned_units", "all": "typed_units"}
"""The column of sold lines that counts the units whose returns of a family would be known."""

_SOLD = """
SELECT {key} AS batch_key, {sku_key} AS sku_key, shop, min(category) AS category, day AS sold_on,
       CAST(sum({exposed}) AS BIGINT) AS units
FROM sold_lines_sku
WHERE day >= $since AND day < $stop AND {exposed} > 0 AND {has_batch}
GROUP BY ALL
ORDER BY ALL
"""

_RETURNED = """
SELECT {key} AS batch_key, day AS sold_on, day + CAST(age AS INT) AS returned_on,
       CAST(sum({family}_units) AS BIGINT) AS units, CAST(sum({family}_reported) AS BIGINT) AS reported
FROM returned_units
WHERE day >= $since AND day + CAST(age AS INT) < $stop AND {family}_reported > 0 AND {has_batch}
GROUP BY ALL
ORDER BY ALL
"""

_BATCHES = """
SELECT {key} AS batch_key, {sku_key} AS sku_key, shop, sku_id, batch_id, min(category) AS category,
       coalesce(min(batch_source), 'given') AS batch_source, min(day) AS first_sold_on, max(day) AS last_sold_on
FROM sold_lines_sku
WHERE day >= $since AND day < $stop AND {exposed} > 0 AND {has_batch}
GROUP BY ALL
"""

_DESCRIBED = """
SELECT s.*, p.product_name, p.unit_cost, b.supplier, b.units_in_stock
FROM ({batches}) AS s
LEFT JOIN products AS p ON p.shop = s.shop AND p.sku_id = s.sku_id
LEFT JOIN batches AS b
    ON b.shop = s.shop AND b.sku_id = s.sku_id AND b.batch_id = s.batch_id AND s.batch_source <> 'week'
ORDER BY s.batch_key
"""

_LARGEST_LINES = """
SELECT {key} AS batch_key, max(units) AS largest_line
FROM sold_lines
WHERE day >= $since AND day < $stop AND {exposed} > 0 AND {has_batch}
GROUP BY ALL
"""

_EXPOSURES = """
SELECT count(*) AS sources, max(recorded) AS recorded, max(recorded * dated) AS dated,
       max(recorded * linked) AS linked, max(recorded * reasoned) AS reasoned, max(recorded * typed) AS typed
FROM line_sources
"""

MISSING = {
    "recorded": "售后服务单 (tickets)",
    "linked": "订单编号 (order_id)",
    "dated": "申请时间 (requested_at)",
    "reasoned": "申请原因 (reason_text)",
    "typed": "服务类型 (type)",
}
"""What an export calls each thing without which no batch can be judged, and the column that it fills."""


@dataclass(frozen=True)
class Counts:
    """What a judge of batches is told, and what each of its batches is.

    `units` has shop, batch_id, sku_id, category, sold_on, units, and `returns` batch_id, sold_on, returned_on, units,
    where batch_id and sku_id are keys that are unique across shops; `traceable` are the units whose returns could be
    traced to a batch (`metrics.batches.tracing`). `batches` is indexed by batch_id and says whose they are; its
    `reported` are the returned units before they are cut to what was sold. `without_batch` is the share of the recent
    requests that have no batch.
    """

    units: pd.DataFrame
    returns: pd.DataFrame
    batches: pd.DataFrame
    without_batch: float


def count_batches(reader: Reader, family: Family, since: date, stop: date) -> Counts:
    """Count the batches sold from `since` until the day before `stop`, as known at the end of that day.

    Raises `Refused` where the exports do not tell what would have to be known, or where more than a fifth of the
    requests of the last 60 days have no batch.
    """
    _refuse_without_exposure(reader, family)
    named = {
        "key": KEY,
        "sku_key": SKU_KEY,
        "has_batch": HAS_BATCH,
        "exposed": EXPOSED[family],
        "family": family,
    }
    span = {"since": since, "stop": stop}
    asked = requests(reader, family, since, stop)
    without_batch = share_without_batch(asked)
    if without_batch > MOST_WITHOUT_BATCH:
        raise Refused("spikes.without_batch", share=f"{without_batch:.0%}", most=f"{MOST_WITHOUT_BATCH:.0%}")
    units = reader.sql(_SOLD.format_map(named), span)
    if units.empty:
        raise Refused("spikes.no_batches", since=since, until=stop - timedelta(days=1))
    returns = reader.sql(_RETURNED.format_map(named), span)
    batches = reader.sql(_DESCRIBED.format(batches=_BATCHES.format_map(named)), span).set_index("batch_key")
    largest = reader.sql(_LARGEST_LINES.format_map(named), span).set_index("batch_key")["largest_line"]
    sold = units.groupby("batch_key")["units"].sum()
    batches["bulk_share"] = largest.reindex(batches.index) / sold.reindex(batches.index)
    batches["reported"] = returns.groupby("batch_key")["reported"].sum().reindex(batches.index).fillna(0.0)
    units = units.rename(columns={"batch_key": "batch_id", "sku_key": "sku_id"})
    return Counts(
        units=units.assign(traceable=traceable(units, asked, stop)),
        returns=returns.loc[returns["units"] > 0].rename(columns={"batch_key": "batch_id"}).drop(columns="reported"),
        batches=batches,
        without_batch=without_batch,
    )


def _refuse_without_exposure(reader: Reader, family: Family) -> None:
    told = reader.sql(_EXPOSURES).fillna(0).iloc[0]
    needed = ["recorded", "linked", "dated", "reasoned" if family == "quality" else "typed"]
    missing = [MISSING[name] for name in needed if not told[name]]
    if not told["recorded"]:
        missing = missing[:1]  # without any ticket there is no column to miss
    if missing:
        raise Refused("spikes.not_available", missing=", ".join(missing), listed="、".join(missing))
