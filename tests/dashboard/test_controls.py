"""A link is input from strangers: what it may hold, and what becomes of the rest."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.controls import Choices, read, recent_weeks

KNOWN = {
    "shops": ["我的店"],
    "categories": ["小家电", "服饰"],
    "dimensions": ["province", "courier"],
    "batches": ["1001/B7"],
}


def test_a_link_opens_exactly_what_it_names() -> None:
    params = {
        "lang": "en", "where.shop": "我的店", "where.category": "服饰", "week": "2026-11-02", "reading": "final",
        "metric": "dispute_rate", "by": "courier", "rows": "all", "family": "all", "batch": "1001/B7",
    }  # fmt: skip
    choices, ignored = read(params, default_language="zh", **KNOWN)
    assert ignored == ()
    assert choices == Choices(
        "en", "我的店", date(2026, 11, 2), "服饰", "final", "dispute_rate", "courier", "all", "all", "1001/B7"
    )
    assert choices.where == {"shop": ("我的店",), "category": ("服饰",)}


def test_an_empty_link_is_all_defaults() -> None:
    assert read({}, default_language="zh") == (Choices("zh"), ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("metric", "refund_rate'; DROP TABLE tickets; --"),
        ("metric", "no_such_metric"),
        ("reading", "SAME_AGE"),
        ("by", "customer_id"),
        ("lang", "fr"),
        ("week", "2026-11-03"),
        ("week", "0001-01-01"),
        ("week", "9999-12-27"),
        ("week", "yesterday"),
        ("where.shop", "somebody else's"),
        ("where.category", "<script>alert(1)</script>"),
        ("rows", ""),
        ("family", "returns"),
        ("batch", "1001/B8"),
        ("batch", "1001/B7' OR 1=1"),
        ("where.customer_id", "c1"),
        ("__proto__", "1"),
    ],
)
def test_what_is_not_known_is_ignored_and_named(name: str, value: str) -> None:
    assert read({name: value, "lang": "en"} if name != "lang" else {name: value}, default_language="en", **KNOWN) == (
        Choices("en"),
        (name,),
    )


def test_recent_weeks_run_backwards_from_the_newest() -> None:
    assert recent_weeks(date(2026, 1, 5), 3) == [date(2026, 1, 5), date(2025, 12, 29), date(2025, 12, 22)]
