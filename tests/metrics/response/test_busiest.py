"""What a promotion's days come to in one sentence, and which promotions a year has."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from metrics.response import busiest, event, held, is_promotion, nearest, promotions
from metrics.words import LANGUAGES, Language, say

DAY = date(2026, 11, 11)


def days(**columns: Any) -> pd.DataFrame:
    """Return three days of a promotion, of which nothing has come yet, unless a column says otherwise."""
    told: dict[str, Any] = {
        "offset": range(3),
        "day": pd.date_range(DAY, periods=3),
        "day_then": pd.date_range("2025-11-11", periods=3),
        "tickets_now": [np.nan] * 3,
        "usual": [68.0] * 3,
        "expected": [90.0, 99.6, 142.8],
        "low": [75.0, 80.0, 112.9],
        "high": [110.0, 120.0, 170.2],
        "status": ["ok"] * 3,
    }
    return pd.DataFrame({**told, **columns})


@pytest.mark.parametrize(
    ("frame", "zh", "en"),
    [
        (
            days(),
            "双11后第 2 天（11-13）最忙：预计 143 单（112–171），是平日的 2.1 倍",
            "Busiest: day 2 after 11.11 (11-13), 143 expected (112–171), 2.1× an ordinary day",
        ),
        (
            days(expected=[1_200.0, 99.6, 142.8], low=[1_000.4, 80.0, 112.9], high=[1_400.0, 120.0, 170.2]),
            "双11当天最忙：预计 1,200 单（1,000–1,400），是平日的 17.6 倍",
            "Busiest: 11.11 itself, 1,200 expected (1,000–1,400), 17.6× an ordinary day",
        ),
        (
            days(tickets_now=[300.0, np.nan, np.nan], expected=[320.0, 99.6, 142.8]),
            "接下来 11-13（双11后第 2 天）最忙：预计 143 单（112–171），是平日的 2.1 倍",
            "Busiest ahead: 11-13 (day 2 after 11.11), 143 expected (112–171), 2.1× an ordinary day",
        ),
        (
            days(tickets_now=[80.0, 136.0, 100.0]),
            "双11后第 1 天（11-12）最忙：来了 136 单，是平日的 2.0 倍",
            "Busiest: day 1 after 11.11 (11-12), 136 requests, 2.0× an ordinary day",
        ),
        (
            days(usual=[112.9] * 3),
            "双11看不出比平日忙：最多一天预计 143 单（112–171），平日 113 单",
            "No clear rise after 11.11: at most 143 requests a day (112–171), 113 on an ordinary one",
        ),
        (
            days(tickets_now=[300.0, np.nan, np.nan], usual=[112.9] * 3),
            "双11往后看不出比平日忙：最多一天预计 143 单（112–171），平日 113 单",
            "The days ahead are no clear rise: at most 143 requests a day (112–171), 113 on an ordinary one",
        ),
        (
            days(usual=[0.0] * 3),
            "双11后第 2 天（11-13）最忙：预计 143 单（112–171），平日几乎没有单",
            "Busiest: day 2 after 11.11 (11-13), 143 expected (112–171), next to none on an ordinary day",
        ),
    ],
)
def test_the_busiest_day_stands_with_its_range_and_beside_an_ordinary_one(
    frame: pd.DataFrame, zh: str, en: str
) -> None:
    assert say(busiest(frame), "zh") == zh
    assert say(busiest(frame), "en") == en


def test_a_day_of_which_nothing_is_told_is_not_the_busiest() -> None:
    frame = days(status=["ok", "ok", "not_available"])
    assert busiest(frame).values["expected"] == "100"


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_told_it_says_of_when_something_is_missing(language: Language) -> None:
    for status, code in (
        (["not_available"] * 3, "response.promotion_not_available"),
        (["insufficient", "insufficient", "not_available"], "response.promotion_insufficient"),
    ):
        found = busiest(days(status=status))
        assert found.code == code
        assert "2025-11-11" in say(found, language)


def test_the_days_that_are_over_are_laid_against_what_the_eve_foretold() -> None:
    assert held(days()) is None
    found = held(days(tickets_now=[110.0, 121.0, np.nan]))
    assert found is not None
    assert found.values == {"days": 2, "inside": 1}
    assert held(days(tickets_now=[1.0, 2.0, 3.0], low=[np.nan] * 3, high=[np.nan] * 3)) is None


@pytest.mark.parametrize(
    ("today", "closest"),
    [
        ("2026-11-16", "2026-11-11"),
        ("2026-11-26", "2026-11-11"),
        ("2026-11-27", "2026-12-12"),
        ("2027-01-02", "2026-12-12"),
        ("2027-05-01", "2027-06-18"),
    ],
)
def test_the_promotion_that_is_planned_for_is_the_closest(today: str, closest: str) -> None:
    assert nearest(date.fromisoformat(today)) == date.fromisoformat(closest)


def test_the_last_of_each_and_the_next_can_be_chosen() -> None:
    assert promotions(date(2026, 11, 10)) == [
        date(2025, 11, 11),
        date(2025, 12, 12),
        date(2026, 6, 18),
        date(2026, 11, 11),
    ]
    assert promotions(DAY)[-2:] == [DAY, date(2026, 12, 12)]
    assert promotions(date(2026, 12, 31))[-1] == date(2027, 6, 18)


def test_a_promotion_is_called_as_the_trade_calls_it() -> None:
    assert [say(event(day), "zh") for day in promotions(DAY)] == ["双12", "618", "双11", "双12"]
    assert is_promotion(date(2031, 6, 18))
    assert not is_promotion(date(2026, 9, 9))
    assert say(event(date(2026, 9, 9)), "zh") == "09-09 大促"
