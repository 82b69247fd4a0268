"""A number beside the period before and a year before, against the oracle asked of periods written out by hand."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

import metrics
from metrics import Question
from metrics.compare import COMPARED
from metrics.interval import wilson
from metrics.question import Against
from tests.metrics.agreement import by_key, equal
from tests.metrics.filled import contract, fill, opened
from tests.metrics.oracle import Oracle
from tests.metrics.shops import ShopSpec, make_shop

NAN = float("nan")
Opened = tuple[metrics.Shop, Oracle]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A shop whose data reach from late July to 16 November."""
    return opened(tmp_path_factory.mktemp("compared"), [ShopSpec("甲店", 1, 1500, frozenset())])


@pytest.mark.parametrize(
    ("asked", "against", "earlier"),
    [
        # As many days before them.
        (("2026-10-05", "2026-10-19"), "before", ("2026-09-21", "2026-10-05")),
        # Whole months beside whole months, however long.
        (("2026-10-01", "2026-11-01"), "before", ("2026-09-01", "2026-10-01")),
        (("2026-09-01", "2026-11-01"), "before", ("2026-07-01", "2026-09-01")),
        # Of these, 7-day cohorts count up to 9 November; before them the days that lie as far back are left out too.
        (("2026-11-02", "2026-11-16"), "before", ("2026-10-19", "2026-10-27")),
        # Without an end the data end it, on the day of their export.
        (("2026-11-03", None), "before", ("2026-10-20", "2026-10-27")),
        # A year before whole weeks begins on a Monday too, and one before other days on the same date.
        (("2026-10-05", "2026-10-12"), "year", ("2025-10-06", "2025-10-13")),
        (("2026-10-06", "2026-10-13"), "year", ("2025-10-06", "2025-10-13")),
    ],
)
def test_a_period_is_set_beside_the_right_days(
    asked: tuple[str, str | None], against: Against, earlier: tuple[str, str]
) -> None:
    start, stop = (day and date.fromisoformat(day) for day in asked)
    found = Question("refund_rate", reading="same_age", start=start, stop=stop).earlier(against, date(2026, 11, 16))
    assert found is not None
    assert (found.start, found.stop) == tuple(map(date.fromisoformat, earlier))


@pytest.mark.parametrize(
    ("metric", "reading", "by"),
    [
        ("refund_rate", "same_age", ("category",)),
        ("refund_rate_amount", "same_age", ()),
        ("satisfaction", "arrived", ()),
        ("aftersales_cost", "arrived", ("category",)),
        ("reason_share", "arrived", ("reason",)),
        ("response_hours_p90", "arrived", ()),
    ],
)
def test_a_comparison_holds_both_answers(shop: Opened, metric: str, reading: Any, by: tuple[str, ...]) -> None:
    opened_shop, oracle = shop
    question = Question(metric, by, reading=reading, start=date(2026, 9, 28), stop=date(2026, 10, 26))
    frame = opened_shop.compare(question)
    assert frame.drop(columns=list(COMPARED)).equals(opened_shop.query(question))
    told = oracle.ask(metric, by=by, reading=reading, start=date(2026, 8, 31), stop=date(2026, 9, 28))
    compared = 0
    for key, row in by_key(frame, by).items():
        before = told.get(key, {"value": NAN, "low": NAN, "high": NAN})
        assert equal(row["before"], before["value"], 1e-9)
        assert equal(row["before_low"], before["low"], 1e-9)
        assert equal(row["change"], row["value"] - before["value"], 1e-9)
        # Zou and Donner's interval, written out.
        low = row["change"] - math.sqrt((row["value"] - row["low"]) ** 2 + (before["high"] - before["value"]) ** 2)
        assert equal(row["change_low"], low, 1e-9)
        compared += not math.isnan(row["change"])
    assert compared, "nothing was compared, so that nothing was tested"


@pytest.mark.parametrize(("grain", "last"), [("week", date(2026, 11, 2)), ("month", date(2026, 10, 1))])
def test_each_period_is_set_beside_its_predecessor(shop: Opened, grain: Any, last: date) -> None:
    opened_shop, oracle = shop
    frame = opened_shop.compare(Question("refund_rate", grain=grain, reading="same_age", start=date(2026, 8, 31)))
    told = oracle.ask("refund_rate", grain=grain, reading="same_age", age=7)
    rows = by_key(frame, ["period"])
    whole = [
        (earlier, later) for earlier, later in pairwise(sorted(told)) if date(2026, 9, 7) <= later[0].date() <= last
    ]
    assert whole
    for earlier, later in whole:
        assert equal(rows[later]["before"], told[earlier]["value"], 1e-9), later


def test_the_days_so_far_are_set_beside_as_many(shop: Opened) -> None:
    """The data end on 16 November: sixteen days of it beside the first sixteen of October, not beside all of it."""
    opened_shop, _ = shop
    frame = opened_shop.compare(Question("satisfaction", grain="month", start=date(2026, 10, 1)))
    november = by_key(frame, ["period"])[(pd.Timestamp(2026, 11, 1),)]
    same_days = opened_shop.query("satisfaction", start=date(2026, 10, 1), stop=date(2026, 10, 17))
    assert equal(november["before"], same_days["value"].iloc[0], 1e-12)


def test_a_sum_is_not_set_beside_the_sum_of_half_a_period(shop: Opened) -> None:
    """The first ticket lies within a month: nobody knows what that month would have come to."""
    opened_shop, _ = shop
    first = opened_shop.sql("SELECT MIN(day) AS day FROM handled_tickets")["day"].iloc[0]
    assert first.day > 1
    second, third = (first + pd.offsets.MonthBegin(n) for n in (1, 2))
    rows = by_key(opened_shop.compare(Question("aftersales_cost", grain="month")), ["period"])
    assert math.isnan(rows[(second,)]["before"])
    assert equal(rows[(third,)]["before"], rows[(second,)]["value"], 1e-12)
    whole = opened_shop.compare(Question("aftersales_cost", start=second.date(), stop=third.date()))
    assert whole["before"].isna().all()
    # A rate of the same days is one: it has its own denominator.
    rates = by_key(opened_shop.compare(Question("unresolved_rate", grain="month")), ["period"])
    assert not math.isnan(rates[(second,)]["before"])


def test_rolling_windows_are_set_beside_windows_of_the_same_length(shop: Opened) -> None:
    opened_shop, _ = shop
    frame = opened_shop.compare(Question("satisfaction", rolling=30, stop=date(2026, 10, 31)))
    before = opened_shop.query("satisfaction", start=date(2026, 9, 1), stop=date(2026, 10, 1))
    assert equal(frame["before"].iloc[0], before["value"].iloc[0], 1e-12)


def test_what_has_nothing_before_it_has_no_change(shop: Opened) -> None:
    opened_shop, _ = shop
    for question, against in (
        (Question("refund_rate"), "before"),
        (Question("refund_rate", start=date(2026, 10, 1)), "year"),
        (Question("refund_rate", by=("type",), start=date(2026, 10, 1)), "before"),  # no such dimension of lines
        (Question("satisfaction", reading="final", start=date(2026, 10, 1)), "before"),  # no such reading
    ):
        frame = opened_shop.compare(question, against)  # type: ignore[arg-type]
        assert frame[["before", "change", "change_low"]].isna().all(axis=None)
        assert frame["verdict"].isna().all()


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> metrics.Shop:
    """A shop whose customers never complain of a defect before 19 October, and of hardly anything else from then on."""
    tables = contract([make_shop(ShopSpec("甲店", 1, 1500, frozenset()))])
    late = pd.to_datetime(tables["tickets"]["requested_at"]) >= pd.Timestamp(2026, 10, 19)
    tables["tickets"]["reason_text"] = late.map({True: "无法开机", False: "不想要了"})
    return metrics.open_shop(fill(tmp_path_factory.mktemp("turned"), tables).root)


@pytest.mark.parametrize("grain", [None, "week"])
def test_a_part_that_came_up_from_nothing_has_risen_from_0(turned: metrics.Shop, grain: Any) -> None:
    week = {"start": date(2026, 10, 19), "stop": date(2026, 10, 26)}
    row = turned.compare(Question("reason_share", ("reason",), grain, **week)).iloc[0]  # type: ignore[arg-type]
    assert (row["reason"], row["value"], row["before"], row["before_status"]) == ("malfunction", 1.0, 0.0, "ok")
    assert (row["change"], row["verdict"]) == (1.0, "moved")
    none = wilson(np.zeros(1), np.array([turned.query("reason_share", **_back(week))["denominator"].iloc[0]]))
    assert (row["before_low"], row["before_high"]) == (none[0][0], none[1][0])


def test_a_part_has_no_change_where_nothing_is_known_of_the_week_before(turned: metrics.Shop) -> None:
    first = turned.query("reason_share", grain="week")["period"].iloc[0].date()
    frame = turned.compare(Question("reason_share", ("reason",), start=first, stop=first + timedelta(weeks=1)))
    assert len(frame)
    assert frame[["before", "change"]].isna().all(axis=None)


def test_none_of_many_is_a_share_of_0_and_no_gap(turned: metrics.Shop) -> None:
    weeks = {"start": date(2026, 10, 5), "stop": date(2026, 11, 2)}
    shares = turned.query("reason_share", grain="week", where={"reason": "malfunction"}, **weeks)  # type: ignore[arg-type]
    assert list(shares["value"]) == [0.0, 0.0, 1.0, 1.0]
    by = turned.query("reason_share", "category", where={"reason": "wrong_size"}, **weeks)  # type: ignore[arg-type]
    assert {"小家电", "服饰", "家居"} <= set(by["category"].dropna())
    assert not by["numerator"].any()


def _back(week: dict[str, date]) -> Any:
    return {name: day - timedelta(weeks=1) for name, day in week.items()}


def test_a_link_that_compares_answers_with_the_comparison(shop: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_shop, _ = shop
    monkeypatch.setattr(metrics, "open_shop", lambda: opened_shop)
    question = Question("refund_rate", ("category",), "month", reading="same_age")
    link = f"http://localhost:8501/explore?lang=zh&{question.to_query_string()}&against="
    assert metrics.from_url(link + "before").equals(opened_shop.compare(question, "before"))
    assert metrics.from_url(link + "year").equals(opened_shop.compare(question, "year"))
    assert metrics.from_url(link + "none").equals(opened_shop.query(question))
    assert metrics.from_url(link + "sixpence").equals(opened_shop.query(question))
