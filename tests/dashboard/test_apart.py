"""A change taken apart: every cause by its name, from the number before to the number now."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from dashboard.apart import cause_label, taken_apart
from dashboard.charts.theme import LIGHT
from dashboard.charts.waterfall import Cause
from dashboard.text import Text
from metrics.compare import Difference
from metrics.drivers import Estimated, RuleChange, Why

WEEKS = (date(2026, 11, 2), date(2026, 11, 9)), (date(2026, 10, 26), date(2026, 11, 2))
PARTS = pd.DataFrame(
    [("mix", "category", "服饰", 0.006), ("rate", "category", None, -0.002), ("policy", "category", "服饰", 0.001)],
    columns=["part", "dimension", "segment", "effect"],
)
FOUND = Why(
    metric="refund_rate",
    reading="same_age",
    by="category",
    period=WEEKS[0],
    against=WEEKS[1],
    now=Estimated(0.105, 0.09, 0.12, 105, 1000, 1000),
    before=Estimated(0.1, 0.08, 0.12, 100, 1000, 1000),
    change=Difference(0.005, -0.02, 0.03, "unclear"),
    parts=PARTS,
    policy=(RuleChange("return_window_days", datetime(2026, 11, 1), 7, 15),),
)


def test_the_picture_names_every_cause_and_both_numbers() -> None:
    figure = taken_apart(FOUND, LIGHT, Text("en"))
    assert list(figure.layout.yaxis.ticktext) == [
        "Before", "the return window of 7→15 days", "Unknown · itself", "服饰 · share", "Now",
    ]  # fmt: skip
    bars = next(trace for trace in figure.data if trace.type == "bar")
    assert list(bars.text) == ["+0.1pp", "-0.2pp", "+0.6pp"]
    ends = next(trace for trace in figure.data if trace.type == "scatter" and trace.text)
    assert [words.strip() for words in ends.text] == ["10.0%", "10.5%"]


@pytest.mark.parametrize(
    ("bar", "label"),
    [
        (Cause("late", None, 0.01, 3), "早前订单"),
        (Cause("rate", None, 0.01, 4), "其余 4 项 · 自身"),
    ],
)
def test_what_many_segments_come_to_is_said_with_their_number(bar: Cause, label: str) -> None:
    assert cause_label(bar, FOUND, Text("zh")) == label


def test_a_cause_is_called_on_a_page_as_in_a_review() -> None:
    """A review keeps the words that `Why` has for each cause; a bar on a page says the same, part and segment alike."""
    for language in ("zh", "en"):
        alone = Cause("mix", "服饰", 0.006, 0)
        assert cause_label(alone, FOUND, Text(language)) == FOUND.label("mix", "服饰", language)
        several = Cause("rate", None, 0.01, 4)
        assert cause_label(several, FOUND, Text(language)) == FOUND.label("rate", None, language, others=4)
