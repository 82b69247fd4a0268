"""Money at risk: by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from metrics.batches.stock import money_at_risk

PAID = pd.DataFrame(
    [
        ("S1", "家电", 4000.0, 40.0),  # 100 a piece
        ("S2", "家电", 60.0, 2.0),  # too few to tell
        ("S3", "服饰", 900.0, 30.0),  # 30 a piece
    ],
    columns=["sku_key", "category", "cost", "units"],
)


def batches(**columns: object) -> pd.DataFrame:
    row: dict[str, object] = {
        "sku_key": "S1",
        "category": "家电",
        "units_in_stock": 300,
        "expected_rate_final": 0.04,
        "relative_rate": 2.5,
        "unit_cost": 12.0,
    }
    return pd.DataFrame([row | columns])


def at_risk(**columns: object) -> float:
    return float(money_at_risk(batches(**columns), PAID).iloc[0])


def test_it_is_stock_times_excess_times_the_loss_of_one() -> None:
    assert at_risk() == pytest.approx(300 * (0.04 * 2.5 - 0.04) * 100)


def test_a_sku_with_few_returns_takes_the_loss_of_its_category() -> None:
    assert at_risk(sku_key="S2") == pytest.approx(300 * 0.06 * 4060 / 42)


def test_an_unknown_category_takes_that_of_the_shop() -> None:
    assert at_risk(sku_key="S9", category=None) == pytest.approx(300 * 0.06 * 4960 / 72)


def test_a_shop_that_records_no_money_takes_the_cost_of_the_unit() -> None:
    assert float(money_at_risk(batches(), PAID.iloc[:0]).iloc[0]) == pytest.approx(300 * 0.06 * 12)


@pytest.mark.parametrize("unknown", ["units_in_stock", "relative_rate", "expected_rate_final"])
def test_what_is_unknown_is_not_nothing(unknown: str) -> None:
    assert np.isnan(at_risk(**{unknown: np.nan}))


def test_a_good_batch_puts_nothing_at_risk() -> None:
    assert at_risk(relative_rate=0.7) == 0


def test_no_more_than_everything_comes_back() -> None:
    assert at_risk(expected_rate_final=0.5, relative_rate=9.0) == pytest.approx(300 * 0.5 * 100)
