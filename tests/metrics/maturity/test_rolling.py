"""The rolling factor: one where nothing happens, two where everything doubles, and never further."""

import numpy as np
import pytest

from metrics.maturity import AGES_KNOWN
from metrics.maturity.rolling import BIN_OF_AGE, BINS, by_bin, rolling_factor, trailing, usual_level

DAYS = 40
SHAPE = (2, DAYS, len(BINS))


def test_the_bins_are_those_of_the_ages() -> None:
    """0, 1, 2, 3-4, 5-7, 8-13, 14 and more: written out here, one figure an age."""
    written = [0, 1, 2, 3, 3, 4, 4, 4, *[5] * 6, *[6] * 17]
    assert BIN_OF_AGE.tolist() == written
    by_age = np.random.default_rng(0).random((3, 2, AGES_KNOWN))
    for number in range(len(BINS)):
        mine = [age for age, of in enumerate(written) if of == number]
        assert by_bin(by_age)[..., number] == pytest.approx(by_age[..., mine].sum(axis=-1))


def test_a_week_is_the_day_and_the_six_before_it() -> None:
    by_day = np.random.default_rng(1).integers(0, 9, SHAPE).astype(float)
    kept = by_day.copy()
    found = trailing(by_day)
    for day in range(DAYS):
        assert found[:, day] == pytest.approx(by_day[:, max(0, day - 6) : day + 1].sum(axis=1))
    assert (by_day == kept).all()


def test_as_many_as_expected_is_a_factor_of_one() -> None:
    expected = np.random.default_rng(2).uniform(0, 80, SHAPE)
    assert rolling_factor(expected, expected) == pytest.approx(1.0)


def test_chance_alone_moves_it_by_no_more_than_chance_may() -> None:
    """Poisson counts of 100 a day: (O + 150) / (X + 150) has a standard error of sqrt(700) / 850, that is .031."""
    expected = np.full((200, DAYS, 1), 100.0)
    factor = rolling_factor(np.random.default_rng(3).poisson(expected).astype(float), expected)[:, 6:]
    assert factor.mean() == pytest.approx(1.0, abs=0.005)
    assert factor.std() == pytest.approx(np.sqrt(700) / 850, rel=0.15)


def test_it_follows_a_doubling_within_a_week() -> None:
    """The prior of 150 returns is small beside 7,000 a week; beside 70 it is not, and the factor stays cautious."""
    expected = np.stack([np.full((DAYS, 1), 1000.0), np.full((DAYS, 1), 10.0)])
    observed = expected.copy()
    observed[:, 20:] *= 2
    factor = rolling_factor(observed, expected)[..., 0]
    assert factor[0, 19] == pytest.approx(1.0)
    assert (np.diff(factor[0, 19:27]) > 0).all()
    assert factor[0, 26] == pytest.approx((14000 + 150) / (7000 + 150))
    assert factor[1, 26] == pytest.approx((140 + 150) / (70 + 150))


@pytest.mark.parametrize(("times", "bound"), [(50.0, 2.0), (0.0, 0.5)])
def test_what_it_may_explain_is_bounded(times: float, bound: float) -> None:
    expected = np.full((1, DAYS, 1), 1000.0)
    assert rolling_factor(times * expected, expected)[0, -1, 0] == bound


def test_without_returns_and_expectation_it_is_one() -> None:
    nothing = np.zeros(SHAPE)
    assert (rolling_factor(nothing, nothing) == 1).all()
    assert (usual_level(nothing, nothing) == 1).all()


def test_the_usual_level_is_that_of_each_category_over_all_days() -> None:
    observed, expected = np.full(SHAPE, 30.0), np.full(SHAPE, 20.0)
    observed[1] = 20.0
    cells = DAYS * len(BINS)
    assert usual_level(observed, expected) == pytest.approx([(30 * cells + 150) / (20 * cells + 150), 1.0])
