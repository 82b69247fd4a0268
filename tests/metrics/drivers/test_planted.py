"""What was planted in a simulated shop comes out on top, and what is chance is not called a change."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist

import pandas as pd
import pytest

from metrics.simulate.scenario import BadBatch, MixShift, Wave
from tests.metrics.drivers.simulated import CALM, Made, made, week

MONDAY = date(2026, 10, 19)
NOW = (MONDAY, MONDAY + timedelta(weeks=2))
BEFORE = (MONDAY - timedelta(weeks=2), MONDAY)
LINES = 60_000


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


def newcombe(now: tuple[int, int], before: tuple[int, int]) -> tuple[float, float]:
    """The 95 % interval of a difference of two shares, from two Wilson intervals (Newcombe 1998, method 10)."""
    z = NormalDist().inv_cdf(0.975)

    def wilson(hits: int, of: int) -> tuple[float, float, float]:
        p = hits / of
        root = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
        scale = 1 + z * z / of
        return p, (p + z * z / (2 * of) - root) / scale, (p + z * z / (2 * of) + root) / scale

    (p1, low1, high1), (p0, low0, high0) = wilson(*now), wilson(*before)
    diff = p1 - p0
    return diff - math.hypot(p1 - low1, high0 - p0), diff + math.hypot(high1 - p1, p0 - low0)


class Weeks:
    """Of every week, how many there were and how many of them hit, counted from the raw rows."""

    def __init__(self, planted: Made) -> None:
        lines = planted.table("order_lines")
        self.lines = lines[lines["paid_at"].notna() & ~lines["cancelled"].fillna(False).astype(bool)]
        tickets = planted.table("tickets")
        counts = ~tickets["outcome"].isin(["rejected", "withdrawn"])
        back = tickets["type"].isin(["return", "refund_only"])
        back |= (tickets["type"] != "refund_before_shipping") & (tickets["refund_amount"].fillna(0) > 0)
        self.refunds = tickets[counts & back]
        self.returns = tickets[counts & (tickets["type"] == "return")]
        self.surveys = planted.table("surveys")

    def count(self, metric: str, monday: date) -> tuple[int, int]:
        start, stop = (pd.Timestamp(day) for day in week(monday))
        if metric == "satisfaction":
            inside = self.surveys[(self.surveys["answered_at"] >= start) & (self.surveys["answered_at"] < stop)]
            return int((inside["score"] >= 4).sum()), len(inside)
        paid = self.lines[(self.lines["paid_at"] >= start) & (self.lines["paid_at"] < stop)]
        tickets = self.refunds if metric == "refund_rate" else self.returns
        both = tickets.merge(paid[["order_id", "line_id", "paid_at"]], on=["order_id", "line_id"])
        days = (both["requested_at"].dt.normalize() - both["paid_at"].dt.normalize()).dt.days
        return len(both[days <= 7].drop_duplicates(["order_id", "line_id"])), len(paid)


@pytest.fixture(scope="module")
def twenty_weeks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Weeks]:
    scenario = replace(
        CALM,
        weeks=26,
        mix_shift=MixShift("服饰", 2.5, date(2026, 9, 21)),
        waves=(Wave("家居", date(2026, 7, 20), date(2026, 8, 3), 3.0),),
    )
    planted = made(tmp_path_factory.mktemp("twenty"), scenario, 70_000, seed=11)
    return planted, Weeks(planted)


CLAIMS = [("zh", "up", "，较.*升"), ("zh", "down", "，较.*降"), ("en", "up", ", up "), ("en", "down", ", down ")]
"""The words by which a sentence claims a direction."""


@pytest.mark.parametrize("metric", ["refund_rate", "return_rate", "satisfaction"])
def test_no_sentence_claims_a_direction_that_the_interval_denies(twenty_weeks: tuple[Made, Weeks], metric: str) -> None:
    planted, weeks = twenty_weeks
    claimed = unclear = 0
    for number in range(20):
        monday = date(2026, 6, 22) + timedelta(weeks=number)
        earlier = monday - timedelta(weeks=1)
        why = planted.shop.why(metric, week(monday), week(earlier))
        low, high = newcombe(weeks.count(metric, monday), weeks.count(metric, earlier))
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
