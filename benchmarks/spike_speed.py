"""What judging costs: a replay of five months of daily looks, one day's judging, and the counting alone by other means.

Each way runs in a process of its own, so that its peak memory is its own. The counting is what any rule needs first:
of every open batch the units, what came back, and the units weighted by how much of their returns should be in.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from metrics.simulate.batch_delays import arrived
from metrics.simulate.batch_world import AGES, BatchWorld
from metrics.simulate.batches import simulate_batches
from metrics.spikes import judge, replay
from metrics.spikes.counts import Counts, midnight
from metrics.spikes.daily import Watch
from metrics.spikes.model import REACH_DAYS

WORLD = replace(BatchWorld(), skus=1300)
"""Some 14,000 batches in 240 days, 3,000 of them open on any day."""
LOOKS = 150
RUNS = 3
"""The fastest is what the work takes, the slowest what else the machine was doing."""
NEXT_DAY = "one more day, between two refits"
SEED = 901


def speed() -> Iterator[dict[str, Any]]:
    """Time every way three times, each in a fresh process, on the same two files."""
    made = simulate_batches(WORLD, SEED)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made.units.to_parquet(folder / "units.parquet")
        made.returns.to_parquet(folder / "returns.parquet")
        by_kind = made.cohorts.assign(delay_scale=1.0).drop_duplicates("category").reset_index(drop=True)
        curve = pd.DataFrame(arrived(WORLD, by_kind)).assign(category=by_kind["category"])
        curve.melt("category", var_name="age", value_name="share").astype({"age": int}).to_parquet(
            folder / "curve.parquet"
        )
        fresh = multiprocessing.get_context("spawn")
        for name in (*WAYS, NEXT_DAY):
            runs = []
            for _ in range(RUNS):
                with ProcessPoolExecutor(1, mp_context=fresh) as pool:
                    runs.append(pool.submit(timed, name, folder).result())
            took = [seconds for seconds, _ in runs]
            peak = max(megabytes for _, megabytes in runs)
            yield {
                "what": name,
                "batches": len(made.truth),
                "seconds": min(took),
                "slowest": max(took),
                "peak MB": peak,
            }


def timed(name: str, folder: Path) -> tuple[float, float]:
    """Return what one way took in this process, the reading of its files aside, and the peak memory with it."""
    units, returns, curve = (pd.read_parquet(folder / f"{table}.parquet") for table in ("units", "returns", "curve"))
    if name == NEXT_DAY:
        took = next_day(units, returns)
    else:
        began = time.perf_counter()
        WAYS[name](units, returns, curve)
        took = time.perf_counter() - began
    return took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def replayed(units: pd.DataFrame, returns: pd.DataFrame, _: pd.DataFrame) -> pd.DataFrame:
    """All looks, as a shop back-tests itself."""
    return replay(units, returns, _last() - timedelta(LOOKS), _last())


def one_day(units: pd.DataFrame, returns: pd.DataFrame, _: pd.DataFrame) -> pd.DataFrame:
    """The last day alone, everything fitted from nothing."""
    return judge(units, returns, _last() - timedelta(1), _last()).batches


def next_day(units: pd.DataFrame, returns: pd.DataFrame) -> float:
    """Return the seconds of one more look, by a watch that stood yesterday: what a day adds between two refits."""
    first, after = midnight(_last() - timedelta(2)), midnight(_last())
    watch = Watch(Counts.read(units, returns, first - pd.Timedelta(days=REACH_DAYS), after))
    watch.look(watch.counts.days - 2)
    began = time.perf_counter()
    watch.look(watch.counts.days - 1)
    return time.perf_counter() - began


def counted_in_duckdb(units: pd.DataFrame, returns: pd.DataFrame, curve: pd.DataFrame) -> pd.DataFrame:
    """The counts of all looks in bare SQL, one statement a day."""
    with duckdb.connect() as con:
        for name, frame in (("units", units), ("returns", returns), ("curve", curve)):
            con.register("handed", frame)
            con.execute(f"CREATE TABLE {name} AS FROM handed")
        for day in _looks():
            found = con.execute(COUNTING, {"day": day}).df()
    return found


def counted_in_pandas(units: pd.DataFrame, returns: pd.DataFrame, curve: pd.DataFrame) -> pd.DataFrame:
    """The counts of all looks by groupby, one pass a day."""
    share = curve.set_index(["category", "age"])["share"]
    for look in _looks():
        day = pd.Timestamp(look)
        known = units[units["sold_on"] <= day]
        age = np.minimum((day - known["sold_on"]).dt.days, AGES - 1)
        weight = share.reindex(pd.MultiIndex.from_arrays([known["category"], age])).to_numpy()
        sums = known.assign(exposure=known["units"] * weight, last=known["sold_on"]).groupby("batch_id")
        found = sums.agg({"units": "sum", "exposure": "sum", "last": "max"})
        back = returns[returns["returned_on"] <= day].groupby("batch_id")["units"].sum()
        found["returned"] = back.reindex(found.index).fillna(0)
        found = found[(day - found["last"]).dt.days < AGES].reset_index()
    return found


WAYS: Mapping[str, Callable[[pd.DataFrame, pd.DataFrame, pd.DataFrame], pd.DataFrame]] = MappingProxyType(
    {
        f"replay, {LOOKS} looks": replayed,
        "judge, one day from nothing": one_day,
        f"counting alone, DuckDB SQL, {LOOKS} looks": counted_in_duckdb,
        f"counting alone, pandas groupby, {LOOKS} looks": counted_in_pandas,
    }
)

COUNTING = f"""
WITH sold AS (
    SELECT batch_id, SUM(units) AS units, SUM(units * share) AS exposure, MAX(sold_on) AS last
    FROM units JOIN curve ON curve.category = units.category
        AND curve.age = LEAST(date_diff('day', sold_on, CAST($day AS DATE)), {AGES - 1})
    WHERE sold_on <= $day GROUP BY batch_id
), back AS (
    SELECT batch_id, SUM(units) AS returned FROM returns WHERE returned_on <= $day GROUP BY batch_id
)
SELECT batch_id, units, exposure, COALESCE(returned, 0) AS returned
FROM sold LEFT JOIN back USING (batch_id)
WHERE date_diff('day', last, CAST($day AS DATE)) < {AGES}
ORDER BY batch_id
"""


def _last() -> date:
    return WORLD.looks[1]


def _looks() -> list[date]:
    return [_last() - timedelta(back) for back in range(LOOKS, 0, -1)]
