"""The ledger and the strict rule, each held to a plain loop over the sentence that describes it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.spikes.ledger import Ledger, beyond_doubt

DAYS_KEPT = 180
settle = settings(max_examples=150, deadline=None, derandomize=True)


def by_hand(days: list[dict[str, float]], young: set[str]) -> dict[str, int]:
    """Every day the most certain first, while the mean chance over what was called in 180 days stays at 5 % or less."""
    called: dict[str, tuple[int, float]] = {}
    for day, chances in enumerate(days):
        for batch, chance in sorted(chances.items(), key=lambda item: item[1]):
            if batch in called or batch in young or chance > 0.30:
                continue
            spent = [lfdr for since, lfdr in called.values() if day - since < DAYS_KEPT] + [chance]
            if sum(spent) / len(spent) > 0.05:
                break
            called[batch] = day, chance
    return {batch: day for batch, (day, _) in called.items()}


chances = st.one_of(st.floats(1e-6, 0.05), st.floats(0.05, 1.0))


@settle
@given(
    table=st.lists(st.lists(chances, min_size=8, max_size=8), min_size=1, max_size=12),
    young=st.sets(st.integers(0, 7), max_size=3),
    gap=st.sampled_from([1, 60]),
)
def test_the_ledger_is_that_of_the_loop(table: list[list[float]], young: set[int], gap: int) -> None:
    allowed = np.array([number not in young for number in range(8)])
    ledger = Ledger.empty()
    days: list[dict[str, float]] = []
    for number, row in enumerate(table):
        ledger = ledger.call(number * gap, np.arange(8), np.array(row), allowed)
        days += [{}] * (number * gap - len(days)) + [{str(i): chance for i, chance in enumerate(row)}]
    found = {str(batch): int(day) for batch, day in zip(ledger.batch, ledger.day, strict=True)}
    assert found == by_hand(days, {str(number) for number in young})


def test_certain_calls_pay_for_one_that_is_not() -> None:
    """.001 and .001 leave room for one of .12 (mean .041), and for no second one (mean .061)."""
    lfdr, every = np.array([0.12, 0.001, 0.12, 0.001]), np.ones(4, dtype=bool)
    ledger = Ledger.empty().call(0, np.arange(4), lfdr, every)
    assert sorted(ledger.batch.tolist()) == [0, 1, 3]
    assert ledger.estimated_fdr == pytest.approx(0.122 / 3)
    assert len(ledger.call(1, np.arange(4), lfdr, every).batch) == 3
    alone = Ledger.empty().call(0, np.array([7]), np.array([0.12]), np.ones(1, dtype=bool))
    assert len(alone.batch) == 0
    assert np.isnan(alone.estimated_fdr)


def test_old_calls_pay_for_nothing() -> None:
    one = np.ones(1, dtype=bool)
    old = Ledger.empty().call(0, np.array([0]), np.array([0.0001]), one)
    assert len(old.call(DAYS_KEPT - 1, np.array([1]), np.array([0.09]), one).batch) == 2
    assert len(old.call(DAYS_KEPT, np.array([1]), np.array([0.09]), one).batch) == 1


def test_a_batch_without_a_score_is_never_called() -> None:
    ledger = Ledger.empty().call(0, np.arange(2), np.array([np.nan, 0.01]), np.ones(2, dtype=bool))
    assert ledger.batch.tolist() == [1]


@settle
@given(scores=st.lists(st.floats(-20, 40), min_size=1, max_size=30), unknown=st.integers(0, 3))
def test_the_strict_rule_is_that_of_the_loop(scores: list[float], unknown: int) -> None:
    """e-BH at 10 %: the largest k of which the k-th largest e-value is at least m / (k q)."""
    m, best = len(scores), 0
    falling = sorted(scores, reverse=True)
    for k in range(1, m + 1):
        if falling[k - 1] >= np.log(m / (k * 0.10)):
            best = k
    want = [bool(best) and score >= falling[best - 1] for score in scores]
    found = beyond_doubt(np.array([*scores, *[np.nan] * unknown]))
    assert found.tolist() == want + [False] * unknown


def test_good_batches_are_hardly_ever_called_by_the_strict_rule() -> None:
    """Bayes factors of normal draws against a shift of 2.5, all good and all alike: it errs on 10 % of days at most."""
    draw = np.random.default_rng(4)
    x = draw.standard_normal((2000, 100)) * np.sqrt(0.5) + draw.standard_normal((2000, 1)) * np.sqrt(0.5)
    wrong = [beyond_doubt(2.5 * row - 2.5**2 / 2).any() for row in x]
    assert np.mean(wrong) <= 0.10
