"""The difference of two numbers, against published intervals and against what it must never claim."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.compare import Good, Verdict, compare

NAN = float("nan")


@dataclass(frozen=True)
class Row:
    value: float
    low: float
    high: float


def wilson(k: int, n: int) -> Row:
    """Wilson's interval as in Newcombe's paper, written here so that the test leans on no code of ours."""
    z, p = 1.959964, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Row(p, middle - half, middle + half)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17:873, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_the_interval_is_the_published_one(
    now: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    found = compare(wilson(*now), wilson(*before), "down")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(("good", "verdict"), [("down", "worse"), ("up", "better"), (None, "moved")])
def test_the_same_rise_is_good_or_bad_by_the_metric(good: Good | None, verdict: Verdict) -> None:
    assert compare(wilson(56, 70), wilson(48, 80), good).verdict == verdict


def test_a_difference_that_chance_explains_is_no_change() -> None:
    assert compare(wilson(5, 56), wilson(0, 29), "down").verdict == "unclear"


def test_without_an_interval_nothing_is_claimed() -> None:
    found = compare(Row(0.5, NAN, NAN), Row(0.1, NAN, NAN), "down")
    assert found.diff == pytest.approx(0.4)
    assert found.verdict == "unclear"


counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_turning_the_question_round_turns_the_answer_round(a: tuple[int, int], b: tuple[int, int]) -> None:
    one, other = compare(wilson(*a), wilson(*b), "down"), compare(wilson(*b), wilson(*a), "down")
    assert (one.diff, one.low, one.high) == pytest.approx((-other.diff, -other.high, -other.low))
    assert {one.verdict, other.verdict} in ({"unclear"}, {"better", "worse"})
