"""The simulator of batches is the ground that a rule is judged on, so its own laws are held to first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from metrics.simulate.batch_delays import arrived
from metrics.simulate.batch_world import AGES, SCENARIOS, BatchWorld, DelayShift, Ramp, Season, Wave
from metrics.simulate.batches import SimulatedBatches, simulate_batches

SMALL = BatchWorld(skus=200)
CALM = replace(SMALL, bad_share=0.0)


@pytest.fixture(scope="module")
def made() -> SimulatedBatches:
    return simulate_batches(SMALL, seed=7)


def day(world: BatchWorld, dates: pd.Series) -> pd.Series:
    return (dates - pd.Timestamp(world.first_day)).dt.days


def mean_delay(made: SimulatedBatches, sold: pd.Series) -> float:
    """Days from sale to return, of the returns of what was sold where `sold` holds."""
    returns = made.returns[sold.to_numpy()]
    age = (returns["returned_on"] - returns["sold_on"]).dt.days + 0.5
    return float(np.average(age, weights=returns["units"]))


def realised(made: SimulatedBatches, rows: pd.Series) -> tuple[float, float]:
    """Returns of these selling days, and how many their true rates promise."""
    key = ["batch_id", "sold_on"]
    back = made.returns.groupby(key, as_index=False)["units"].sum().rename(columns={"units": "back"})
    cohorts = made.cohorts[rows].merge(back, on=key, how="left")
    return float(cohorts["back"].sum()), float((cohorts["units"] * cohorts["rate"]).sum())


def test_the_same_seed_makes_the_same_frames_and_another_one_does_not(made: SimulatedBatches) -> None:
    again, other = simulate_batches(SMALL, seed=7), simulate_batches(SMALL, seed=8)
    for name in ("units", "returns", "truth", "cohorts"):
        pd.testing.assert_frame_equal(getattr(made, name), getattr(again, name))
    assert not made.units.equals(other.units)


def test_the_frames_are_those_that_a_shop_would_hand_over(made: SimulatedBatches) -> None:
    assert list(made.units) == ["batch_id", "sku_id", "category", "sold_on", "units"]
    assert list(made.returns) == ["batch_id", "sold_on", "returned_on", "units"]
    assert (made.units["units"] > 0).all()
    assert (made.returns["units"] > 0).all()
    assert not made.units.duplicated(["batch_id", "sold_on"]).any()
    assert not made.returns.duplicated(["batch_id", "sold_on", "returned_on"]).any()


def test_no_unit_comes_back_twice_before_its_sale_or_after_the_window(made: SimulatedBatches) -> None:
    back = made.returns.groupby(["batch_id", "sold_on"])["units"].sum()
    sold = made.units.set_index(["batch_id", "sold_on"])["units"]
    assert (back <= sold.reindex(back.index)).all()
    age = (made.returns["returned_on"] - made.returns["sold_on"]).dt.days
    assert age.min() == 0
    assert age.max() == AGES - 1


def test_truth_has_one_row_a_batch_and_agrees_with_the_frames(made: SimulatedBatches) -> None:
    by_batch = made.units.groupby("batch_id")
    truth = made.truth.set_index("batch_id")
    assert truth.index.is_unique
    pd.testing.assert_series_equal(truth["units"].sort_index(), by_batch["units"].sum(), check_names=False)
    pd.testing.assert_series_equal(truth["first_sold_on"].sort_index(), by_batch["sold_on"].min(), check_names=False)
    pd.testing.assert_series_equal(truth["last_sold_on"].sort_index(), by_batch["sold_on"].max(), check_names=False)
    assert (truth["units"] <= truth["size"]).all()
    assert truth["returned"].sum() == made.returns["units"].sum()
    assert set(truth.loc[truth["bad"], "multiplier"]) == set(SMALL.multipliers)
    assert (truth.loc[~truth["bad"], "multiplier"] == 1).all()


def test_a_sku_sells_one_batch_after_the_other_on_every_day(made: SimulatedBatches) -> None:
    order = made.truth.sort_values(["sku_id", "first_sold_on"])
    next_one = order.groupby("sku_id")["first_sold_on"].shift(-1)
    assert (order["last_sold_on"] < next_one)[next_one.notna()].all()
    length = (order["last_sold_on"] - order["first_sold_on"]).dt.days + 1
    assert length.max() <= SMALL.life_days[1]


def test_weekends_sell_more(made: SimulatedBatches) -> None:
    by_weekday = made.units.groupby(made.units["sold_on"].dt.day_of_week)["units"].sum()
    assert by_weekday.idxmax() == 5
    assert by_weekday[5] > 1.2 * by_weekday[0]


def test_realised_rates_agree_with_the_truth(made: SimulatedBatches) -> None:
    """Each batch is a sum of binomials with known rates: its deviations are standard normal."""
    truth = made.truth[made.truth["units"] * made.truth["rate"] > 20]
    sigma = np.sqrt(truth["units"] * truth["rate"] * (1 - truth["rate"]))
    deviation = (truth["returned"] - truth["units"] * truth["rate"]) / sigma
    assert len(deviation) > 500
    assert abs(deviation.mean()) < 4 / np.sqrt(len(deviation))
    assert deviation.std() == pytest.approx(1, abs=4 / np.sqrt(2 * len(deviation)))


def test_bad_batches_have_their_multiple_of_the_rate(made: SimulatedBatches) -> None:
    truth = made.truth[made.truth["bad"] & (made.truth["sku_rate"] < 0.1)]
    ratio = truth["rate"] / truth["sku_rate"] / truth["multiplier"]
    assert ratio.median() == pytest.approx(1, abs=4 * SMALL.dispersion / np.sqrt(len(ratio)) * 1.25)
    assert made.truth["bad"].mean() == pytest.approx(SMALL.bad_share, abs=0.012)


@pytest.mark.parametrize("dispersion", [0.15, 0.30])
def test_normal_batches_differ_by_the_dispersion(dispersion: float) -> None:
    truth = simulate_batches(replace(CALM, dispersion=dispersion), seed=7).truth
    logit = np.log(truth["rate"] / (1 - truth["rate"])) - np.log(truth["sku_rate"] / (1 - truth["sku_rate"]))
    assert logit.std() == pytest.approx(dispersion, rel=4 / np.sqrt(2 * len(logit)))


def test_arrivals_follow_the_law_of_delays() -> None:
    """Chi-square of all ages: what `arrived` promises is what is drawn, SKU by SKU and in the middle of a shift."""
    for shift in (None, DelayShift(100, 0.75), DelayShift(100, 0.75, in_progress=True), DelayShift(100, 1.3, 20)):
        world = replace(CALM, delay_shift=shift)
        made = simulate_batches(world, seed=11)
        law = np.diff(arrived(world, made.cohorts), axis=1, prepend=0.0)
        assert (law >= 0).all()
        assert law.sum(axis=1) == pytest.approx(np.ones(len(law)))
        back = made.returns.assign(age=(made.returns["returned_on"] - made.returns["sold_on"]).dt.days)
        came = back.groupby(["batch_id", "sold_on"])["units"].sum()
        cohort = pd.MultiIndex.from_frame(made.cohorts[["batch_id", "sold_on"]])
        expected = came.reindex(cohort).fillna(0).to_numpy() @ law
        seen = np.bincount(back["age"], back["units"], AGES)
        assert stats.chisquare(seen, expected).pvalue > 1e-4


def test_one_in_a_hundred_bad() -> None:
    truth = simulate_batches(SCENARIOS["1 % bad"], seed=3).truth
    assert truth["bad"].mean() == pytest.approx(0.01, abs=4 * np.sqrt(0.01 / len(truth)))


@pytest.mark.parametrize(
    ("shift", "factor"),
    [(DelayShift(120, 0.75), 0.75), (DelayShift(120, 1.30), 1.30), (DelayShift(120, 0.60), 0.60)],
)
def test_delays_shift_for_what_is_sold_from_a_day_on(shift: DelayShift, factor: float) -> None:
    # Delays so short that the window of 30 days cuts nothing off: stretched delays are then stretched means.
    kinds = tuple(replace(kind, delay_days=kind.delay_days / 4) for kind in CALM.kinds)
    world = replace(CALM, kinds=kinds, delay_shift=shift)
    made = simulate_batches(world, seed=5)
    before = day(world, made.returns["sold_on"]) < shift.from_day
    plain = simulate_batches(replace(world, delay_shift=None), seed=5)
    assert mean_delay(made, ~before) / mean_delay(made, before) == pytest.approx(factor, rel=0.04)
    assert plain.units.equals(made.units)


def test_delays_can_shift_gradually() -> None:
    world = replace(CALM, delay_shift=DelayShift(100, 0.5, over_days=40))
    made = simulate_batches(world, seed=5)
    sold = day(world, made.returns["sold_on"])
    means = [mean_delay(made, sold.between(start, start + 19)) for start in (60, 80, 100, 120, 140, 160)]
    assert means[0] == pytest.approx(means[1], rel=0.03)
    assert means[1] > means[2] > means[3] > means[4]
    assert means[4] == pytest.approx(means[5], rel=0.03)


def test_delays_can_shift_for_what_is_sold_already() -> None:
    """Returns that were under way hurry up as well, so on the day itself more of every age come back."""
    world = replace(CALM, delay_shift=DelayShift(120, 0.5, in_progress=True))
    hurried, usual = simulate_batches(world, seed=5), simulate_batches(CALM, seed=5)
    counts = []
    for made in (hurried, usual):
        came = day(world, made.returns["returned_on"])
        old = day(world, made.returns["sold_on"]) < 120
        counts.append(float(made.returns.loc[old & (came == 120), "units"].sum()))
        assert made.returns["units"].sum() == pytest.approx(usual.returns["units"].sum(), rel=1e-12)
    assert counts[0] > 1.5 * counts[1]


def test_a_wave_lifts_one_category_for_its_days_alone() -> None:
    world = replace(CALM, wave=Wave("clothing", 100, 14, 1.5))
    cohorts, plain = simulate_batches(world, seed=5).cohorts, simulate_batches(CALM, seed=5).cohorts
    ratio = cohorts["normal_rate"] / plain["normal_rate"]
    inside = (cohorts["category"] == "clothing") & day(world, cohorts["sold_on"]).between(100, 113)
    assert ratio[inside].to_numpy() == pytest.approx(np.full(inside.sum(), 1.5))
    assert (ratio[~inside] == 1).all()
    back, promised = realised(simulate_batches(world, seed=5), inside)
    assert back == pytest.approx(promised, abs=4 * np.sqrt(promised))


def test_defective_units_come_back_sooner_and_the_others_as_usual() -> None:
    kinds = tuple(replace(kind, delay_days=kind.delay_days / 4, rate=0.05) for kind in SMALL.kinds)
    world = replace(SMALL, kinds=kinds, defect_delay=0.6, multipliers=(3.0,), bad_share=0.3)
    made = simulate_batches(world, seed=5)
    bad = made.returns["batch_id"].isin(made.truth.loc[made.truth["bad"], "batch_id"])
    # Two in three returns of a batch with three times the rate are owed to the defect.
    assert mean_delay(made, bad) / mean_delay(made, ~bad) == pytest.approx(1 / 3 + 2 / 3 * 0.6, rel=0.04)


def test_a_defect_can_start_in_the_middle_of_a_batch() -> None:
    world = replace(SMALL, defect_from=0.5, multipliers=(3.0,), bad_share=0.3)
    made = simulate_batches(world, seed=5)
    cohorts = made.cohorts.merge(made.truth[["batch_id", "bad", "defect_from", "sku_rate"]], on="batch_id")
    late = cohorts["sold_on"] >= cohorts["defect_from"]
    assert (cohorts["defective"] == (late & cohorts["bad"])).all()
    low = cohorts["sku_rate"] < 0.1
    ratio = cohorts["rate"] / cohorts["normal_rate"]
    assert ratio[cohorts["bad"] & ~late & low].mean() == pytest.approx(1, abs=0.1)
    assert ratio[cohorts["bad"] & late & low].mean() == pytest.approx(3, abs=0.3)


def test_batches_can_go_bad_together() -> None:
    world = replace(SMALL, bad_together=8, bad_share=0.1)
    truth = simulate_batches(world, seed=5).truth
    # Those that began before the first day are of a week of their own, seen only in part.
    bad = truth[truth["bad"] & (truth["first_sold_on"] > pd.Timestamp(world.first_day) + pd.Timedelta(days=7))]
    week = day(world, bad["first_sold_on"]) // 7
    mates = bad.groupby(["category", week])["batch_id"].transform("size")
    assert mates.median() >= 6
    assert truth["bad"].mean() == pytest.approx(0.1, abs=0.05)


def test_a_season_swings_some_skus_and_leaves_the_others_alone() -> None:
    world = replace(CALM, season=Season(0.3, 0.3, 120))
    cohorts, plain = simulate_batches(world, seed=5).cohorts, simulate_batches(CALM, seed=5).cohorts
    moved = logit(cohorts["normal_rate"]) - logit(plain["normal_rate"])
    span = moved.groupby(cohorts["sku_id"]).agg(["min", "max"])
    swings = (span["max"] - span["min"]) > 1e-9
    assert swings.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / world.skus))
    assert span.loc[swings, "max"].to_numpy() == pytest.approx(np.full(swings.sum(), 0.3), abs=0.01)
    assert span.loc[swings, "min"].to_numpy() == pytest.approx(np.full(swings.sum(), -0.3), abs=0.01)


def test_a_ramp_climbs_and_stays() -> None:
    world = replace(CALM, ramp=Ramp(1.0, 0.4, 100, 60))
    cohorts, plain = simulate_batches(world, seed=5).cohorts, simulate_batches(CALM, seed=5).cohorts
    risen = logit(cohorts["normal_rate"]) - logit(plain["normal_rate"])
    passed = day(world, cohorts["sold_on"])
    for at, expected in ((100, 0.0), (130, 0.2), (160, 0.4), (200, 0.4)):
        assert risen[passed == at].to_numpy() == pytest.approx(np.full((passed == at).sum(), expected))


def test_every_scenario_differs_from_the_base_in_one_thing() -> None:
    for name, world in SCENARIOS.items():
        changed = [field for field in vars(world) if getattr(world, field) != getattr(BatchWorld(), field)]
        assert len(changed) == (name != "base"), name


def logit(share: pd.Series) -> pd.Series:
    return np.log(share / (1 - share))
