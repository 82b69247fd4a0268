"""The question itself: every metric adds up, and its causes are those that a plain count over the raw rows finds."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import metrics
from metrics.drivers import Why
from metrics.words import Refused
from tests.metrics.batches.small import line, tables_of, ticket
from tests.metrics.batches.small import opened as small_shop
from tests.metrics.drivers.simulated import Made, week
from tests.metrics.filled import opened
from tests.metrics.shops import ShopSpec

MONDAYS = [date(2026, 9, 7) + timedelta(weeks=n) for n in range(8)]
PAIRS = [
    (week(MONDAYS[6]), week(MONDAYS[5])),
    ((date(2026, 9, 14), date(2026, 11, 9)), (date(2026, 8, 10), date(2026, 9, 14))),
    ((date(2026, 8, 29), date(2026, 9, 14)), (date(2026, 8, 10), date(2026, 8, 29))),
]
"""Two weeks, and longer spans for what happens seldom, or takes two months to be known."""

ASKED = [
    (metric.name, reading)
    for metric in metrics.CATALOG.values()
    for reading in metric.readings
    if metric.kind in ("ratio", "total")
]
BY = ("category", "sku_id", "province", "channel", "tier")


def asked(shop: metrics.Shop, *question: Any, **more: Any) -> Why | Refused:
    try:
        return shop.why(*question, **more)
    except Refused as refused:
        return refused


def assert_adds_up(why: Why) -> None:
    size = max(abs(why.now.value), abs(why.before.value), 1.0)
    assert abs(why.parts["effect"].sum() - why.change.diff) <= 1e-12 * size
    assert abs((why.now.value - why.before.value) - why.change.diff) <= 1e-12 * size
    assert why.parts["effect"].abs().is_monotonic_decreasing


@pytest.mark.parametrize(("metric", "reading"), ASKED)
def test_the_causes_of_every_metric_add_up_by_every_dimension(shop: Made, metric: str, reading: Any) -> None:
    told = []
    # Every dimension over the longest spans, which tell most, and the metric's own over all of them.
    for dimension, (period, against) in [*((name, PAIRS[1]) for name in BY), *((None, pair) for pair in PAIRS)]:
        answer = asked(shop.shop, metric, period, against, dimension, reading=reading)
        if isinstance(answer, Why):
            assert_adds_up(answer)
            told.append(answer)
    assert told, "not one of them could be told"


@pytest.mark.parametrize(("turn", "seed"), list(enumerate([1, 20, 300])))
def test_on_random_shops_too(tmp_path: Path, turn: int, seed: int) -> None:
    """Shops with holes: lines without a SKU, tickets without a line, orders that nobody knows of.

    Each of them is asked every third question, so that together they are asked all.
    """
    random, _ = opened(
        tmp_path, [ShopSpec("甲店", seed, 160, frozenset()), ShopSpec("乙店", seed + 1, 80, frozenset())]
    )
    periods = ((date(2026, 9, 1), date(2026, 11, 1)), (date(2026, 7, 20), date(2026, 9, 1)))
    told = 0
    for metric, reading in ASKED[turn::3]:
        for dimension in ("category", "batch_id"):
            answer = asked(random, metric, *periods, dimension, reading=reading, age=15)
            swapped = asked(random, metric, *periods[::-1], dimension, reading=reading, age=15)
            if isinstance(answer, Why):
                assert isinstance(swapped, Why)
                assert_adds_up(answer)
                assert swapped.change.diff == -answer.change.diff
                back = swapped.totals()
                assert answer.totals() == pytest.approx({part: -back[part] for part in back}, rel=1e-9, abs=1e-9)
                told += 1
    assert told > 7


def test_the_numbers_are_those_of_the_query(shop: Made) -> None:
    for metric, reading in ASKED:
        start, stop = week(MONDAYS[2])
        answer = asked(shop.shop, metric, (start, stop), week(MONDAYS[1]), reading=reading)
        if isinstance(answer, Why) and answer.expected is None:
            row = shop.shop.query(metric, reading=reading, start=start, stop=stop).iloc[0]
            shown = [answer.now.value, answer.now.low, answer.now.high, answer.now.numerator]
            assert shown == pytest.approx([row["value"], row["low"], row["high"], row["numerator"]], nan_ok=True)


# --- counted again, from the raw rows ----------------------------------------------------------------------------


class Counted:
    """Lines and their refunds, straight from the files."""

    def __init__(self, made: Made) -> None:
        lines = made.table("order_lines")
        lines = lines[lines["paid_at"].notna() & ~lines["cancelled"].fillna(False).astype(bool)]
        lines = lines.merge(made.table("products")[["sku_id", "category"]], on="sku_id", how="left")
        lines["paid_on"] = lines["paid_at"].dt.date
        self.lines = lines
        tickets = made.table("tickets")
        counts = ~tickets["outcome"].isin(["rejected", "withdrawn"])
        paid_back = (tickets["type"] != "refund_before_shipping") & (tickets["refund_amount"].fillna(0) > 0)
        tickets = tickets[counts & (tickets["type"].isin(["return", "refund_only"]) | paid_back)]
        of_line = lines[["order_id", "line_id", "category", "province", "paid_on", "delivered_at"]]
        self.refunds = tickets.drop(columns=["sku_id"]).merge(of_line, on=["order_id", "line_id"], how="inner")

    def paid(self, span: tuple[date, date], by: str) -> Counter[Any]:
        inside = self.lines["paid_on"].between(span[0], span[1] - timedelta(days=1))
        return Counter(self.lines.loc[inside, by])


def kitagawa(own: list[Counter[Any]], sold: list[Counter[Any]]) -> dict[tuple[str, Any], float]:
    """Rate and mix of each segment, [before, now], as Kitagawa's formula stands in print."""
    total = [sum(each.values()) for each in sold]
    centre = (sum(own[0].values()) / total[0] + sum(own[1].values()) / total[1]) / 2
    told: dict[tuple[str, Any], float] = {}
    for segment in {*sold[0], *sold[1]}:
        assert min(sold[0][segment], sold[1][segment]) > 0, "no segment of this shop comes or goes"
        rates = [own[i][segment] / sold[i][segment] for i in (0, 1)]
        shares = [sold[i][segment] / total[i] for i in (0, 1)]
        told["rate", segment] = (shares[0] + shares[1]) / 2 * (rates[1] - rates[0])
        told["mix", segment] = (shares[1] - shares[0]) * ((rates[0] + rates[1]) / 2 - centre)
    return told


def told(why: Why) -> dict[tuple[str, Any], float]:
    return {(row["part"], row["segment"]): row["effect"] for row in why.parts.to_dict("records")}


@pytest.mark.parametrize("by", ["category", "province"])
def test_return_cohorts_counted_from_the_raw_rows(shop: Made, by: str) -> None:
    """Returns within 7 days of payment; the window changes before both weeks, so that no rule stands between."""
    spans = [week(MONDAYS[2]), week(MONDAYS[4])]
    counted = Counted(shop)
    returns = counted.refunds[counted.refunds["type"] == "return"]
    soon = returns[(pd.to_datetime(returns["requested_at"].dt.date) - pd.to_datetime(returns["paid_on"])).dt.days <= 7]
    lines = soon.drop_duplicates(["order_id", "line_id"])
    own = [Counter(lines.loc[lines["paid_on"].between(a, b - timedelta(days=1)), by]) for a, b in spans]
    expected = kitagawa(own, [counted.paid(span, by) for span in spans])
    why = shop.shop.why("return_rate", spans[1], spans[0], by)
    assert {key: value for key, value in expected.items() if value} == pytest.approx(told(why), abs=1e-15)
    assert set(why.totals()) == {"rate", "mix"}


def test_refunds_by_their_own_day_counted_from_the_raw_rows(shop: Made) -> None:
    """What lands in a week from orders paid before it is late; of that, what the wider window let in is the rule's."""
    spans = [week(MONDAYS[6]), week(MONDAYS[7])]
    counted = Counted(shop)
    refunds = counted.refunds[counted.refunds["refunded_at"].notna()]
    waited = (refunds["requested_at"].dt.normalize() - refunds["delivered_at"].dt.normalize()).dt.days
    own, late, rule = [], [], []
    for start, stop in spans:
        landing = refunds["refunded_at"].dt.date.between(start, stop - timedelta(days=1))
        let_in = landing & (waited > 7) & (waited <= 15)
        earlier = landing & ~let_in & (refunds["paid_on"] < start)
        rule.append(Counter(refunds.loc[let_in, "category"]))
        late.append(Counter(refunds.loc[earlier, "category"]))
        own.append(Counter(refunds.loc[landing & ~let_in & ~earlier, "category"]))
    sold = [counted.paid(span, "category") for span in spans]
    total = [sum(each.values()) for each in sold]
    expected = kitagawa(own, sold)
    for part, counts in (("late", late), ("policy", rule)):
        expected |= {(part, s): counts[1][s] / total[1] - counts[0][s] / total[0] for s in {*sold[0], *sold[1]}}
    why = shop.shop.why("refund_rate", spans[1], spans[0], "category", reading="arrived")
    assert {key: value for key, value in expected.items() if value} == pytest.approx(told(why), abs=1e-15)
    assert [(rule.name, rule.before, rule.value) for rule in why.policy] == [("return_window_days", 7, 15)]


def test_what_a_wider_window_let_in_counted_from_the_raw_rows(shop: Made) -> None:
    """Of cohorts on either side of the rule: requests within 30 days of payment, 8 to 15 days after delivery."""
    spans = [week(date(2026, 9, 28)), week(date(2026, 10, 5))]
    later = [week(date(2026, 10, 12)), week(date(2026, 10, 19))]
    counted = Counted(shop).refunds
    waited = (counted["requested_at"].dt.normalize() - counted["delivered_at"].dt.normalize()).dt.days
    age = (pd.to_datetime(counted["requested_at"].dt.date) - pd.to_datetime(counted["paid_on"])).dt.days
    first = counted[age <= 15].assign(waited=waited, age=age).sort_values("age")
    first = first.drop_duplicates(["order_id", "line_id"])
    let_in = first[(first["waited"] > 7) & (first["waited"] <= 15)]
    shares = []
    for start, stop in later:
        sold = sum(Counted(shop).paid((start, stop), "category").values())
        shares.append(len(let_in[let_in["paid_on"].between(start, stop - timedelta(days=1))]) / sold)
    why = shop.shop.why("refund_rate", later[1], later[0], age=15)
    assert why.totals()["policy"] == pytest.approx(shares[1] - shares[0], abs=1e-15)
    assert why.totals()["policy"] > 0
    before_the_rule = shop.shop.why("refund_rate", spans[1], spans[0], age=15)
    assert before_the_rule.policy == ()
    assert "policy" not in before_the_rule.totals()


def test_what_stricter_hours_turned_into_late_answers(tmp_path: Path) -> None:
    """From October on 12 hours instead of 24: 20 of 50 answers took 18 hours, before and after; nothing else moved."""
    lines = [line(f"O{n}", None, "2026-09-01 10:00") for n in range(100)]
    asked = ["2026-09-22 08:00", "2026-10-06 08:00"]
    answered = ["2026-09-23 02:00", "2026-10-07 02:00"]
    tickets = [
        ticket(f"O{n}", asked[n % 2], responded_at=answered[n % 2] if n < 40 else f"{asked[n % 2][:11]}09:00")
        for n in range(100)
    ]
    handmade = small_shop(tmp_path, tables_of(lines, tickets))
    why = handmade.why("response_in_time", "2026-W41", "2026-W39")
    assert (why.before.value, why.now.value) == (1.0, pytest.approx(0.6))
    assert why.totals() == pytest.approx({"policy": -0.4})
    assert [(rule.name, rule.before, rule.value) for rule in why.policy] == [("response_hours", 24, 12)]
    assert why.sentence("zh") == "24小时审核及时率 60.0%，较前期降40.0个百分点，因规则变化（－40.0）"
    assert "mainly the hours to answer, 24→12 (-40.0pp)" in why.sentence("en")


# --- readings ----------------------------------------------------------------------------------------------------


def test_cohorts_cut_at_one_age_have_nothing_late(shop: Made) -> None:
    why = shop.shop.why("refund_rate", week(MONDAYS[4]), week(MONDAYS[3]))
    assert why.reading == "same_age"
    assert "late" not in set(why.parts["part"])


def test_a_young_period_is_late_by_what_has_not_come_back(shop: Made) -> None:
    """The newest full week beside one that is settled: nearly all of the fall is that its returns are to come."""
    young, settled = week(date(2026, 11, 9)), week(MONDAYS[1])
    why = shop.shop.why("refund_rate", young, settled, reading="final")
    assert why.expected is not None
    projected = shop.shop.query("refund_rate", start=young[0], stop=young[1])["projected"].iloc[0]
    assert why.expected[0] == pytest.approx(projected, abs=1e-12)
    late = why.totals()["late"]
    assert late == pytest.approx(why.now.value - why.expected[0], abs=1e-12)
    assert late < 0.5 * why.change.diff < 0
    assert why.finding.code == "drivers.young"
    assert_adds_up(why)


@pytest.mark.parametrize("by", ["sku_id", "category", "province", "channel"])
def test_whatever_it_is_split_by_a_young_period_is_expected_to_come_to_what_it_is_elsewhere(
    shop: Made, by: str
) -> None:
    for monday in (date(2026, 11, 9), date(2026, 11, 2)):
        days = week(monday)
        why = shop.shop.why("refund_rate", days, week(MONDAYS[1]), by=by, reading="final")
        projected = shop.shop.query("refund_rate", start=days[0], stop=days[1])["projected"].iloc[0]
        assert why.expected is not None
        assert why.expected[0] == pytest.approx(projected, abs=1e-12)
        assert_adds_up(why)


def test_settled_periods_have_nothing_late(shop: Made) -> None:
    why = shop.shop.why("refund_rate", week(MONDAYS[2]), week(MONDAYS[1]), reading="final")
    assert why.expected is None
    assert "late" not in why.totals()


def test_a_week_can_be_named(shop: Made) -> None:
    named = shop.shop.why("refund_rate", "2026-W41", "2026-W40")
    assert (named.period, named.against) == (week(date(2026, 10, 5)), week(date(2026, 9, 28)))


def test_rate_effects_carry_their_interval(shop: Made) -> None:
    parts = shop.shop.why("refund_rate", week(MONDAYS[2]), week(MONDAYS[1])).parts
    rates = parts[parts["part"] == "rate"]
    assert len(rates) == 3
    assert ((rates["low"] < rates["effect"]) & (rates["effect"] < rates["high"])).all()


# --- refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (("response_hours_p90", "2026-W41", "2026-W40"), "drivers.quantile"),
        (("reason_share", "2026-W41", "2026-W40"), "drivers.part"),
        (("refund_rate", "W41", "2026-W40"), "drivers.not_a_week"),
        (("refund_rate", "2026-W46", "2026-W40"), "drivers.immature"),
        (("refund_rate", "2025-W46", "2026-W40"), "drivers.insufficient"),
        (("refund_rate", "2026-W41", "2026-W40", "handler"), "query.dimension_missing"),
        (("refund_rates", "2026-W41", "2026-W40"), "query.unknown_near"),
    ],
)
def test_what_cannot_be_split_is_refused(shop: Made, question: tuple[Any, ...], code: str) -> None:
    with pytest.raises(Refused) as refused:
        shop.shop.why(*question)
    assert refused.value.finding.code == code
