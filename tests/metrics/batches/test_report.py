"""The report of a shop in which it is known which batch is bad, which has broken records, and which is good."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from functools import cache
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metrics
from metrics.words import Refused
from tests.metrics.batches.small import Row, line, opened, tables_of, ticket
from tests.metrics.filled import contract, fill, typed_by_people
from tests.metrics.shops import AS_OF, Tables

CONTRACT = [
    *["batch_id", "sku_id", "units", "observed", "expected", "rate", "expected_rate_final", "relative_rate", "low"],
    *["high", "lfdr", "log_bf", "level", "first_flagged_on", "detectable_from_units", "top_reason", "units_in_stock"],
    "money_at_risk",
]
DAYS, LASTS, A_DAY, RATE = 250, 25, 8, 0.1
USUAL = {"性能故障": 0.5, "色差": 0.4, "无法开机": 0.1}
FIRST = AS_OF.normalize() - pd.Timedelta(days=DAYS)
NEWEST = f"B{(DAYS - 1) // LASTS}"
SKUS = ("S1", "S2", "S3", "S4", "S5", "S6")


def sold_and_returned() -> tuple[list[Row], list[Row]]:
    """Six SKUs that sell as much every day; S1's newest batch is bad, S2's has tickets of impossible quantities."""
    rng = np.random.default_rng(7)
    lines, tickets = [], []
    for sku, number, place in product(SKUS, range(DAYS + 1), range(A_DAY)):  # the last day is the morning of the export
        order, paid = f"{sku}-{number:03d}-{place}", FIRST + pd.Timedelta(days=number, hours=8)
        batch = f"B{number // LASTS}"
        more = {"sku_id": sku, "batch_source": "week" if sku == "S3" else "given", "province": "广东"}
        lines.append(line(order, batch, str(paid), **more))
        is_bad = batch == NEWEST and sku in ("S1", "S2")
        asked = paid + pd.Timedelta(days=int(min(rng.geometric(0.2), 30)))
        reason = "无法开机" if is_bad else str(rng.choice(list(USUAL), p=list(USUAL.values())))
        if rng.random() < RATE * (3.5 if is_bad else 1) and asked <= AS_OF:
            quantity = 300 if is_bad and sku == "S2" else 1
            tickets.append(ticket(order, str(asked), reason, quantity=quantity, refund_amount=40.0))
    return lines, tickets


@cache
def shop_tables() -> Tables:
    """Return the shop's tables, made once: whoever changes one takes a copy of it."""
    lines, tickets = sold_and_returned()
    products = [{"sku_id": sku, "product_name": f"商品{sku}", "category": "小家电"} for sku in SKUS]
    batches = [{"sku_id": "S1", "batch_id": NEWEST, "supplier": "甲厂", "units_in_stock": 120}]
    return tables_of(lines, tickets, products, batches)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> metrics.Shop:
    return opened(tmp_path_factory.mktemp("report"), shop_tables())


@pytest.fixture(scope="module")
def batches(shop: metrics.Shop) -> pd.DataFrame:
    return shop.spikes()


def test_the_contract_s_columns_come_first_and_in_order(batches: pd.DataFrame) -> None:
    assert list(batches.columns[: len(CONTRACT)]) == CONTRACT


def test_every_batch_that_can_still_come_back_is_judged_once(batches: pd.DataFrame) -> None:
    open_since = AS_OF.normalize() - pd.Timedelta(days=31)
    named = list(zip(batches["sku_id"], batches["batch_id"], strict=True))
    assert len(set(named)) == len(named)
    expected = {
        (sku, f"B{number // LASTS}")
        for sku in SKUS
        for number in range(DAYS)
        if FIRST + pd.Timedelta(days=number) >= open_since
    }
    assert set(named) >= expected
    assert batches.loc[[pair not in expected for pair in named], "first_flagged_on"].notna().all()


def test_the_bad_batch_is_red_and_told_in_the_words_of_the_shop(batches: pd.DataFrame) -> None:
    worst = batches.iloc[0]
    assert (worst["sku_id"], worst["batch_id"], worst["level"]) == ("S1", NEWEST, "red")
    assert (worst["product_name"], worst["supplier"], worst["units_in_stock"]) == ("商品S1", "甲厂", 120)
    assert (worst["top_reason"], worst["advice"]) == ("无法开机", "delist")
    excess = worst["expected_rate_final"] * (worst["relative_rate"] - 1)
    assert worst["money_at_risk"] == pytest.approx(120 * excess * 40)  # every return was paid back with 40


def test_it_stands_red_since_a_day_on_which_it_was_sold(batches: pd.DataFrame) -> None:
    worst = batches.iloc[0]
    assert worst["first_sold_on"] < worst["first_flagged_on"] < AS_OF


def test_more_back_than_sold_is_shown_and_is_not_red(batches: pd.DataFrame) -> None:
    broken = batches[batches["data_error"]]
    assert list(zip(broken["sku_id"], broken["batch_id"], broken["level"], strict=True)) == [("S2", NEWEST, "amber")]
    assert broken["advice"].tolist() == ["inspect"]
    assert (broken["observed"] <= broken["units"]).all()


def test_good_batches_are_left_alone(batches: pd.DataFrame) -> None:
    good = batches[~((batches["batch_id"] == NEWEST) & batches["sku_id"].isin(["S1", "S2"]))]
    assert set(good["level"]) <= {"calm", "young"}
    assert set(good["advice"]) <= {"none", "wait"}


def test_weeks_are_labelled(batches: pd.DataFrame) -> None:
    assert set(batches.loc[batches["sku_id"] == "S3", "batch_source"]) == {"week"}


def test_worst_first(batches: pd.DataFrame) -> None:
    order = ["red", "amber", "calm", "young"]
    levels = [order.index(level) for level in batches["level"]]
    assert levels == sorted(levels)
    calm = batches[batches["level"] == "calm"]["lfdr"]
    assert all(one <= other for one, other in pairwise(calm))


def test_the_units_of_today_are_not_counted_yet(shop: metrics.Shop, batches: pd.DataFrame) -> None:
    assert shop.spike_report().as_of == AS_OF.date() - timedelta(days=1)
    sold = batches.set_index(["sku_id", "batch_id"])["units"]
    assert sold["S4", NEWEST] == (DAYS - LASTS * (DAYS // LASTS - 1)) * A_DAY


def test_an_earlier_morning_knows_nothing_of_what_came_later(shop: metrics.Shop, tmp_path: Path) -> None:
    """A store in which nothing after that evening has happened yet gives the same frame."""
    morning = (AS_OF - pd.Timedelta(days=9)).normalize()
    tables = shop_tables()
    lines, tickets = tables["order_lines"], tables["tickets"]
    earlier = tables | {
        "order_lines": lines[pd.to_datetime(lines["paid_at"]) < morning],
        "tickets": tickets[pd.to_datetime(tickets["requested_at"]) < morning],
    }
    then = opened(tmp_path / "then", earlier, as_of=morning).spikes()
    now = shop.spikes(as_of=morning.date())
    unlike = ["money_at_risk", "units_in_stock"]
    pd.testing.assert_frame_equal(then.drop(columns=unlike), now.drop(columns=unlike))


def test_a_day_that_is_not_over_is_refused(shop: metrics.Shop) -> None:
    with pytest.raises(Refused, match="2026-11-15"):
        shop.spikes(as_of=date(2026, 11, 17))


def test_a_shop_of_which_nobody_said_until_when_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="--as-of"):
        opened(tmp_path, tables_of([line("a", "B1")], [ticket("a", "2026-10-08 09:00")]), as_of=pd.NaT).spikes()


def test_a_version_from_before_the_counts_says_how_to_renew_it(
    shop: metrics.Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "_columns", {})
    with pytest.raises(Refused, match="Import your next export"):
        shop.spikes()


def test_a_shop_without_history_waits(tmp_path: Path) -> None:
    lines = [line(f"{n}", "B1", "2026-11-10 10:00") for n in range(40)]
    young = opened(tmp_path, tables_of(lines, [ticket("3", "2026-11-12 09:00")]))
    (row,) = young.spikes().to_dict("records")
    assert (row["units"], row["observed"], row["level"], row["advice"]) == (40, 1, "young", "wait")
    assert np.isnan(row["expected"])
    assert young.spike_report().flags.empty
    assert young.spike_course("B1", "S1").empty
    assert young.batch_suspects("B1", "S1").empty
    assert young.batch_reasons("B1", "S1")["returns"].tolist() == [1]


def test_an_unknown_family_is_refused(shop: metrics.Shop) -> None:
    with pytest.raises(Refused, match="quality, all"):
        shop.spikes(family="refunds")  # type: ignore[arg-type]  # that is the mistake


def test_it_is_judged_once(shop: metrics.Shop) -> None:
    assert shop.spike_report() is shop.spike_report(as_of=AS_OF.date())
    assert shop.spike_report() is not shop.spike_report(family="all")


def test_the_course_ends_where_the_report_stands(shop: metrics.Shop, batches: pd.DataFrame) -> None:
    worst, course = batches.iloc[0], shop.spike_course(NEWEST, "S1")
    assert list(course.columns) == ["day", "age", "observed", "expected", "low", "high"]
    last = course.iloc[-1]
    assert last["observed"] == worst["observed"]
    assert last["expected"] == pytest.approx(worst["expected"], rel=1e-6)
    assert last["day"].date() == AS_OF.date() - timedelta(days=1)


def test_reasons_and_suspects_add_up_to_the_batch(shop: metrics.Shop, batches: pd.DataFrame) -> None:
    worst = batches.iloc[0]
    assert shop.batch_reasons(NEWEST, "S1")["returns"].sum() == worst["observed"]
    inside = shop.batch_suspects(NEWEST, "S1").query("scope == 'batch'")
    assert inside[["dimension", "value", "units", "observed"]].to_numpy().tolist() == [
        ["province", "广东", worst["units"], worst["observed"]]
    ]
    assert inside["expected"].iloc[0] == pytest.approx(worst["expected"])


def test_advice_comes_with_its_reason(shop: metrics.Shop) -> None:
    advice = shop.spike_report().advice(NEWEST, "S1")
    assert (advice.action, advice.reason.code) == ("delist", "spikes.delist")


def test_what_a_caller_does_to_his_frame_is_his_own(shop: metrics.Shop) -> None:
    mine = shop.spikes()
    mine["level"] = "calm"
    assert shop.spikes()["level"].iloc[0] == "red"


def test_flags_bear_the_ids_of_the_shop(shop: metrics.Shop) -> None:
    flags = shop.spike_report().flags.set_index(["sku_id", "batch_id"])
    assert ("S1", NEWEST) in flags.index
    assert set(flags["level"]) == {"red"}


def test_a_batch_that_nobody_knows_is_refused(shop: metrics.Shop) -> None:
    with pytest.raises(Refused, match="no batch “B77”"):
        shop.spike_course("B77", "S1")


def test_a_batch_of_two_shops_needs_the_shop(tmp_path: Path) -> None:
    typed_by_people(tmp_path)
    one = shop_tables()
    other = {name: frame.assign(shop="乙店") for name, frame in one.items()}
    fill(tmp_path, contract([one, other]))
    both = metrics.open_shop(tmp_path)
    with pytest.raises(Refused, match="甲店"):
        both.batch_reasons(NEWEST, "S1")
    assert both.batch_reasons(NEWEST, "S1", shop="乙店")["returns"].sum() > 0
    assert both.spikes().groupby(["sku_id", "batch_id"])["shop"].nunique().min() == 2


def test_nobody_pays_for_the_model_who_does_not_ask_for_it() -> None:
    command = "import sys, metrics, dashboard.cli; print([name for name in sys.modules if name.startswith('scipy')])"
    answer = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
