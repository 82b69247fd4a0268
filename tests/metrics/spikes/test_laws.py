"""Laws of the verdict that hold whatever the shop."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from scipy.special import logit
from scipy.stats import binom

from metrics.spikes import judge, replay
from metrics.spikes.counts import Counts
from metrics.spikes.daily import Watch
from metrics.spikes.evidence import Exposure, log_bayes_factor, log_evidence
from tests.metrics.spikes.made import Made, make_shop

FALSE_SHARE = 0.05  # the promise: one in twenty of the red ones
BAD_SHARE = 1 / 50  # what a shop is believed to have before anything is known of it

BEYOND_DOUBT = 20.0  # a log Bayes factor of one in five hundred million: what a quadrature adds there nobody reads

few_shops = settings(max_examples=1, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])


def small_shop(seed: int) -> Made:
    return make_shop(seed, skus=12, days=80, bad_share=0.1)


# --- what must make no difference ------------------------------------------------------------------------------------


def torn(frame: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Every row split in two at random, empty parts included, and all of them shuffled."""
    part = draw.binomial(frame["units"], 0.5)
    rows = pd.concat([frame.assign(units=part), frame.assign(units=frame["units"] - part)])
    return rows.iloc[draw.permutation(len(rows))].reset_index(drop=True)


@few_shops
@given(seed=st.integers(0, 1000))
def test_neither_the_order_of_rows_nor_how_lines_are_split_makes_a_difference(seed: int) -> None:
    shop, draw = small_shop(seed), np.random.default_rng(seed)
    bounds = shop.day(75), shop.day(80)
    whole = judge(shop.units, shop.returns, *bounds)
    parts = judge(torn(shop.units, draw), torn(shop.returns, draw), *bounds)
    pd.testing.assert_frame_equal(parts.batches, whole.batches, rtol=1e-9)
    pd.testing.assert_frame_equal(parts.flags, whole.flags, rtol=1e-9)


@few_shops
@given(seed=st.integers(0, 1000))
def test_names_are_only_names(seed: int) -> None:
    """In the same order nothing moves; in another order sums are rounded otherwise, and nothing else."""
    shop = small_shop(seed)
    bounds = shop.day(75), shop.day(80)
    was = judge(shop.units, shop.returns, *bounds).batches
    longer = {name: f"批次 {name}" for name in shop.units["batch_id"].unique()}
    names = sorted(longer)
    turned = dict(zip(names, reversed(names), strict=True))
    for new, tolerance in ((longer, 1e-9), (turned, 1e-3)):
        units = shop.units.assign(batch_id=shop.units["batch_id"].map(new))
        returns = shop.returns.assign(batch_id=shop.returns["batch_id"].map(new))
        now = judge(units, returns, *bounds).batches.set_index("batch_id")
        want = was.assign(batch_id=was["batch_id"].map(new)).set_index("batch_id")
        pd.testing.assert_frame_equal(now.loc[want.index], want, rtol=tolerance, atol=tolerance)


# --- the future ------------------------------------------------------------------------------------------------------


@few_shops
@given(seed=st.integers(0, 1000), day=st.integers(62, 70))
@example(seed=3, day=68)  # the last day before it is one of a weekly fit
def test_later_days_never_change_a_decision(seed: int, day: int) -> None:
    shop = small_shop(seed)
    start, then, stop = shop.day(60), shop.day(day), shop.day(75)
    known = shop.units[shop.units["sold_on"] < then], shop.returns[shop.returns["returned_on"] < then]
    without = judge(*known, start, then)

    later = replay(shop.units, shop.returns, start, stop)
    earlier = later[later["flagged_on"] < then]
    pd.testing.assert_frame_equal(without.flags, earlier, rtol=1e-6)

    odd = pd.DataFrame({"batch_id": ["a-new"], "sku_id": ["A"], "category": ["a"], "sold_on": [then], "units": [9999]})
    back = pd.DataFrame({"batch_id": ["a-new"], "sold_on": [then], "returned_on": [then], "units": [9000]})
    with_future = judge(pd.concat([odd, shop.units]), pd.concat([back, shop.returns]), start, then)
    pd.testing.assert_frame_equal(with_future.batches, without.batches, rtol=1e-6)


def scores_at_the_end_of(day: int, shop: Made, known_until: int) -> pd.DataFrame:
    counts = Counts.read(shop.units, shop.returns, shop.day(0), shop.day(known_until))
    watch = Watch(counts)
    look = [watch.look(each) for each in range(60, day + 1)][-1]
    assert look is not None
    scores = {"expected": look.scores.expected, "returned": look.scores.exposure.returned, "log_bf": look.scores.log_bf}
    return pd.DataFrame(scores, index=counts.batches[look.scores.batch])


@pytest.mark.parametrize("day", [67, 70])  # that of a weekly fit, and one between two of them
def test_no_score_of_a_day_looks_further_than_its_end(day: int) -> None:
    """The counts hold the following days as well, and make no use of them."""
    shop = small_shop(3)
    known, more = (scores_at_the_end_of(day, shop, until) for until in (day + 1, 80))
    pd.testing.assert_frame_equal(known, more, rtol=1e-6)
    assert known["returned"].sum() > 100


def test_there_are_decisions_to_be_changed() -> None:
    """The law above would hold for a rule that never speaks."""
    shop = small_shop(3)
    assert not replay(shop.units, shop.returns, shop.day(60), shop.day(68)).empty


# --- more returns ----------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    rate=st.floats(0.002, 0.45),
    spread=st.floats(0.08, 0.7),
    ages=st.lists(st.tuples(st.integers(1, 400), st.floats(0.02, 1.0)), min_size=1, max_size=6),
    weights=st.lists(st.floats(0.02, 1.0), min_size=5, max_size=5),
)
@example(rate=0.25, spread=0.3, ages=[(5, 1.0)], weights=[1.0] * 5)
@example(rate=0.45, spread=0.7, ages=[(800, 1.0)], weights=[1.0] * 5)
@example(rate=0.03, spread=0.16, ages=[(500, 0.05), (300, 0.9)], weights=[1.0] * 5)
def test_one_more_return_never_lowers_the_evidence(
    rate: float, spread: float, ages: list[tuple[int, float]], weights: list[float]
) -> None:
    units, share = (np.array(column, dtype=float) for column in zip(*ages, strict=True))
    returned = np.arange(units.sum() + 1)
    e, e2 = (np.full(len(returned), (units * share**power).sum()) for power in (1, 2))
    seen = Exposure(np.full(len(returned), units.sum()), returned, e, e2, e, np.zeros(len(returned)))
    evidence = log_evidence(np.full(len(returned), logit(rate)), np.full(len(returned), spread), seen)
    log_bf = log_bayes_factor(evidence, np.array(weights) / sum(weights))
    assert np.isfinite(log_bf).all()
    assert np.diff(np.minimum(log_bf, BEYOND_DOUBT)).min() >= -1e-6


# --- shops without a bad batch ---------------------------------------------------------------------------------------


def most_flags(batches: int) -> int:
    """The number of false flags that a shop of good batches exceeds once in a thousand.

    A flag asks for a chance of at most q to be good, hence for a Bayes factor of at least x = (1-pi)/pi (1-q)/q. Under
    the null a Bayes factor is a martingale with mean 1, so that a good batch reaches x on any day of its life with a
    chance of at most 1/x (Ville): at pi = 1/50 and q = 1/20 that is one batch in 931.
    """
    chance = BAD_SHARE / (1 - BAD_SHARE) * FALSE_SHARE / (1 - FALSE_SHARE)
    return int(binom.ppf(0.999, batches, chance))


def looked_at(shop: Made, since: int) -> int:
    return shop.units.loc[shop.units["sold_on"] >= shop.day(since - 30), "batch_id"].nunique()


def test_shops_without_a_bad_batch_flag_at_the_nominal_rate() -> None:
    """Large batches that scatter widely: a rule that takes them for equal accuses a dozen of them."""
    shops = [make_shop(seed, skus=60, days=110, a_day=60, dispersion=0.3) for seed in range(2)]
    flags = sum(len(replay(shop.units, shop.returns, shop.day(75), shop.day(110))) for shop in shops)
    assert flags <= most_flags(sum(looked_at(shop, 75) for shop in shops))


def test_of_the_red_ones_one_in_twenty_is_good_and_the_bad_are_found() -> None:
    """Binomial in the number of flags, once in a thousand; and of the bad ones that can be told half are found."""
    right, wrong, tellable, told = 0, 0, 0, 0
    for seed in range(10, 14):
        shop = make_shop(seed, skus=60, days=110, bad_share=0.05)
        found = judge(shop.units, shop.returns, shop.day(75), shop.day(110))
        is_bad = found.flags["batch_id"].isin(shop.bad)
        right, wrong = right + is_bad.sum(), wrong + (~is_bad).sum()
        old = found.batches[(found.batches["expected"] >= 18) & found.batches["batch_id"].isin(shop.bad)]
        tellable, told = tellable + len(old), told + (old["level"] == "red").sum()
    assert wrong <= binom.ppf(0.999, right + wrong, FALSE_SHARE)
    assert tellable >= 5
    assert told >= tellable / 2


# --- when everything changes at once ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def doubled() -> Made:
    return make_shop(20, skus=60, days=110, rate_factor=lambda _: 2.0)


def test_a_shop_with_twice_the_returns_has_no_spike(doubled: Made) -> None:
    found = judge(doubled.units, doubled.returns, doubled.day(75), doubled.day(110))
    assert len(found.flags) <= most_flags(looked_at(doubled, 75))
    usual = make_shop(20, skus=60, days=110)
    was = judge(usual.units, usual.returns, usual.day(109), usual.day(110)).batches
    rates = [frame.groupby("sku_id")["expected_rate_final"].first() for frame in (found.batches, was)]
    assert (rates[0] / rates[1]).median() == pytest.approx(2.0, rel=0.1)


@pytest.mark.parametrize("factor", [1.3, 2.0])
def test_when_all_rates_rise_from_one_day_on_the_batches_are_not_to_blame(factor: float) -> None:
    """The level of everything moved: the monitor says so within a week, and no more than one in fifty is accused."""
    shop = make_shop(21, skus=90, days=110, a_day=25, rate_factor=lambda day: factor if day >= 80 else 1.0)
    found = judge(shop.units, shop.returns, shop.day(75), shop.day(110))
    assert found.looks.loc[found.looks["day"].between(shop.day(80), shop.day(90)), "drifting"].any()
    assert len(found.flags) <= looked_at(shop, 75) / 50
