"""Decisions as marks of a trend: those about its metric, each in the week of its decision."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from dashboard.charts.trend import Mark
from dashboard.marks import decision_marks
from dashboard.page import Page
from dashboard.text import Text
from metrics import CATALOG
from metrics.meeting import Meeting


def test_a_trend_is_marked_with_what_was_decided_about_its_metric(tmp_path: Path) -> None:
    meeting = Meeting(tmp_path / "meeting.sqlite")
    told: dict[str, Any] = {"owner": "张", "due": date(2026, 11, 20), "author": "li"}
    for subject in ("satisfaction", "refund_rate"):
        meeting.decide("先沟通", week=date(2026, 11, 11), subject_kind="metric", subject=subject, **told)
    meeting.decide("换供应商", week=date(2026, 11, 11), subject_kind="sku", subject="satisfaction", **told)
    page = cast(Page, SimpleNamespace(store=tmp_path, text=Text("en")))
    label = Text("en")("trend.decision", number=1)
    assert decision_marks(page, CATALOG["satisfaction"]) == [Mark(date(2026, 11, 9), label)]
