"""The question of an address: word for word, back again whole, and cut down to one row."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import pandas as pd
import pytest

import metrics
from dashboard.asking import address_of, asked, groups, of_row
from dashboard.choices import Choices, Known, read
from dashboard.explored.periods import end_of, ready_on, settled
from metrics import Question
from metrics.question import Grain

MONDAY = date(2026, 11, 9)
AS_OF = date(2026, 11, 16)
QUESTIONS = [
    Question("refund_rate", reading="final"),
    Question("satisfaction", grain="month", reading="arrived", rolling=30),
    Question("refund_rate", ("category", "province"), "week", reading="same_age", age=15, start=date(2026, 9, 1)),
    Question("refund_rate", where={"province": ("广东", None), "insured": (True,)}, reading="final", stop=MONDAY),
]


def choices(query: dict[str, list[str]]) -> Choices:
    values = {"province": ["广东"], "insured": ["true", "false"]}
    found, ignored = read(query, Known(values=lambda name: values.get(name, ())), default_language="zh")
    assert not ignored
    return found


@pytest.mark.parametrize("question", QUESTIONS)
def test_page_and_notebook_ask_the_same_of_a_link(question: Question) -> None:
    address = address_of(question, "year")
    assert (
        asked(choices(address), MONDAY) == question == Question.from_url(f"http://x/?{urlencode(address, doseq=True)}")
    )
    assert choices(address).against == "year"


def test_a_metric_without_a_reading_is_read_as_a_notebook_reads_it() -> None:
    """No default of the page may slip between a link and its number."""
    for metric in metrics.CATALOG.values():
        found = asked(choices({"metric": [metric.name]}), MONDAY)
        assert found.reading_asked == metric.default_reading
        assert address_of(found, "none")["reading"] == [metric.default_reading]


def test_a_page_that_is_asked_nothing_opens_on_half_a_year_by_week() -> None:
    found = asked(choices({"where.province": ["广东"]}), MONDAY)
    assert (found.grain, found.reading, found.where) == ("week", "same_age", {"province": ("广东",)})
    assert found.start == date(2026, 5, 18)
    weekly = asked(choices({"week": ["2026-10-12"]}), MONDAY)
    assert (weekly.start, weekly.stop) == (date(2026, 4, 20), date(2026, 10, 19))
    # What the page shows unasked, its link asks outright.
    assert asked(choices(address_of(found, "none")), MONDAY) == found


@pytest.mark.parametrize(
    ("grain", "start", "stop"),
    [
        ("day", "2026-02-28", "2026-03-01"),
        ("week", "2026-12-28", "2027-01-04"),
        ("month", "2026-02-01", "2026-03-01"),
        ("quarter", "2026-10-01", "2027-01-01"),
        ("year", "2026-01-01", "2027-01-01"),
    ],
)
def test_a_period_ends_before_the_next_begins(grain: Grain, start: str, stop: str) -> None:
    assert end_of(date.fromisoformat(start), grain) == date.fromisoformat(stop)


def test_a_row_is_the_question_of_its_group_in_its_period() -> None:
    question = Question("refund_rate", ("province",), "week", reading="same_age", start=date(2026, 11, 4), stop=MONDAY)
    one = of_row(question, {"period": pd.Timestamp(2026, 11, 2), "province": None}, AS_OF)
    # Of the week only the days that were asked for.
    assert one == Question(
        "refund_rate", where={"province": (None,)}, reading="same_age", start=date(2026, 11, 4), stop=MONDAY
    )
    rolled = of_row(Question("refund_rate", (), "month", rolling=30), {"period": pd.Timestamp(2026, 11, 1)}, AS_OF)
    assert (rolled.start, rolled.stop, rolled.rolling) == (date(2026, 10, 18), date(2026, 11, 17), None)


@pytest.mark.parametrize(
    ("question", "day"),
    [
        (Question("refund_rate", (), "week", reading="same_age"), date(2026, 11, 15)),
        (Question("refund_rate", (), "week", reading="final"), date(2026, 12, 16)),
        (Question("satisfaction", (), "week"), date(2026, 11, 9)),
        (Question("refund_rate", (), "month", reading="same_age", age=30), date(2026, 12, 30)),
    ],
)
def test_a_period_can_be_read_when_its_last_day_is_old_enough(question: Question, day: date) -> None:
    start = date(2026, 11, 2) if question.grain == "week" else date(2026, 11, 1)
    assert ready_on(question, start) == day


def test_a_period_of_which_only_the_first_days_count_is_not_settled() -> None:
    frame = pd.DataFrame({"period": pd.to_datetime(["2026-11-02", "2026-11-09"])})
    assert settled(frame, Question("refund_rate", (), "week", reading="same_age"), AS_OF).tolist() == [True, False]
    assert settled(frame, Question("satisfaction", (), "week"), AS_OF).tolist() == [True, True]
    assert settled(frame.assign(period=pd.NaT), Question("satisfaction", (), "week"), AS_OF).all()


def test_the_largest_group_comes_first() -> None:
    frame = pd.DataFrame({"province": ["广东", None, "广东", "湖北"], "n": [3, 9, 4, 2]})
    assert [(key, len(rows)) for key, rows in groups(frame, ["province"])] == [
        ((None,), 1),
        (("广东",), 2),
        (("湖北",), 1),
    ]
