"""A shop's batches as counts with known truth: what a rule that looks for bad batches is judged on.

No orders and no tickets are made, only units sold and units returned by batch and day, so that a world of some
14,000 batches takes a second and a rule can be tried on many of them. What is normal and what is planted stands on
the world as data; a scenario is a world with one thing changed. A day is a calendar date, and an age is the number of
dates between sale and return.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.simulate.batch_delays import drawn_delay, wall_age
from metrics.simulate.batch_world import AGES, HIGHEST_RATE, BatchWorld

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]

_WEEK = np.array([0.9, 0.9, 0.95, 0.95, 1.0, 1.2, 1.1])
"""Sales from Monday to Sunday."""


@dataclass(frozen=True)
class SimulatedBatches:
    """Two frames that a shop would see, and two that only the simulator knows.

    `truth` has one row a batch; `cohorts` goes row by row with `units` and has the rate that a normal batch without a
    deviation of its own would have, whether the defect was in what was sold, and the scale of the delays.
    """

    units: pd.DataFrame
    returns: pd.DataFrame
    truth: pd.DataFrame
    cohorts: pd.DataFrame


def simulate_batches(world: BatchWorld, seed: int) -> SimulatedBatches:
    """Draw one shop. The same seed gives the same frames, and all worlds of one seed sell the same batches.

    >>> made = simulate_batches(BatchWorld(skus=20), seed=1)
    >>> bool((made.truth["returned"] <= made.truth["units"]).all())
    True
    """
    streams = iter(np.random.default_rng(seed).spawn(6))
    skus = _skus(world, next(streams))
    batches = _batches(world, skus, next(streams))
    _spoil(world, batches, next(streams))
    sales = _sales(world, batches, next(streams))
    sales = _rates(world, skus, batches, sales)
    returns = _returns(world, sales, next(streams))
    return _frames(world, skus, batches, sales, returns)


def _skus(world: BatchWorld, draw: np.random.Generator) -> Columns:
    category = np.arange(world.skus) % len(world.kinds)
    base = np.array([kind.rate for kind in world.kinds])[category]
    return {
        "category": category,
        "logit": _logit(base) + world.rate_spread * draw.standard_normal(world.skus),
        "scale": np.exp(world.delay_spread * draw.standard_normal(world.skus)),
        "popularity": draw.standard_normal(world.skus),
        "moves": draw.random(world.skus),
        "phase": draw.random(world.skus),
    }


def _batches(world: BatchWorld, skus: Columns, draw: np.random.Generator) -> Columns:
    shortest, longest = world.life_days
    most = world.days // shortest + 2
    lives = draw.integers(shortest, longest + 1, size=(world.skus, most))
    before = (draw.random(world.skus) * lives[:, 0]).astype(np.int64)  # the first of each SKU is half sold already
    starts = np.cumsum(lives, axis=1) - lives - before[:, None]
    sku, number = np.nonzero(starts < world.days)
    own = draw.standard_normal((world.skus, most))[sku, number]
    # Half of the spread of the sizes is the SKU's own: who sells much does so with every batch.
    size = world.units * np.exp(world.units_spread * (skus["popularity"][sku] + own) / np.sqrt(2))
    return {
        "sku": sku,
        "number": number,
        "first": starts[sku, number],
        "life": lives[sku, number],
        "size": np.maximum(1, np.round(size)).astype(np.int64),
        "deviation": world.dispersion * draw.standard_normal((world.skus, most))[sku, number],
        "category": skus["category"][sku],
    }


def _spoil(world: BatchWorld, batches: Columns, draw: np.random.Generator) -> None:
    """Choose the bad ones: the batches of a category and week in runs, each run bad or not as a whole."""
    count = len(batches["sku"])
    order = np.lexsort((draw.random(count), batches["first"] // 7, batches["category"]))
    run = np.empty(count, dtype=np.int64)
    run[order] = np.arange(count) // world.bad_together
    bad = draw.random(count)[run] < world.bad_share
    multiplier = draw.choice(world.multipliers, size=count)[run]
    batches["bad"] = bad
    batches["multiplier"] = np.where(bad, multiplier, 1.0)


def _sales(world: BatchWorld, batches: Columns, draw: np.random.Generator) -> Columns:
    ages = np.arange(world.life_days[1])
    day = batches["first"][:, None] + ages
    weight = _WEEK[(day + world.first_day.weekday()) % 7] * draw.gamma(4.0, size=day.shape)
    weight *= ages < batches["life"][:, None]
    units = draw.multinomial(batches["size"], weight / weight.sum(axis=1, keepdims=True))
    batch, age = np.nonzero((units > 0) & (day >= 0) & (day < world.days))
    return {"batch": batch, "day": day[batch, age], "age": age, "units": units[batch, age]}


def _rates(
    world: BatchWorld,
    skus: Columns,
    batches: Columns,
    sales: Columns,
) -> Columns:
    """Add to each selling day of a batch its rates and the scale of its delays."""
    batch, day = sales["batch"], sales["day"]
    sku = batches["sku"][batch]
    logit = skus["logit"][sku].copy()
    if world.season is not None:
        turn = np.sin(2 * np.pi * (day / world.season.period_days + skus["phase"][sku]))
        logit += world.season.swing * turn * (skus["moves"][sku] < world.season.share)
    if world.ramp is not None:
        climbed = np.clip((day - world.ramp.from_day) / world.ramp.days, 0, 1)
        logit += world.ramp.rise * climbed * (skus["moves"][sku] < world.ramp.share)
    normal = _expit(logit)
    if world.wave is not None:
        passed = day - world.wave.from_day
        in_category = np.array([kind.name == world.wave.kind for kind in world.kinds])[skus["category"][sku]]
        hit = in_category & (passed >= 0) & (passed < world.wave.days)
        normal = np.minimum(HIGHEST_RATE, np.where(hit, world.wave.factor * normal, normal))
    defective = batches["bad"][batch] & (day >= _onset(world, batches)[batch])
    worse = np.minimum(HIGHEST_RATE, normal * batches["multiplier"][batch])
    rate = _expit(_logit(np.where(defective, worse, normal)) + batches["deviation"][batch])
    scale = skus["scale"][sku].copy()
    shift = world.delay_shift
    if shift is not None and not shift.in_progress:
        reached = np.clip((day - shift.from_day + 1) / max(1, shift.over_days), 0, 1)
        scale *= 1 + (shift.factor - 1) * reached
    return sales | {
        "category": skus["category"][sku],
        "normal": normal,
        "rate": rate,
        "defective": defective,
        "share_defective": np.where(defective, 1 - normal / worse, 0.0),
        "scale": scale,
    }


def _onset(world: BatchWorld, batches: Columns) -> Ints:
    """Return the day from which a defect is in what a batch sells, if it has one."""
    return np.ceil(batches["first"] + world.defect_from * batches["life"]).astype(np.int64)


def _returns(world: BatchWorld, sales: Columns, draw: np.random.Generator) -> Columns:
    """Every unit comes back or not, and those that do draw their delay: no unit comes back twice."""
    row = np.repeat(np.arange(len(sales["units"])), draw.binomial(sales["units"], sales["rate"]))
    share = draw.random(len(row))
    scale = sales["scale"][row] * np.where(draw.random(len(row)) < sales["share_defective"][row], world.defect_delay, 1)
    delay = np.empty(len(row))
    for number, kind in enumerate(world.kinds):
        mine = np.flatnonzero(sales["category"][row] == number)
        delay[mine] = drawn_delay(kind, scale[mine], share[mine])
    passed = wall_age(world, sales["day"][row], delay)
    age = np.clip(passed.astype(np.int64), 0, AGES - 1)
    counts = np.bincount(row * AGES + age, minlength=len(sales["units"]) * AGES)
    cell = np.flatnonzero(counts)
    return {"row": cell // AGES, "age": cell % AGES, "units": counts[cell]}


def _frames(
    world: BatchWorld,
    skus: Columns,
    batches: Columns,
    sales: Columns,
    returns: Columns,
) -> SimulatedBatches:
    first = np.datetime64(world.first_day, "s")
    sku_ids = np.array([f"S{sku:04d}" for sku in range(world.skus)], dtype=object)
    kinds = np.array([kind.name for kind in world.kinds], dtype=object)
    pairs = zip(batches["sku"].tolist(), batches["number"].tolist(), strict=True)
    batch_ids = np.array([f"B{sku:04d}-{number:02d}" for sku, number in pairs], dtype=object)
    batch, row = sales["batch"], returns["row"]
    sold_on = first + sales["day"].astype("timedelta64[D]")
    units = pd.DataFrame(
        {
            "batch_id": batch_ids[batch],
            "sku_id": sku_ids[batches["sku"][batch]],
            "category": kinds[sales["category"]],
            "sold_on": sold_on,
            "units": sales["units"],
        }
    )
    came_back = pd.DataFrame(
        {
            "batch_id": batch_ids[batch[row]],
            "sold_on": sold_on[row],
            "returned_on": sold_on[row] + returns["age"].astype("timedelta64[D]"),
            "units": returns["units"],
        }
    )
    cohorts = units.assign(
        normal_rate=sales["normal"], rate=sales["rate"], defective=sales["defective"], delay_scale=sales["scale"]
    )
    count = len(batch_ids)
    seen = np.bincount(batch, sales["units"], count)
    sku = batches["sku"]
    with np.errstate(invalid="ignore"):  # a batch that sold nothing in these days is left out below
        mean_rate = np.bincount(batch, sales["units"] * sales["rate"], count) / seen
    truth = pd.DataFrame(
        {
            "batch_id": batch_ids,
            "sku_id": sku_ids[sku],
            "category": kinds[batches["category"]],
            "bad": batches["bad"],
            "multiplier": batches["multiplier"],
            "rate": mean_rate,
            "category_rate": np.array([kind.rate for kind in world.kinds])[batches["category"]],
            "sku_rate": _expit(skus["logit"][sku]),
            "delay_scale": skus["scale"][sku],
            "first_sold_on": first + _by_batch(np.minimum, batch, sales["day"], count).astype("timedelta64[D]"),
            "last_sold_on": first + _by_batch(np.maximum, batch, sales["day"], count).astype("timedelta64[D]"),
            "defect_from": first + _onset(world, batches).astype("timedelta64[D]"),
            "size": batches["size"],
            "units": seen.astype(np.int64),
            "returned": np.bincount(batch[row], returns["units"], count).astype(np.int64),
        }
    )
    return SimulatedBatches(units, came_back, truth[seen > 0].reset_index(drop=True), cohorts)


def _by_batch(pick: np.ufunc, batch: NDArray[Any], day: NDArray[Any], count: int) -> Ints:
    found = np.full(count, -1 if pick is np.maximum else np.iinfo(np.int32).max, dtype=np.int64)
    pick.at(found, batch, day)
    return found


def _logit(share: Floats) -> Floats:
    return np.log(share / (1 - share))


def _expit(logit: Floats) -> Floats:
    return 1 / (1 + np.exp(-logit))
