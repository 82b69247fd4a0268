"""The sample shop: what its README says was planted there is what the question why answers first."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import metrics
from metrics.simulate import SAMPLE

LATER, EARLIER = (date(2026, 10, 19), date(2026, 11, 9)), (date(2026, 9, 28), date(2026, 10, 19))


@pytest.fixture(scope="module")
def shop(sample_store: Path) -> metrics.Shop:
    return metrics.open_shop(sample_store)


def test_more_apparel_is_the_mix_and_no_rate_of_its_own(shop: metrics.Shop) -> None:
    shift = SAMPLE.mix_shift
    assert shift is not None
    parts = shop.why("refund_rate", (shift.starts_on, date(2026, 11, 9)), (date(2026, 9, 28), date(2026, 10, 26))).parts
    mix = parts[parts["part"] == "mix"].iloc[0]
    assert mix["segment"] == shift.category
    assert mix["share_now"] / mix["share_before"] == pytest.approx(1.4, abs=0.15)
    assert mix["effect"] > 0
    (rate,) = parts.loc[(parts["part"] == "rate") & (parts["segment"] == shift.category), "effect"]
    assert rate < mix["effect"]


def test_the_wider_window_is_named_with_its_size(shop: metrics.Shop) -> None:
    """Six days of orders under the new rule that are 15 days old, beside three weeks under the old one."""
    assert SAMPLE.window_change == date(2026, 10, 26)
    why = shop.why(
        "refund_rate", (date(2026, 10, 26), date(2026, 11, 1)), (date(2026, 10, 5), date(2026, 10, 26)), age=15
    )
    totals = why.totals()
    assert max(totals, key=lambda part: totals[part]) == "policy"
    assert "主要是退货期 7→15 天（＋" in why.sentence("zh")
    (rule,) = why.policy
    assert (rule.effective_from.date(), rule.before, rule.value) == (SAMPLE.window_change, 7, 15)


def test_bad_batches_are_found_by_their_sku(shop: metrics.Shop) -> None:
    """One batch was sold out before the later weeks, one came with them, and one travels with a bad courier."""
    parts = shop.why("quality_return_rate", LATER, EARLIER, "sku_id").parts
    names = shop.sql("SELECT sku_id, product_name FROM products").set_index("sku_id")["product_name"]
    effects = dict(zip(parts["segment"].iloc[:3].map(names), parts["effect"].iloc[:3], strict=True))
    assert set(parts["part"].iloc[:3]) == {"rate"}
    assert {name: effect > 0 for name, effect in effects.items()} == {
        "加绒卫衣": False,
        "桌面加湿器": True,
        "护眼落地灯": True,
    }


def test_the_courier_that_breaks_parcels(shop: metrics.Shop) -> None:
    (trouble,) = SAMPLE.courier_troubles
    since = trouble.starts_on
    why = shop.why("refund_rate", (since, date(2026, 11, 9)), (date(2026, 9, 14), since), "courier")
    assert tuple(why.parts.iloc[0][["part", "segment"]]) == ("rate", trouble.courier)
    assert f"主要是{trouble.courier}自身上升（＋" in why.sentence("zh")
