"""A link is input from strangers: what it may hold, and what becomes of the rest."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.choices import Choices, Known, read
from metrics import Question

KNOWN = Known(
    values=lambda name: {"shop": ["我的店"], "category": ["小家电", "服饰"], "insured": ["true", "false"]}.get(
        name, []
    ),
    batches=lambda: ["1001/B7"],
    versions=[3, 4],
    sections=["trend"],
)


def test_a_link_opens_exactly_what_it_names() -> None:
    params = {
        "lang": ["en"], "where.shop": ["我的店"], "where.category": ["服饰", "~"], "where.insured": ["~true"],
        "week": ["2026-11-02"], "reading": ["final"], "metric": ["dispute_rate"], "by": ["courier", "tier"],
        "grain": ["month"], "start": ["2026-09-01"], "stop": ["2026-11-01"], "age": ["15"], "rolling": ["90"],
        "against": ["year"], "rows": ["all"], "family": ["all"], "batch": ["1001/B7"], "find": ["退款"],
        "promotion": ["2025-06-18"], "sound": ["1"], "meeting": ["1"], "section": ["trend"], "version": ["3"],
    }  # fmt: skip
    choices, ignored = read(params, KNOWN, default_language="zh")
    assert ignored == ()
    assert choices == Choices(
        lang="en",
        where={"shop": ("我的店",), "category": ("服饰", None), "insured": (True,)},
        week=date(2026, 11, 2),
        reading="final",
        metric="dispute_rate",
        by=("courier", "tier"),
        grain="month",
        start=date(2026, 9, 1),
        stop=date(2026, 11, 1),
        age=15,
        rolling=90,
        against="year",
        rows="all",
        family="all",
        batch="1001/B7",
        find="退款",
        promotion=date(2025, 6, 18),
        sound=True,
        meeting=True,
        section="trend",
        version=3,
    )


def test_an_empty_link_is_all_defaults() -> None:
    assert read({}, KNOWN, default_language="zh") == (Choices("zh"), ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("metric", "refund_rate'; DROP TABLE tickets; --"),
        ("metric", "no_such_metric"),
        ("reading", "SAME_AGE"),
        ("lang", "fr"),
        ("week", "2026-11-03"),
        ("week", "0001-01-01"),
        ("week", "9999-12-27"),
        ("week", "yesterday"),
        ("start", "2026-02-30"),
        ("age", "8"),
        ("grain", "hour"),
        ("where.shop", "somebody else's"),
        ("where.category", "<script>alert(1)</script>"),
        ("where.customer_id", "c1"),
        ("rows", ""),
        ("family", "returns"),
        ("promotion", "2026-09-09"),
        ("promotion", "11.11"),
        ("batch", "1001/B8"),
        ("batch", "1001/B7' OR 1=1"),
        ("meeting", "yes"),
        ("section", "../etc"),
        ("version", "5"),
        ("version", "-1"),
        ("__proto__", "1"),
    ],
)
def test_what_is_not_known_is_ignored_and_named(name: str, value: str) -> None:
    assert read({name: [value]}, KNOWN, default_language="en") == (Choices("en"), (name,))


def test_of_several_values_the_known_ones_stand() -> None:
    choices, ignored = read(
        {"where.category": ["服饰", "nothing"], "by": ["customer_id", "courier"]}, KNOWN, default_language="zh"
    )
    assert (choices.where, choices.by) == ({"category": ("服饰",)}, ("courier",))
    assert ignored == ("where.category", "by")


def test_a_period_that_ends_before_it_begins_is_no_period() -> None:
    choices, ignored = read({"start": ["2026-11-02"], "stop": ["2026-11-02"]}, KNOWN, default_language="zh")
    assert (choices, ignored) == (Choices("zh"), ("start", "stop"))


@given(st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=30), min_size=1, max_size=3), max_size=5))
def test_no_link_breaks_the_page(params: dict[str, list[str]]) -> None:
    choices, ignored = read(params, KNOWN, default_language="zh")
    assert set(ignored) <= params.keys()
    assert choices.version in (None, 3, 4)


def test_the_words_of_a_link_are_those_of_a_question() -> None:
    asked = Question(
        "refund_rate", by=("category",), grain="week", where={"category": ("服饰", None), "insured": (False,)}, age=15
    )
    choices, ignored = read(parse_qs(asked.to_query_string()), KNOWN, default_language="zh")
    assert ignored == ()
    assert (choices.metric, choices.by, choices.grain, dict(choices.where), choices.age) == (
        asked.metric,
        asked.by,
        asked.grain,
        dict(asked.where),
        asked.age,
    )
