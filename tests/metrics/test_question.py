"""A question is checked when it is made, and an address holds it whole."""

from datetime import date

import pytest

from metrics.question import Question
from metrics.words import Refused


def test_a_misspelt_metric_is_answered_with_the_right_name() -> None:
    with pytest.raises(Refused, match="refund_rate"):
        Question("refund_rat")


@pytest.mark.parametrize(
    "asked",
    [
        {"by": ("day; DROP TABLE tickets",)},
        {"where": {"1=1 --": ("x",)}},
        {"grain": "fortnight"},
        {"reading": "guessed"},
        {"age": 8},
        {"rolling": 45},
        {"by": ("category", "category")},
        {"start": date(2026, 11, 2), "stop": date(2026, 11, 2)},
    ],
)
def test_what_the_catalogue_does_not_know_is_refused(asked: dict) -> None:
    with pytest.raises(Refused):
        Question("refund_rate", **asked)


@pytest.mark.parametrize(
    "question",
    [
        Question("refund_rate"),
        Question("refund_rate", by=("category", "province"), grain="week", reading="same_age", age=15),
        Question("refund_rate", where={"province": ("广东", None), "insured": (True,), "category": ("~true", "a&b=c")}),
        Question("satisfaction", start=date(2026, 9, 1), stop=date(2026, 11, 16), rolling=90, grain="day"),
    ],
)
def test_an_address_holds_the_question_whole(question: Question) -> None:
    link = f"http://localhost:8501/overview?lang=zh&{question.to_query_string()}"
    assert Question.from_url(link) == question


def test_an_address_without_a_metric_is_refused() -> None:
    with pytest.raises(Refused, match="metric"):
        Question.from_url("http://localhost:8501/?lang=zh")


@pytest.mark.parametrize("query", ["metric=refund_rate&age=seven", "metric=refund_rate&start=yesterday"])
def test_what_cannot_be_read_in_an_address_is_refused(query: str) -> None:
    with pytest.raises(Refused):
        Question.from_url(query)
