"""What happened on the way and may explain a turn of a line: marks of a trend."""

from __future__ import annotations

from dashboard import data
from dashboard.charts.trend import Mark
from dashboard.page import Page
from metrics.catalog import Metric


def decision_marks(page: Page, metric: Metric) -> list[Mark]:
    """Return what was decided about a metric, so that a turn of its line can be read beside it."""
    decided = data.meeting(page.store).decisions()
    about = [each for each in decided if (each.subject_kind, each.subject) == ("metric", metric.name)]
    return [Mark(each.week, page.text("trend.decision", number=each.number)) for each in about]
