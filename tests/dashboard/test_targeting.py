"""The target of a page that is limited to a part of the shop."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from metrics.meeting import Meeting
from metrics.targets import scope_of
from tests.dashboard.visits import html, opened

JUNE = date(2026, 6, 1)


def test_the_page_of_a_category_is_held_against_the_target_of_the_category(
    sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "store"
    shutil.copytree(sample_store, own, ignore=shutil.ignore_patterns("meeting.sqlite*"))
    scope = scope_of({"category": ["服饰"]})
    Meeting(own / "meeting.sqlite").set_target("refund_rate", scope, JUNE, "own", 0.123, author="小林")
    assert "12.3%" in html(opened(own, "overview", monkeypatch, lang="zh", where__category="服饰"))
    assert "12.3%" not in html(opened(own, "overview", monkeypatch, lang="zh", where__category="家居"))
    assert "12.3%" not in html(opened(own, "overview", monkeypatch, lang="zh"))
