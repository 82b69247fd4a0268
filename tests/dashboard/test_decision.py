"""A decision can be taken beside every picture, and about the number that the picture shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboard.visits import opened

DECIDED = {
    "overview": {"overview-trend", "rising"},
    "response": {"queue", "classes", "promotion", "clock", "handlers", "repairs"},
    "batches": {"batch"},
    "reasons": {"reasons"},
    "satisfaction": {"trend", "handled", "path", "disputes"},
    "explore": {"explore"},
}


@pytest.mark.parametrize("view", DECIDED)
def test_every_picture_has_a_way_to_a_decision(view: str, sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, view, monkeypatch, lang="zh")
    keys = {str(button.key).removeprefix("decide-") for button in page.button if str(button.key).startswith("decide-")}
    assert keys == DECIDED[view]


def test_a_number_that_was_opened_can_be_decided_about(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "overview", monkeypatch, lang="zh")
    page.button(key="details-dispute_rate").click().run()
    assert "＋决议" in {tab.label for tab in page.tabs}
    assert page.get_by_key("decision-due").value is None
    assert any("关于：纠纷率" in str(each.body) for each in page.get("html"))
