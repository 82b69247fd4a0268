"""The oracle sets the mark for everybody else, so it is held to the definition of its posterior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import integrate, stats

from benchmarks.spike_oracle import Ledger, oracle
from metrics.simulate.batch_delays import arrived
from metrics.simulate.batch_world import BatchWorld
from metrics.simulate.batches import simulate_batches

Floats = NDArray[np.float64]


def test_the_ledger_spends_no_more_than_its_share() -> None:
    ledger = Ledger(0.05)
    assert ledger.accept(np.array([0.2, 0.01, 0.04])).tolist() == [1, 2]
    # The mean of .01, .04 and .1 is .05: just affordable; and one more sure one pays for nothing by itself.
    assert ledger.accept(np.array([0.1001, 0.0999])).tolist() == [1]
    assert ledger.accept(np.array([0.06])).tolist() == []


def test_a_doubtful_batch_is_never_accepted_however_rich_the_ledger() -> None:
    ledger = Ledger(0.05)
    ledger.accept(np.zeros(100))
    assert ledger.accept(np.array([0.31])).tolist() == []
    assert ledger.accept(np.array([0.29])).tolist() == [0]


def marginal(back: Floats, units: Floats, share: Floats, rate: Floats, spread: float) -> float:
    """Probability of what came back of each cohort, by adaptive quadrature over the deviation of the batch."""

    def density(deviation: float) -> float:
        own = 1 / (1 + (1 - rate) / rate * np.exp(-spread * deviation))
        return float(np.exp(stats.binom.logpmf(back, units, own * share).sum()) * stats.norm.pdf(deviation))

    return float(integrate.quad(density, -7, 7, epsabs=0, epsrel=1e-8, limit=200)[0])


@pytest.mark.parametrize("defect_from", [0.0, 0.5])
def test_the_score_is_the_posterior_by_definition(defect_from: float) -> None:
    world = replace(BatchWorld(skus=30, look_days=1, history_days=60), defect_from=defect_from)
    made = simulate_batches(world, seed=3)
    today = pd.Timestamp(world.looks[0])
    scores = oracle(world, made).set_index("batch_id")["score"]
    doubtful = scores[(scores < -0.05) & (scores > -0.95)].index
    assert len(doubtful) >= 2
    for batch_id in doubtful[:3]:
        cohorts = made.cohorts[(made.cohorts["sold_on"] <= today) & (made.cohorts["batch_id"] == batch_id)]
        age = np.minimum((today - cohorts["sold_on"]).dt.days, 30).to_numpy()
        share = arrived(world, cohorts)[np.arange(len(cohorts)), age]
        known = made.returns[(made.returns["returned_on"] <= today) & (made.returns["batch_id"] == batch_id)]
        back = known.groupby("sold_on")["units"].sum().reindex(cohorts["sold_on"]).fillna(0).to_numpy()
        normal, units = cohorts["normal_rate"].to_numpy(), cohorts["units"].to_numpy()
        late = (cohorts["sold_on"] >= made.truth.set_index("batch_id").loc[batch_id, "defect_from"]).to_numpy()
        bad = 0.0
        for multiple in world.multipliers:
            rate = np.where(late, np.minimum(0.9, multiple * normal), normal)
            bad += marginal(back, units, share, rate, world.dispersion) * world.bad_share / len(world.multipliers)
        good = marginal(back, units, share, normal, world.dispersion) * (1 - world.bad_share)
        assert -scores[batch_id] == pytest.approx(good / (good + bad), rel=1e-5)


def test_the_oracle_is_as_often_wrong_as_it_says() -> None:
    """Many looks, one threshold: what it calls bad with a doubt of x is good with a share of x."""
    world = BatchWorld(skus=400, look_days=20, bad_share=0.10)
    wrong, doubt = 0, 0.0
    for seed in (1, 2):
        made = simulate_batches(world, seed)
        found = oracle(world, made, q=0.15).merge(made.truth[["batch_id", "bad"]], on="batch_id")
        flagged = found[found["flagged_on"].notna()]
        wrong += int((~flagged["bad"]).sum())
        doubt += 0.15 * len(flagged)
    assert doubt > 15
    assert abs(wrong - doubt) < 4 * np.sqrt(doubt)


def test_sooner_defects_are_evidence_by_themselves() -> None:
    """The age of a return tells a defective unit from another one, so the oracle finds no fewer."""
    world = BatchWorld(skus=400, look_days=20, bad_share=0.10, defect_delay=0.3)
    made = simulate_batches(world, seed=1)
    found = oracle(world, made).merge(made.truth[["batch_id", "bad"]], on="batch_id")
    blind = oracle(replace(world, defect_delay=1.0), made).merge(made.truth[["batch_id", "bad"]], on="batch_id")
    hits = [int((each["flagged_on"].notna() & each["bad"]).sum()) for each in (found, blind)]
    assert hits[0] >= hits[1] > 20
