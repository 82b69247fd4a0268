"""What was planted in a simulated shop comes out on top, and what is chance is not called a change."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from metrics.simulate.scenario import BadBatch, MixShift, Wave
from tests.conftest import MadeOnce
from tests.metrics.drivers.simulated import CALM, MONDAYS, Made, Weeks, made, newcombe, twenty_weeks, week

MONDAY = date(2026, 10, 19)
NOW = (MONDAY, MONDAY + timedelta(weeks=2))
BEFORE = (MONDAY - timedelta(weeks=2), MONDAY)
LINES = 40_000


def test_a_shift_of_the_mix(tmp_path: Path) -> None:
    shop = made(tmp_path, replace(CALM, mix_shift=MixShift("服饰", 2.5, MONDAY)), LINES).shop
    why = shop.why("refund_rate", NOW, BEFORE)
    first = why.parts.iloc[0]
    assert (first["part"], first["segment"]) == ("mix", "服饰")
    assert first["share_now"] > 1.4 * first["share_before"]
    assert why.totals()["mix"] > 3 * abs(why.totals()["rate"])
    assert "主要是服饰占比上升（＋" in why.sentence("zh")


def test_a_category_that_goes_bad(tmp_path: Path) -> None:
    wave = Wave("家居", MONDAY, NOW[1], 3.0)
    shop = made(tmp_path, replace(CALM, waves=(wave,)), LINES).shop
    why = shop.why("refund_rate", NOW, BEFORE)
    first = why.parts.iloc[0]
    assert (first["part"], first["segment"]) == ("rate", "家居")
    assert first["low"] > 0
    assert "主要是家居自身上升（＋" in why.sentence("zh")


def test_a_bad_batch(tmp_path: Path) -> None:
    bad = BadBatch("桌面加湿器", MONDAY, 14, 8.0, "无法开机", 100)
    planted = made(tmp_path, replace(CALM, hot={"桌面加湿器": 0.14}, bad_batches=(bad,)), LINES)
    products = planted.table("products")
    sku = products.loc[products["product_name"].str.contains("桌面加湿器"), "sku_id"].iloc[0]
    first = planted.shop.why("quality_return_rate", NOW, BEFORE, "sku_id").parts.iloc[0]
    assert (first["part"], first["segment"]) == ("rate", sku)


def test_a_wider_window(tmp_path: Path) -> None:
    shop = made(tmp_path, replace(CALM, window_change=MONDAY, late_share=1.5), LINES).shop
    why = shop.why("refund_rate", (MONDAY, date(2026, 10, 31)), BEFORE, age=15)
    totals = why.totals()
    assert max(totals, key=lambda part: totals[part]) == "policy"
    assert "主要是退货期 7→15 天（＋" in why.sentence("zh")


def test_a_rush_of_orders_makes_the_returns_of_earlier_ones_look_few(tmp_path: Path) -> None:
    """On 11.11 the shop sells far more than the week before, and what comes back was sold before that."""
    shop = made(tmp_path, CALM, LINES).shop
    why = shop.why("refund_rate", "2026-W46", "2026-W45", reading="arrived")
    assert why.change.diff < 0
    assert min(why.totals(), key=lambda part: why.totals()[part]) == "late"


# --- twenty weeks, in which nothing happens and in which something does --------------------------------------------


@pytest.fixture(scope="module")
def weeks(made_once: MadeOnce) -> tuple[Made, Weeks]:
    return twenty_weeks(made_once)


CLAIMS = [("zh", "up", "，较.*升"), ("zh", "down", "，较.*降"), ("en", "up", ", up "), ("en", "down", ", down ")]
"""The words by which a sentence claims a direction."""


@pytest.mark.parametrize("metric", ["refund_rate", "return_rate", "satisfaction"])
def test_no_sentence_claims_a_direction_that_the_interval_denies(weeks: tuple[Made, Weeks], metric: str) -> None:
    planted, counted = weeks
    claimed = unclear = 0
    for monday in MONDAYS:
        earlier = monday - timedelta(weeks=1)
        why = planted.shop.why(metric, week(monday), week(earlier))
        low, high = newcombe(counted.count(metric, monday), counted.count(metric, earlier))
        allowed = {"up"} if low > 0 else {"down"} if high < 0 else set()
        for language, direction, words in CLAIMS:
            said = why.sentence(language)
            assert bool(re.search(words, said.split("主要是")[0])) == (direction in allowed), (monday, said, low, high)
        assert ("看不出变化" in why.sentence("zh")) == (not allowed)
        claimed, unclear = claimed + bool(allowed), unclear + (not allowed)
    assert claimed + unclear == 20
    assert unclear > 5
    if metric != "satisfaction":
        assert claimed >= 2, "what was planted is not seen, so the test proves little"
