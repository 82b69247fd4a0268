"""What people found out about flags counts as batches seen: it moves the prior, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from metrics.spikes import Judged, judge
from metrics.spikes.base_rates import BaseRates, Population
from tests.metrics.spikes.made import Made, make_shop

BEGIN, END = 75, 78


@pytest.fixture(scope="module")
def shop() -> Made:
    return make_shop(5, skus=12, days=END, bad_share=0.1)


def judged(shop: Made, confirmed: Sequence[date] = (), false_alarms: Sequence[date] = ()) -> Judged:
    return judge(
        shop.units, shop.returns, shop.day(BEGIN), shop.day(END), confirmed=confirmed, false_alarms=false_alarms
    )


def scores(found: Judged) -> pd.DataFrame:
    return found.batches.set_index("batch_id").sort_index()


def test_the_share_of_bad_batches_is_the_mean_of_a_beta_of_everything_seen() -> None:
    none = np.empty(0)
    seen = Population(none, none, bad_share=(2 + 1) / (100 + 51))  # two of a hundred batches look bad
    rates = BaseRates(none, none, seen, batches=100)
    assert rates.bad_share(0, 0) == seen.bad_share
    assert rates.bad_share(3, 0) == pytest.approx((1 + 2 + 3) / (51 + 100 + 3))
    assert rates.bad_share(3, 4) == pytest.approx((1 + 2 + 3) / (51 + 100 + 7))


def test_without_verdicts_nothing_moves_to_the_last_bit(shop: Made) -> None:
    plain = judge(shop.units, shop.returns, shop.day(BEGIN), shop.day(END))
    pd.testing.assert_frame_equal(judged(shop).batches, plain.batches, check_exact=True)
    pd.testing.assert_frame_equal(judged(shop).flags, plain.flags, check_exact=True)


def test_the_more_is_confirmed_the_less_a_flag_is_doubted(shop: Made) -> None:
    day = shop.day(BEGIN).date()
    verdicts = [([day] * 5, []), ([day], []), ([], []), ([], [day] * 5)]
    doubts = [scores(judged(shop, *given))["lfdr"].dropna() for given in verdicts]
    for less, more in pairwise(doubts):
        assert len(less) > 10
        assert (less < more.reindex(less.index)).all()


def test_verdicts_say_nothing_about_what_is_normal(shop: Made) -> None:
    same = ["units", "observed", "expected", "expected_rate_final", "log_bf"]
    day = shop.day(BEGIN).date()
    some = scores(judged(shop, confirmed=[day] * 3, false_alarms=[day] * 2))[same]
    pd.testing.assert_frame_equal(some, scores(judged(shop))[same], check_exact=True)


def test_a_verdict_counts_from_its_day_on_and_never_before(shop: Made) -> None:
    last = shop.day(END - 1).date()
    plain, late = judged(shop), judged(shop, confirmed=[last] * 40)
    earlier = [found.flags[found.flags["flagged_on"] < pd.Timestamp(last)] for found in (plain, late)]
    pd.testing.assert_frame_equal(earlier[0], earlier[1], check_exact=True)
    assert scores(late)["lfdr"].sum() < scores(plain)["lfdr"].sum()
    unborn = judged(shop, confirmed=[last + timedelta(days=1)] * 40)
    pd.testing.assert_frame_equal(unborn.batches, plain.batches, check_exact=True)
