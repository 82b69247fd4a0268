"""What a promotion brings, as a visitor of 时效待办 gets it: the finding, the choice of the day, and the quiet line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import metrics
from metrics.response import busiest, nearest, promotions
from metrics.words import LANGUAGES, Language, say
from tests.dashboard.visits import html, opened
from tests.metrics.filled import contract, fill
from tests.metrics.shops import AS_OF, SMALL, make_shop

SWITCH = "choice-promotion"
DECIDE = "decide-promotion"


def told(store: Path, day: date, language: Language = "zh") -> str:
    return say(busiest(metrics.open_shop(store).promotion(day)), language)


def charts(page: AppTest) -> int:
    return len(page.get("plotly_chart"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_closest_promotion_stands_there_with_its_busiest_day(
    sample_store: Path, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "response", monkeypatch, lang=language)
    assert f">{told(sample_store, nearest(AS_OF.date()), language)}<small>" in html(page)
    assert charts(page) == 1
    assert any(button.key == DECIDE for button in page.button)


def test_another_promotion_is_chosen_and_stands_in_the_address(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "response", monkeypatch)
    switch = page.get_by_key(SWITCH)
    assert switch.value == nearest(AS_OF.date()).isoformat()
    other = promotions(AS_OF.date())[-1]
    switch.set_value(other.isoformat()).run()
    assert page.query_params["promotion"] == other.isoformat()
    assert told(sample_store, other) in html(page)
    page.get_by_key(SWITCH).set_value(nearest(AS_OF.date()).isoformat()).run()
    assert "promotion" not in page.query_params


def test_a_promotion_of_which_nothing_can_be_told_takes_a_line_and_no_picture(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "response", monkeypatch, promotion="2026-06-18")
    shown = html(page)
    assert "推算不了618" in shown
    assert "2025-06-18" in shown
    assert charts(page) == 0
    assert not any(button.key == DECIDE for button in page.button)
    assert page.get_by_key(SWITCH).value == "2026-06-18"


def test_a_shop_without_a_year_behind_it_gets_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "store", contract([make_shop(SMALL)]))
    page = opened(tmp_path / "store", "response", monkeypatch)
    assert "推算不了" in html(page)
    assert charts(page) == 0


def test_an_older_promotion_of_a_link_stands_among_the_choices(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "response", monkeypatch, promotion="2025-11-11")
    assert page.get_by_key(SWITCH).value == "2025-11-11"
    assert "2024-11-11" in html(page)


def test_limits_of_the_page_do_not_reach_it_and_it_says_so(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = told(sample_store, nearest(AS_OF.date()))
    assert "不随筛选变化" not in html(opened(sample_store, "response", monkeypatch))
    limited = html(opened(sample_store, "response", monkeypatch, where__category="服饰"))
    assert whole in limited
    assert "按全部数据推算，不随筛选变化" in limited


def test_a_meeting_sees_it_without_the_switch(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "response", monkeypatch, meeting="1", section="promotion")
    assert told(sample_store, nearest(AS_OF.date())) in html(page)
    assert charts(page) == 1
    assert not any(control.key == SWITCH for control in page.get("button_group"))
