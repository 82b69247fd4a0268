"""The figures of the benchmark are held to small lists that can be counted by hand, and its runs to `replay`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from benchmarks import spike_speed, spikes
from metrics.simulate.batch_delays import arrived
from metrics.simulate.batch_world import BatchWorld, DelayShift
from metrics.simulate.batches import SimulatedBatches, simulate_batches
from metrics.spikes import replay

WORLD = BatchWorld(skus=150, history_days=100, look_days=20, units=600.0)


@pytest.fixture(scope="module")
def made() -> SimulatedBatches:
    return simulate_batches(WORLD, seed=4)


def judged(rows: list[tuple[bool, bool, bool, float]]) -> pd.DataFrame:
    """Return an outcome; a row says whether the batch is bad, was sold on the days of the looks and flagged; its score.

    All were first sold on the first of July and flagged four days later, a quarter of their 400 units sold.
    """
    first = pd.Timestamp("2026-07-01")
    return pd.DataFrame(
        {
            "bad": [bad for bad, _, _, _ in rows],
            "in_looks": [sold for _, sold, _, _ in rows],
            "from_first_sale": [sold for _, sold, _, _ in rows],
            "flagged_on": [first + timedelta(4) if flagged else pd.NaT for _, _, flagged, _ in rows],
            "first_sold_on": first,
            "sold_by_flag": 100.0,
            "size": 400,
            "score": [score for _, _, _, score in rows],
        }
    )


FIRST = judged(
    [
        (True, True, True, -0.01),
        (True, True, False, -0.30),
        (False, True, True, -0.04),
        (True, False, True, -0.02),
        (False, True, False, -0.90),
    ]
)
SECOND = judged([(True, True, True, -0.03), (True, True, False, -0.50)])


def test_power_and_fdr_are_pooled_over_the_shops() -> None:
    found = spikes.figures([FIRST, SECOND])
    assert (found.bad, found.flags, found.false, found.found) == (4, 4, 1, 2)
    assert (found.power, found.fdr) == (0.5, 0.25)
    assert found.days_to_flag == 4
    assert found.unsold == 0.75


def test_power_at_an_fdr_ranks_all_batches_by_score() -> None:
    """From the surest: bad, bad (sold before the looks), bad, good, bad, bad, good."""
    assert spikes.power_at([FIRST, SECOND], 0.01) == 0.5
    assert spikes.power_at([FIRST, SECOND], 0.20) == 1.0  # one false in six
    assert spikes.power_at([FIRST, SECOND], 0.15) == 0.5  # only before the false one


def test_the_flags_are_those_of_replay(made: SimulatedBatches) -> None:
    start, stop = WORLD.looks
    ours, _ = spikes.judged_daily(made, start, stop)
    flagged = ours[ours["flagged_on"].notna()].set_index("batch_id")["flagged_on"]
    theirs = replay(made.units, made.returns, start, stop).set_index("batch_id")["flagged_on"]
    assert len(theirs) > 3
    assert flagged.sort_index().to_dict() == theirs.sort_index().to_dict()
    surest = ours.set_index("batch_id")["score"]
    assert surest[theirs.index].min() > surest.median()


def test_an_outcome_counts_what_was_sold_by_the_flag(made: SimulatedBatches) -> None:
    batch = made.truth[made.truth["first_sold_on"] >= pd.Timestamp(WORLD.looks[0])].iloc[0]
    day = batch["first_sold_on"] + timedelta(3)
    flags = pd.DataFrame({"batch_id": [batch["batch_id"]], "flagged_on": [day], "score": [-0.01]})
    found = spikes.outcome(WORLD, made, flags).set_index("batch_id")
    own = made.units[made.units["batch_id"] == batch["batch_id"]]
    assert found.loc[batch["batch_id"], "sold_by_flag"] == own.loc[own["sold_on"] <= day, "units"].sum()
    assert found["in_looks"].all()
    assert found["flagged_on"].notna().sum() == 1


def test_the_banner_is_dated_from_the_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    world = BatchWorld(delay_shift=DelayShift(200, 0.75))
    monkeypatch.setattr(spikes, "SCENARIOS", MappingProxyType({"shifted": world, "calm": BatchWorld()}))
    raised = [[3, 23, 24], [], [20]]
    shifted = [spikes.Run("shifted", seed, {}, days) for seed, days in enumerate(raised)]
    assert spikes.banner_after(shifted) == "day 1, 4, never"
    assert spikes.banner_after([spikes.Run("calm", 0, {}, [1, 2, 3])]) == "5% of days"


def test_the_table_takes_its_place_in_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- spikes -->\nold\n<!-- /spikes -->\nafter\n", encoding="utf-8")
    monkeypatch.setattr(spikes, "README", readme)
    spikes.publish({"Rules": pd.DataFrame({"rule": ["ours"], "power": [0.5], "flags": [1234]})}, range(901, 907))
    text = readme.read_text(encoding="utf-8")
    assert "Seeds 901 to 906" in text
    assert "| rule | power | flags |\n| --- | ---: | ---: |\n| ours | 0.500 | 1,234 |\n" in text
    assert text.startswith("before\n")
    assert text.endswith("<!-- /spikes -->\nafter\n")
    assert "old" not in text


def test_both_ways_of_counting_count_the_same(made: SimulatedBatches, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast one would else be fast by counting something else."""
    monkeypatch.setattr(spike_speed, "WORLD", WORLD)
    monkeypatch.setattr(spike_speed, "LOOKS", 2)
    kinds = made.cohorts.assign(delay_scale=1.0).drop_duplicates("category").reset_index(drop=True)
    curve = pd.DataFrame(arrived(WORLD, kinds)).assign(category=kinds["category"]).melt("category", var_name="age")
    curve = curve.rename(columns={"value": "share"}).astype({"age": int})
    columns = ["batch_id", "units", "exposure", "returned"]
    sql, pandas = (
        way(made.units, made.returns, curve)[columns].sort_values("batch_id").reset_index(drop=True)
        for way in (spike_speed.counted_in_duckdb, spike_speed.counted_in_pandas)
    )
    assert sql["batch_id"].tolist() == pandas["batch_id"].tolist()
    for column in columns[1:]:
        assert np.asarray(sql[column], dtype=float) == pytest.approx(np.asarray(pandas[column], dtype=float))
