"""对账: a week of a shop that was counted by hand, in our way and in the back office's."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import metrics
from metrics.words import Refused
from tests.metrics.batches.small import line, opened, tables_of, ticket

START, STOP = date(2026, 10, 5), date(2026, 10, 12)

PAID = [line(f"E{n}", None, "2026-09-30 10:00", cancelled=False) for n in range(30)]
PAID += [line(f"W{n}", None, "2026-10-06 10:00", cancelled=False) for n in range(40)]
PAID += [line(f"W{n}", None, "2026-10-06 10:00", cancelled=False, line_id="2", sku_id="S2") for n in range(10)]
CANCELLED = [line(f"C{n}", None, "2026-10-07 10:00", cancelled=True) for n in range(2)]
UNPAID = [line(f"U{n}", None, None, ordered_at="2026-10-08 10:00", cancelled=False) for n in range(3)]
"""50 lines in 40 orders paid in the week, 2 orders cancelled after payment, 3 never paid: 45 were placed."""

TICKETS = [
    *(ticket("W0", "2026-10-08 09:00", line_id=number) for number in ("1", "2")),  # one order, both of its lines
    ticket("W20", "2026-10-09 09:00"),
    *(ticket(f"W2{n}", "2026-10-12 09:00") for n in (1, 2)),  # within 7 days, but past the week
    ticket("W23", "2026-10-25 09:00"),  # past the 7 days
    *(ticket(f"E{n}", "2026-10-07 09:00") for n in range(4)),  # of the week before, landing in this one
    ticket("E5", "2026-10-07 09:00", outcome="rejected", refunded_at=None),
    *(ticket(f"C{n}", "2026-10-07 12:00", type="refund_before_shipping") for n in range(2)),
    ticket("W30", "2026-10-07 12:00", type="refund_before_shipping", outcome="withdrawn", refunded_at=None),
]
PRODUCTS = [{"sku_id": f"S{n}", "product_name": "加湿器", "category": "小家电"} for n in (1, 2)]


def shop_of(root: Path, tickets: list[dict[str, Any]] = TICKETS) -> metrics.Shop:
    tables = tables_of([*PAID, *CANCELLED, *UNPAID], tickets, PRODUCTS)
    surveys = [
        {"survey_id": f"A{n}", "order_id": f"W{n}", "score": 5 if n < 30 else 2, "answered_at": "2026-10-08 10:00"}
        for n in range(40)
    ]
    disputes = [
        {"dispute_id": f"D{n}", "order_id": f"{order}", "opened_at": "2026-10-09 10:00", "liable": "open"}
        for n, order in enumerate(["E0", "W20", "W21"])
    ]
    tables["surveys"] = pd.DataFrame(surveys).assign(shop="甲店")
    tables["disputes"] = pd.DataFrame(disputes).assign(shop="甲店")
    return opened(root, tables)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> metrics.Shop:
    return shop_of(tmp_path_factory.mktemp("reconciled"))


def steps(frame: pd.DataFrame) -> dict[str, float | None]:
    return {row["step"]: None if pd.isna(row["value"]) else row["value"] for row in frame.to_dict("records")}


def test_the_refund_rate_from_our_number_to_theirs(shop: metrics.Shop) -> None:
    told = shop.reconcile("refund_rate", 0.19, START, STOP)
    assert steps(told) == pytest.approx(
        {
            "ours": 5 / 50,
            "time_base": 7 / 50,
            "denominator": 6 / 40,
            "before_shipping": 8 / 40,
            "cancellations": 8 / 45,
            "late_data": 8 / 45,
            "remainder": 0.19,
            "theirs": 0.19,
        }
    )
    effects = told.set_index("step")["effect"]
    assert effects["time_base"] == pytest.approx(0.04)
    assert effects["late_data"] == 0
    assert effects["remainder"] == pytest.approx(0.19 - 8 / 45)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (
            "return_rate",
            {"ours": 5 / 50, "time_base": 7 / 50, "denominator": 6 / 40, "cancellations": 6 / 45, "late_data": 6 / 45},
        ),
        (
            "dispute_rate",
            {"ours": 2 / 50, "time_base": 3 / 50, "denominator": 3 / 40, "cancellations": 3 / 45, "late_data": 3 / 45},
        ),
        ("satisfaction", {"ours": 30 / 40, "late_data": 30 / 40}),
        ("cancellation_rate", {"ours": 2 / 55, "late_data": 2 / 55}),
    ],
)
def test_every_metric_has_the_steps_that_bear_on_it(
    shop: metrics.Shop, metric: str, expected: dict[str, float]
) -> None:
    told = steps(shop.reconcile(metric, 0.5, START, STOP))
    assert told == pytest.approx({**expected, "remainder": 0.5, "theirs": 0.5})


def test_answers_in_time_over_all_tickets(tmp_path: Path) -> None:
    """30 answered in time, 5 late, 4 within their hours and not answered yet, 1 of them a refund before shipping."""
    early, late = "2026-11-13 10:00", "2026-11-15 22:00"
    tickets = [ticket(f"E{n}", early, responded_at="2026-11-13 12:00", refunded_at=None) for n in range(30)]
    tickets += [ticket(f"W{n}", early, responded_at="2026-11-15 12:00", refunded_at=None) for n in range(5)]
    tickets += [ticket(f"W2{n}", late, outcome="open", refunded_at=None) for n in range(3)]
    tickets += [ticket("C0", late, outcome="open", type="refund_before_shipping", refunded_at=None)]
    told = shop_of(tmp_path, tickets).reconcile("response_in_time", 0.8, date(2026, 11, 9), date(2026, 11, 16))
    assert steps(told) == pytest.approx(
        {
            "ours": 30 / 35,
            "denominator": 30 / 39,
            "before_shipping": 30 / 38,
            "late_data": 30 / 38,
            "remainder": 0.8,
            "theirs": 0.8,
        }
    )


@pytest.mark.parametrize("metric", ["refund_rate", "return_rate", "dispute_rate", "satisfaction"])
@pytest.mark.parametrize("theirs", [0.0, 0.123456789, 1.0])
def test_the_steps_add_up(shop: metrics.Shop, metric: str, theirs: float) -> None:
    told = shop.reconcile(metric, theirs, START, STOP)
    size = max(1.0, abs(told["value"].iloc[0]))
    assert abs(told["value"].iloc[0] + told["effect"].sum() - theirs) <= 1e-12 * size
    assert list(told["step"].iloc[[0, -2, -1]]) == ["ours", "remainder", "theirs"]


# --- what the data do not tell is absent, and not 0 ---------------------------------------------------------------


def absent(told: pd.DataFrame) -> dict[str, str]:
    missing = told[told["status"] != "ok"]
    assert missing[["value", "effect"]].isna().all().all()
    return dict(zip(missing["step"], missing["status"], strict=True))


def test_days_that_are_not_covered_yet(shop: metrics.Shop) -> None:
    told = shop.reconcile("refund_rate", 0.2, START, date(2026, 11, 17), reading="arrived")
    assert absent(told) == {"late_data": "not_available"}
    assert "数据只到 2026-11-16 09:00" in told.set_index("step")["zh"]["late_data"]


def test_no_refund_before_shipping_in_the_data(tmp_path: Path) -> None:
    shipped = [t for t in TICKETS if t["type"] != "refund_before_shipping"]
    told = shop_of(tmp_path, shipped).reconcile("refund_rate", 0.2, START, STOP)
    assert absent(told) == {"before_shipping": "not_available"}
    assert steps(told)["cancellations"] == pytest.approx(6 / 45)


def test_orders_of_one_category_can_be_counted_too(shop: metrics.Shop) -> None:
    told = shop.reconcile("refund_rate", 0.2, START, STOP, where={"sku_id": ["S1"]})
    assert steps(told)["denominator"] == pytest.approx(6 / 40)
    assert absent(told) == {}


def test_a_young_week_begins_with_its_arrivals(tmp_path: Path) -> None:
    """Of the week of the as-of only the Monday is 7 days old: its number is not the week's."""
    lines = [line(f"N{n}", None, f"2026-11-{9 + n % 7:02d} 10:00") for n in range(210)]
    young = opened(tmp_path, tables_of(lines, [ticket("N0", "2026-11-12 09:00")]))
    told = young.reconcile("refund_rate", 0.2, date(2026, 11, 9), date(2026, 11, 16))
    assert absent(told) == {
        "time_base": "immature",
        "before_shipping": "not_available",
        "cancellations": "not_available",
    }
    assert steps(told)["ours"] == pytest.approx(1 / 210)
    assert "当期发生" in told["zh"].iloc[0]
    assert told["zh"].iloc[1] == "时间口径：这段时间按“同龄对比，满 7 天”没有数，直接从当期发生算起，这一步略过。"


# --- words ---------------------------------------------------------------------------------------------------------


def test_every_step_has_a_sentence_in_both_languages(shop: metrics.Shop) -> None:
    told = shop.reconcile("refund_rate", 0.19, START, STOP).set_index("step")
    assert told["zh"]["time_base"] == "时间口径：改按发生当天归集（当期发生），+4.0百分点，为 14.0%。"
    assert told["en"]["denominator"] == (
        "Denominator: orders instead of order lines, 40 paid in the period, +1.0pp, which makes 15.0%."
    )
    assert told["zh"]["remainder"].startswith("其余 +1.2百分点")
    assert told["zh"]["theirs"] == "后台的退款率：19.0%。"


def test_two_numbers_that_read_the_same_agree(shop: metrics.Shop) -> None:
    told = shop.reconcile("refund_rate", 0.178, START, STOP).set_index("step")
    assert told["zh"]["remainder"] == "两边对上了：走完以上各步，显示的数相同。"


@pytest.mark.parametrize(
    ("metric", "theirs", "code"),
    [
        ("refund_rate", 7.9, "reconcile.not_a_number"),
        ("refund_rate", -0.1, "reconcile.not_a_number"),
        ("refund_rate", float("nan"), "reconcile.not_a_number"),
        ("response_hours_p90", 3.0, "reconcile.no_steps"),
        ("reason_share", 0.3, "reconcile.no_steps"),
        ("repair_escalation_rate", 0.3, "reconcile.no_number"),
    ],
)
def test_what_cannot_be_reconciled_is_refused(shop: metrics.Shop, metric: str, theirs: float, code: str) -> None:
    with pytest.raises(Refused) as refused:
        shop.reconcile(metric, theirs, START, STOP)
    assert refused.value.finding.code == code
