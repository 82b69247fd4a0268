"""The picture that convinces a meeting: how a batch's returns came in, and how those of a normal batch would have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from metrics.spikes import Judged, judge
from tests.metrics.spikes.made import Made, make_shop

DAYS = 130


@pytest.fixture(scope="module")
def shop() -> Made:
    made = make_shop(41, skus=30, days=DAYS, bad_share=0.06)
    day = made.day(DAYS - 12)
    quiet = pd.DataFrame({"batch_id": ["quiet"], "sku_id": ["S000"], "category": ["clothing"], "sold_on": [day]})
    steady = pd.DataFrame(
        {
            "batch_id": "steady",  # a batch that is never named anew: sold every day
            "sku_id": "S001",
            "category": "shoes",
            "sold_on": [made.day(on) for on in range(DAYS)],
            "units": 5,
        }
    )
    back = steady.iloc[::2].assign(returned_on=steady["sold_on"] + pd.Timedelta(days=3), units=1)
    back = back[back["returned_on"] < made.day(DAYS)]
    return Made(
        pd.concat([made.units, quiet.assign(units=6), steady], ignore_index=True),
        pd.concat([made.returns, back[made.returns.columns]], ignore_index=True),
        made.bad,
        DAYS,
    )


@pytest.fixture(scope="module")
def found(shop: Made) -> Judged:
    return judge(shop.units, shop.returns, shop.day(DAYS - 30), shop.day(DAYS))


@pytest.fixture(scope="module")
def courses(found: Judged) -> dict[str, pd.DataFrame]:
    return {batch: found.course(batch) for batch in found.batches["batch_id"]}


def test_it_has_a_row_for_each_day_since_the_first_sale(shop: Made, courses: dict[str, pd.DataFrame]) -> None:
    first = shop.units.groupby("batch_id")["sold_on"].min()
    for batch, course in courses.items():
        assert list(course.columns) == ["day", "age", "observed", "expected", "low", "high"]
        assert course["day"].tolist() == pd.date_range(first[batch], shop.day(DAYS - 1)).tolist()
        assert course["age"].tolist() == list(range(len(course)))
        assert np.isfinite(course.drop(columns="day")).all(axis=None)


def test_it_ends_where_the_batch_stands(found: Judged, courses: dict[str, pd.DataFrame]) -> None:
    rows = found.batches.set_index("batch_id")
    scored = rows.index[rows["expected"].notna()]
    assert len(scored) > 30
    for batch in scored:
        last = courses[batch].iloc[-1]
        assert last[["observed", "expected"]].tolist() == pytest.approx(
            rows.loc[batch, ["observed", "expected"]].tolist(), rel=1e-6
        )


def test_what_came_back_is_what_the_records_say(shop: Made, courses: dict[str, pd.DataFrame]) -> None:
    for batch in ["quiet", "steady", *sorted(shop.bad & set(courses))]:
        own = shop.returns[shop.returns["batch_id"] == batch]
        by_day = own.groupby("returned_on")["units"].sum()
        counted = by_day.reindex(courses[batch]["day"], fill_value=0).cumsum()
        assert courses[batch]["observed"].tolist() == counted.tolist()


def test_what_adds_up_never_falls(courses: dict[str, pd.DataFrame]) -> None:
    for course in courses.values():
        assert (course["observed"].diff().iloc[1:] >= 0).all()
        assert (course["expected"].diff().iloc[1:] >= -1e-9).all()


def test_the_band_holds_the_expectation(courses: dict[str, pd.DataFrame]) -> None:
    for course in courses.values():
        assert (course["low"] >= 0).all()
        assert (course["low"] <= course["expected"] + 1e-9).all()
        assert (course["expected"] <= course["high"] + 1e-9).all()


def test_the_band_holds_most_good_batches(shop: Made, courses: dict[str, pd.DataFrame]) -> None:
    """Nine in ten; over the good batches that ended with ten expected returns or more, within the binomial's 99.9 %."""
    last = pd.DataFrame({batch: course.iloc[-1] for batch, course in courses.items()}).T
    good = last[(last["expected"] >= 10) & ~last.index.isin([*shop.bad, "steady"])]
    assert len(good) > 20
    inside = good["observed"].between(np.floor(good["low"].astype(float)), np.ceil(good["high"].astype(float)))
    assert inside.mean() >= 0.9 - 3.1 * np.sqrt(0.09 / len(good))


def test_a_batch_without_returns_has_a_course(courses: dict[str, pd.DataFrame]) -> None:
    course = courses["quiet"]
    assert (course["observed"] == 0).all()
    assert course["expected"].iloc[-1] > 0
    assert (course["low"] == 0).all()


def test_a_bad_batch_leaves_the_band(shop: Made, found: Judged) -> None:
    red = found.flags[found.flags["batch_id"].isin(shop.bad)]
    assert len(red) > 0
    for batch, day in zip(red["batch_id"], red["flagged_on"], strict=True):
        at = found.course(batch).set_index("day").loc[day]
        assert at["observed"] > at["high"]


def test_a_batch_that_was_never_sold_has_none(found: Judged) -> None:
    with pytest.raises(KeyError):
        found.course("nobody")


def test_where_nothing_was_judged_it_is_empty(shop: Made) -> None:
    nothing = judge(shop.units, shop.returns.head(0), shop.day(DAYS - 2), shop.day(DAYS))
    assert nothing.course("quiet").empty
