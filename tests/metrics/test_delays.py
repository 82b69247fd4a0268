"""Shop.delays: how much of what comes back is back by each age, counted again by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import metrics
from metrics.words import Refused
from tests.metrics.batches.small import line, opened, tables_of, ticket

PAID = pd.Timestamp("2026-09-01 10:00")
LATE = (*([0] * 2), *([3] * 5), *([7] * 2), 29)
"""How many days after payment each of ten requests came; all of it lies more than 30 days before the as-of."""

PRODUCTS = [
    {"sku_id": "S1", "product_name": "加湿器", "category": "小家电"},
    {"sku_id": "S2", "product_name": "卫衣", "category": "服饰"},
]


def shop_of(root: Path, copies: int = 1) -> metrics.Shop:
    """Ten lines of S1 that come back as `LATE` says, so many times over, many that do not, and one of S2."""
    days = [day for day in LATE for _ in range(copies)]
    lines = [line(f"B{n}", None, str(PAID), cancelled=False) for n in range(len(days))]
    lines += [line(f"K{n}", None, str(PAID), cancelled=False) for n in range(5 * len(days))]
    lines += [line("F", None, str(PAID), sku_id="S2", cancelled=False)]
    tickets = [ticket(f"B{n}", str(PAID + pd.Timedelta(days=day))) for n, day in enumerate(days)]
    tickets += [ticket("F", str(PAID + pd.Timedelta(days=15)))]
    return opened(root, tables_of(lines, tickets, PRODUCTS))


def test_of_cohorts_that_are_past_their_age_the_curve_is_the_share_that_had_come(tmp_path: Path) -> None:
    curves = shop_of(tmp_path).delays("refund_rate")
    assert list(curves.columns) == ["category", "age", "arrived"]
    assert curves["category"].isna().all()  # none has the 200 returns that a curve of its own takes
    came = pd.Series([*LATE, 15])
    assert curves["age"].tolist() == list(range(31))
    assert curves["arrived"].tolist() == pytest.approx([(came <= age).mean() for age in range(31)])


def test_a_category_with_enough_returns_has_a_curve_of_its_own(tmp_path: Path) -> None:
    curves = shop_of(tmp_path, copies=21).delays("return_rate")
    own = curves[curves["category"] == "小家电"]
    assert own["arrived"].tolist() == pytest.approx([(pd.Series(LATE) <= age).mean() for age in range(31)])
    assert set(curves["category"].dropna()) == {"小家电"}


def test_what_counts_on_its_own_day_has_no_delays(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="satisfaction"):
        shop_of(tmp_path).delays("satisfaction")


def test_where_nothing_came_back_no_curve_is_made_up() -> None:
    with pytest.raises(Refused, match="Nothing has come back"):
        metrics.blank_shop().delays("refund_rate")
