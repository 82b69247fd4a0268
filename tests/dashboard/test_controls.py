"""The weeks on offer, and what a change of a control does."""

from __future__ import annotations

from datetime import date

import pytest
import streamlit as st

from dashboard.controls import changed, picked, recent_weeks


def test_recent_weeks_run_backwards_from_the_newest() -> None:
    assert recent_weeks(date(2026, 1, 5), 3) == [date(2026, 1, 5), date(2025, 12, 29), date(2025, 12, 22)]


def test_a_control_whose_page_was_left_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"here": "a", "bars": {"selection": {"points": [{"x": 1}]}}})
    taken: list[str] = []
    changed("here", taken.append)()
    changed("gone", taken.append)()
    assert taken == ["a"]
    assert picked("bars", "points") == [{"x": 1}]
    assert picked("gone", "points") == []
