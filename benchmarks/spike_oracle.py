"""The rule that nobody can have: it knows every true parameter of a simulated shop, and still waits for returns.

What it misses cannot be had from these counts at this false discovery rate; every other rule is measured against it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.simulate.batch_delays import arrived, days_since
from metrics.simulate.batch_world import AGES, HIGHEST_RATE, BatchWorld
from metrics.simulate.batches import SimulatedBatches

Floats = NDArray[np.float64]

CANDIDATE = 0.30
"""A batch more probably normal than this is not in question, whatever room the ledger has."""
STEP = 0.06
"""Between the deviations of a batch, on the logit, over which its likelihood is summed: finer than it can tell."""


class Ledger:
    """Accepts in the order of doubt while the expected share of false ones among all it ever accepted is at most q."""

    def __init__(self, q: float) -> None:
        self.q = q
        self.doubt = 0.0
        self.count = 0

    def accept(self, doubt: Floats) -> NDArray[np.int64]:
        """Return which of today's candidates are accepted."""
        taken = []
        for place in np.argsort(doubt, kind="stable"):
            if doubt[place] > CANDIDATE or (self.doubt + doubt[place]) / (self.count + 1) > self.q:
                break
            self.doubt += float(doubt[place])
            self.count += 1
            taken.append(place)
        return np.array(taken, dtype=np.int64)


def oracle(world: BatchWorld, made: SimulatedBatches, q: float = 0.05) -> pd.DataFrame:
    """Judge every open batch by its true posterior, each day of the looks: batch_id, flagged_on, score.

    The likelihood is exact: cohort by cohort, each unit back or not yet, integrated over the deviation of the batch.
    Where defective units come back sooner, the age of each return counts as evidence too. The score is minus the
    lowest probability of being normal on any day.
    """
    start, stop = (
        int((np.datetime64(day, "D") - np.datetime64(world.first_day, "D")).astype(int)) for day in world.looks
    )
    sold_on = days_since(world, made.cohorts["sold_on"])
    last = pd.Series(sold_on).groupby(made.cohorts["batch_id"].to_numpy()).transform("max").to_numpy()
    rows = np.flatnonzero(last > start - AGES)
    rows = rows[np.lexsort((sold_on[rows], made.cohorts["batch_id"].to_numpy()[rows]))]
    cohorts = made.cohorts.iloc[rows].reset_index(drop=True)
    batch, ids = pd.factorize(cohorts["batch_id"])
    sold_on, last = sold_on[rows], last[rows]
    back = _back_by_age(world, made, rows)
    units = cohorts["units"].to_numpy(dtype=float)
    age_in = arrived(world, cohorts)
    faster = arrived(world, cohorts, world.defect_delay) if world.defect_delay != 1 else age_in
    normal = cohorts["normal_rate"].to_numpy()
    onset = _defective_days(world, made, cohorts)
    hypotheses = [1.0, *world.multipliers]
    nodes = np.arange(-4.5, 4.5 + STEP / world.dispersion, STEP / world.dispersion)
    weights = np.exp(-(nodes**2) / 2) / np.exp(-(nodes**2) / 2).sum()
    laws = [
        _law(normal, multiple, onset, world, world.dispersion * nodes, age_in, faster, back) for multiple in hypotheses
    ]
    prior = np.log([1 - world.bad_share, *([world.bad_share / len(world.multipliers)] * len(world.multipliers))])

    ledger = Ledger(q)
    flagged = np.full(len(ids), -1)
    surest = np.full(len(ids), -np.inf)
    for day in range(start, stop):
        here = np.flatnonzero((sold_on <= day) & (last + AGES > day))
        edges = np.flatnonzero(np.diff(batch[here], prepend=-1))
        open_now = batch[here][edges]
        age = np.minimum(day - sold_on[here], AGES - 1)
        came = back[here, age]
        likelihood = np.empty((len(open_now), len(hypotheses)))
        for number, (log_rate, rate, share_in, evidence) in enumerate(laws):
            inside = came[:, None] * log_rate[here]
            inside += (units[here] - came)[:, None] * np.log(1 - rate[here] * share_in[here, age][:, None])
            by_node = np.add.reduceat(inside, edges, axis=0)
            highest = by_node.max(axis=1, keepdims=True)
            likelihood[:, number] = highest[:, 0] + np.log(np.exp(by_node - highest) @ weights)
            if evidence is not None:
                likelihood[:, number] += np.add.reduceat(evidence[here, age], edges)
        posterior = likelihood + prior
        posterior -= posterior.max(axis=1, keepdims=True)
        chance = np.exp(posterior)
        doubt = chance[:, 0] / chance.sum(axis=1)
        surest[open_now] = np.maximum(surest[open_now], -doubt)
        waiting = np.flatnonzero(flagged[open_now] < 0)
        flagged[open_now[waiting[ledger.accept(doubt[waiting])]]] = day
    first = np.datetime64(world.first_day, "s")
    dates = np.where(flagged >= 0, first + flagged.astype("timedelta64[D]"), np.datetime64("NaT"))
    return pd.DataFrame({"batch_id": np.asarray(ids), "flagged_on": dates, "score": surest})


def _law(
    normal: Floats,
    multiple: float,
    defective: NDArray[np.bool_],
    world: BatchWorld,
    deviations: Floats,
    age_in: Floats,
    faster: Floats,
    back: NDArray[np.int64],
) -> tuple[Floats, Floats, Floats, Floats | None]:
    """Return what one hypothesis says of each cohort: log rate and rate at each deviation, share in by age, evidence.

    The evidence is the log likelihood of the ages at which units came back, where not all hypotheses agree on it.
    """
    worse = np.where(defective, np.minimum(HIGHEST_RATE, multiple * normal), normal)
    logit = np.log(worse / (1 - worse))[:, None] + deviations
    rate = 1 / (1 + np.exp(-logit))
    if world.defect_delay == 1:
        return np.log(rate), rate, age_in, None
    share = (1 - normal / worse)[:, None]
    mixed = (1 - share) * age_in + share * faster
    density = np.diff(mixed, axis=1, prepend=0.0)
    usual = np.diff(age_in, axis=1, prepend=0.0)
    new = np.diff(back, axis=1, prepend=0)
    return np.log(rate), rate, mixed, np.cumsum(new * np.log(density / usual), axis=1)


def _back_by_age(world: BatchWorld, made: SimulatedBatches, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what came back of each cohort by each age."""
    key = pd.MultiIndex.from_arrays([made.cohorts["batch_id"].iloc[rows], made.cohorts["sold_on"].iloc[rows]])
    place = key.get_indexer(pd.MultiIndex.from_arrays([made.returns["batch_id"], made.returns["sold_on"]]))
    age = days_since(world, made.returns["returned_on"]) - days_since(world, made.returns["sold_on"])
    mine = place >= 0
    back = np.zeros((len(rows), AGES), dtype=np.int64)
    np.add.at(back, (place[mine], age[mine]), made.returns["units"].to_numpy()[mine])
    return np.cumsum(back, axis=1)


def _defective_days(world: BatchWorld, made: SimulatedBatches, cohorts: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which selling days of a batch the defect would be in, if the batch were bad."""
    if world.defect_from == 0:
        return np.ones(len(cohorts), dtype=bool)
    onset = made.truth.set_index("batch_id")["defect_from"]
    return (cohorts["sold_on"] >= cohorts["batch_id"].map(onset)).to_numpy(dtype=bool)
