"""Is it the batch at all? Cases in which the culprit is known, because it was put there."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from scipy import stats

from metrics.batches.suspects import COLUMNS, culprit, suspects

# value: units and returns inside the batch, and units and returns of the other batches. Ten in a hundred are normal.
Slices = dict[tuple[str, str], tuple[int, int, int, int]]

HONEST: Slices = {("courier", "甲"): (100, 30, 1000, 104), ("courier", "乙"): (100, 30, 1000, 96)}
CARELESS: Slices = {("courier", "甲"): (160, 58, 1000, 380), ("courier", "乙"): (40, 4, 2000, 190)}


def table_of(slices: Slices) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The suspects of batch `bad`, which sold 200, and the batches it is among: one of a second category as well."""
    rows: list[dict[str, Any]] = []
    for (dimension, value), (units, back, others_units, others_back) in slices.items():
        common = {"dimension": dimension, "value": value}
        rows.append(common | {"batch_key": "bad", "units": units, "observed": back})
        rows.append(common | {"batch_key": "other", "units": others_units, "observed": others_back})
        rows.append(common | {"batch_key": "foreign", "units": 10_000, "observed": 9_000})
        rows.append(common | {"batch_key": "unjudged", "units": 10_000, "observed": 9_000})
    others = sum(row["units"] for row in rows if row["batch_key"] == "other" and row["dimension"] == "courier")
    batches = pd.DataFrame(
        {
            "category": ["家居", "家居", "服饰", "家居"],
            "units": [200, others, 10_000, 10_000],
            "expected": [20.0, others / 10, 1000.0, None],
        },
        index=["bad", "other", "foreign", "unjudged"],
    )
    return suspects(pd.DataFrame(rows), batches, "bad"), batches


def test_the_same_excess_is_shown_inside_and_outside() -> None:
    table, _ = table_of(CARELESS)
    assert list(table.columns) == COLUMNS
    told = table.set_index(["scope", "value"])
    assert told.loc[("batch", "甲"), ["units", "observed", "expected", "relative_rate"]].tolist() == [
        160,
        58,
        pytest.approx(16),
        pytest.approx(58 / 16),
    ]
    # Only batches of the category that were judged are compared with: 1,000 units of the courier, not 21,000.
    assert told.loc[("others", "甲"), ["units", "observed", "expected"]].tolist() == [1000, 380, pytest.approx(100)]


def test_the_interval_leaves_five_in_a_hundred_on_either_side() -> None:
    table, _ = table_of(CARELESS)
    row = table.iloc[0]
    low, high = row["low"] * row["expected"], row["high"] * row["expected"]
    assert stats.poisson.sf(row["observed"] - 1, low) == pytest.approx(0.05)
    assert stats.poisson.cdf(row["observed"], high) == pytest.approx(0.05)


def test_of_no_returns_the_lower_end_is_none() -> None:
    table, _ = table_of({**HONEST, ("courier", "丙"): (10, 0, 100, 0)})
    empty = table[table["value"] == "丙"]
    assert empty["low"].tolist() == [0, 0]
    assert (empty["high"] > 0).all()


def test_a_bad_batch_is_not_excused() -> None:
    table, _ = table_of(HONEST)
    assert culprit(table, 60, 20) is None


def test_a_careless_courier_is_found() -> None:
    table, _ = table_of(CARELESS)
    assert culprit(table, 62, 20) == ("courier", "甲")


def test_a_courier_that_carries_little_of_the_batch_does_not_excuse_it() -> None:
    table, _ = table_of({("courier", "甲"): (20, 12, 1000, 380), ("courier", "乙"): (180, 50, 2000, 190)})
    assert culprit(table, 62, 20) is None


def test_three_parcels_outside_prove_nothing() -> None:
    table, _ = table_of({("courier", "甲"): (200, 60, 3, 1), ("courier", "乙"): (0, 0, 3000, 300)})
    assert culprit(table, 60, 20) is None


def test_the_dimension_that_explains_most_is_named() -> None:
    slices = CARELESS | {("warehouse", "北仓"): (100, 31, 1500, 300), ("warehouse", "南仓"): (100, 31, 1500, 270)}
    table, _ = table_of(slices)
    assert culprit(table, 62, 20) == ("courier", "甲")


def test_without_an_excess_nothing_has_to_be_explained() -> None:
    table, _ = table_of(CARELESS)
    assert culprit(table, 18, 20) is None


def test_a_batch_alone_in_its_category_has_nobody_to_be_compared_with() -> None:
    table, _ = table_of(HONEST)
    assert culprit(table[table["scope"] == "batch"], 60, 20) is None
