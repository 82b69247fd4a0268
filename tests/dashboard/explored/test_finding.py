"""The title of an answer: it tells a direction only where the interval does."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import metrics
from dashboard.explored.answer import Answer, in_labels
from dashboard.explored.finding import finding, ranked
from dashboard.headline import cell
from dashboard.text import Text
from metrics import CATALOG, Question
from metrics.compare import COMPARED
from metrics.question import AGAINST
from metrics.words import LANGUAGES, Finding, say

NAN = float("nan")
AS_OF = date(2026, 11, 16)
ZH = Text("zh")
DIRECTIONS = re.compile("变好|变差|有变化|最高|最低|better|worse|changed|highest|lowest|moved most")


@pytest.fixture
def sample_shop(sample_store: Path) -> metrics.Shop:
    return metrics.open_shop(sample_store)


def row(value: float, low: float, high: float, **more: Any) -> dict[str, Any]:
    counts = {"n": 1000, "numerator": value * 1000, "denominator": 1000.0, "status": "ok", "coverage": 1.0}
    young = dict.fromkeys(("projected", "projected_low", "projected_high"), NAN)
    return {"value": value, "low": low, "high": high, **counts, **young, **more}


def answer(question: Question, rows: list[dict[str, Any]], against: Any = "none", **whole: float) -> Answer:
    entire = cell(pd.Series(row(whole.get("value", NAN), whole.get("low", NAN), whole.get("high", NAN))))
    return Answer(question, against, pd.DataFrame(rows), entire, AS_OF)


def weeks(*rows: tuple[float, float, float]) -> list[dict[str, Any]]:
    starts = pd.date_range("2026-10-19", periods=len(rows), freq="W-MON")
    return [row(*bounds, period=start) for start, bounds in zip(starts, rows, strict=True)]


def test_a_line_tells_its_last_change_when_it_is_one() -> None:
    question = Question("refund_rate", grain="week", reading="same_age")
    clear = weeks((0.05, 0.04, 0.06), (0.08, 0.075, 0.085), (0.12, 0.11, 0.13))
    assert finding(answer(question, clear), ZH) == "退款率 11.02–11.08 12.0%，较 10.26–11.01 ▲4.0百分点 变差"
    unclear = weeks((0.05, 0.04, 0.06), (0.10, 0.07, 0.14), (0.12, 0.09, 0.16))
    assert finding(answer(question, unclear), ZH).endswith("较 10.26–11.01 看不出变化")


def test_a_week_of_which_a_day_counts_is_not_the_news() -> None:
    """The week of 9 November has one day that is seven days old: its number stands for a Monday."""
    question = Question("refund_rate", grain="week", reading="same_age")
    rows = weeks((0.05, 0.04, 0.06), (0.05, 0.04, 0.06), (0.05, 0.04, 0.06), (0.50, 0.40, 0.60))
    said = finding(answer(question, rows), ZH)
    assert "11.02–11.08" in said
    assert not DIRECTIONS.search(said)


def test_who_is_highest_is_told_only_when_apart_from_the_whole() -> None:
    question = Question("refund_rate", ("category",), reading="final")
    rows = [row(0.2, 0.18, 0.22, category="服饰"), row(0.05, 0.04, 0.06, category="家居")]
    assert finding(answer(question, rows, value=0.1, low=0.09, high=0.11), ZH) == "退款率：服饰最高，20.0%"
    near = [row(0.12, 0.08, 0.17, category="服饰"), row(0.1, 0.07, 0.14, category="家居")]
    assert finding(answer(question, near, value=0.11, low=0.1, high=0.12), ZH) == "退款率：各类目之间看不出差别"
    assert finding(answer(question, rows), ZH) == "退款率，按类目"  # nothing to be apart from


def test_what_is_better_high_is_told_by_its_lowest() -> None:
    question = Question("satisfaction", ("handler",))
    rows = [row(0.9, 0.88, 0.92, handler="甲"), row(0.6, 0.55, 0.65, handler="乙")]
    assert finding(answer(question, rows, value=0.85, low=0.84, high=0.86), ZH) == "满意度：乙最低，60.0%"
    assert ranked(pd.DataFrame(rows), CATALOG["satisfaction"])["handler"].tolist() == ["乙", "甲"]


def test_the_largest_of_many_cells_is_never_called_apart() -> None:
    question = Question("refund_rate", ("category", "province"), reading="final")
    rows = [
        row(0.3, 0.25, 0.35, category="服饰", province="广东"),
        row(0.05, 0.04, 0.06, category="家居", province="广东"),
    ]
    assert not DIRECTIONS.search(finding(answer(question, rows, value=0.1, low=0.09, high=0.11), ZH))


def test_no_title_claims_what_the_interval_denies(sample_shop: metrics.Shop) -> None:
    """Every headline, split and compared in every way, on the sample: a direction needs an interval beside zero."""
    told = dict.fromkeys(LANGUAGES, 0)
    for name in ("refund_rate", "dispute_rate", "satisfaction", "response_in_time", "aftersales_cost", "reason_share"):
        for by in ((), ("category",), ("province",)):
            question = Question(name, by, start=date(2026, 9, 7), stop=date(2026, 10, 5))
            for against in AGAINST:
                frame = sample_shop.compare(question, against)
                beside = (frame["change_low"] > 0) | (frame["change_high"] < 0)
                for language in LANGUAGES:  # within, because asking is what takes long
                    said = finding(Answer(question, against, frame, cell(frame.iloc[0]), AS_OF), Text(language))
                    assert bool(DIRECTIONS.search(said)) <= bool(beside.any()), said
                    told[language] += bool(DIRECTIONS.search(said))
                    assert language == "en" or len(said) <= 45
    assert all(told.values()), "no title told a direction, so that none was tested"


def test_without_an_interval_the_size_is_told_and_no_verdict() -> None:
    question = Question("aftersales_cost", start=date(2026, 10, 1), stop=date(2026, 11, 1))
    changed = dict.fromkeys(COMPARED, NAN) | {"change": -1200.0, "before": 9200.0, "verdict": "unclear"}
    said = finding(answer(question, [row(8000.0, NAN, NAN) | changed], "before"), ZH)
    assert said == "售后成本 ¥8,000，较上一期 ▼¥1,200"


def test_why_there_is_no_answer_is_said_in_labels(sample_shop: metrics.Shop) -> None:
    for asked in (Question("refund_rate", ("type", "handler")), Question("satisfaction", reading="same_age")):
        found: Finding = sample_shop.query(asked).attrs["finding"]
        said = say(in_labels(found, ZH), "zh")
        assert asked.definition.label("zh") in said
        assert not re.search(r"\b(type|handler|same_age|arrived|satisfaction)\b", said)
