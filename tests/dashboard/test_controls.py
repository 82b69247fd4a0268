"""The weeks on offer."""

from __future__ import annotations

from datetime import date

from dashboard.controls import recent_weeks


def test_recent_weeks_run_backwards_from_the_newest() -> None:
    assert recent_weeks(date(2026, 1, 5), 3) == [date(2026, 1, 5), date(2025, 12, 29), date(2025, 12, 22)]
