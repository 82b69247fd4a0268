"""Risks and expected losses against plain loops over the raw tables, and a planted risk that has to come out."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import metrics
from metrics.export.columns import in_words
from metrics.response import Stakes
from metrics.words import LANGUAGES, say
from tests.metrics.filled import contract, fill, opened, typed_by_people
from tests.metrics.known import records
from tests.metrics.oracle import Oracle
from tests.metrics.response.history import bad_reviews, disputes, kept, reached, risks
from tests.metrics.shops import AS_OF, BIG, SMALL, ShopSpec, Tables, make_shop


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[metrics.Shop, Oracle]:
    return opened(tmp_path_factory.mktemp("risks"), [ShopSpec("甲店", 3, 500, frozenset()), SMALL])


@pytest.mark.parametrize("now", [AS_OF, pd.Timestamp("2026-10-20 15:00")])
def test_risks_and_losses_are_those_of_a_recount(known: tuple[metrics.Shop, Oracle], now: pd.Timestamp) -> None:
    shop, oracle = known
    at = dict.fromkeys(("甲店", "乙店"), now.normalize())  # told from what was closed when the day began
    dispute, review = risks(disputes(oracle, at)), risks(bad_reviews(oracle, at))
    called, uncalled = risks(kept(oracle, at, called=True)), risks(kept(oracle, at, called=False))
    stakes = Stakes(dispute=130.0, bad_review=40.0, margin_rate=0.2)
    rows = shop.queue(now=now.to_pydatetime(), stakes=stakes).to_dict("records")
    assert len(rows) >= 4
    for row in rows:
        reason = None if pd.isna(row["reason"]) else row["reason"]
        level = reached(row["policy_hours"] - row["hours_left"])
        p_dispute = dispute(row["shop"], reason, row["type"], level)
        p_review = review(row["shop"], reason, row["type"], level)
        refunds = row["type"] in ("return", "refund_only")
        cell = (row["shop"], reason, row["type"], 0)
        avoidable = max(called(*cell) - uncalled(*cell), 0.0) if refunds else 0.0
        assert row["p_dispute"] == pytest.approx(p_dispute)
        assert row["p_bad_review"] == pytest.approx(p_review)
        assert row["p_avoidable"] == pytest.approx(avoidable)
        margin = 0.0 if pd.isna(row["amount"]) else avoidable * 0.2 * row["amount"]
        assert row["expected_loss"] == pytest.approx(130 * p_dispute + 40 * p_review + margin)


def test_the_customer_and_the_stock_are_those_of_a_recount(tmp_path: Path) -> None:
    tables = contract([make_shop(BIG)])
    stock = {"B0-0": 3, "B0-1": None, "B1-0": 0, "B1-1": 0, "B1-2": 0, "B1-3": 0, "B2-0": None}
    tables["batches"]["units_in_stock"] = tables["batches"]["batch_id"].map(stock)
    tables["batches"]["sku_id"] = tables["batches"]["sku_id"].replace({"000": "003", "001": "004"})
    tables["tickets"]["type"] = "exchange"
    tables["tickets"]["quantity"] = None
    tables["tickets"]["outcome"] = "open"
    people = typed_by_people(tmp_path)
    fill(tmp_path, tables)
    oracle = Oracle({**tables, **people})
    units = records(tables["batches"])
    seen = set()
    for row in metrics.open_shop(tmp_path).queue().to_dict("records"):
        ticket = oracle.tickets[row["shop"], row["ticket_id"]]
        of_sku = [batch["units_in_stock"] for batch in units if batch["sku_id"] == row["sku_id"]]
        there = [count for count in of_sku if count is not None]
        whole = bool(of_sku) and len(there) == len(of_sku)
        can = True if sum(there) >= 1 else False if whole else None
        seen.add(can)
        assert (None if pd.isna(row["exchangeable"]) else row["exchangeable"]) == can
        assert row["units_in_stock"] == sum(there) if whole else pd.isna(row["units_in_stock"])
        buyers = {line["customer_id"] for line in oracle.orders.get((row["shop"], ticket["order_id"]), [])} - {None}
        paid = [
            float(line["amount"] or 0)
            for line in oracle.lines.values()
            if line["customer_id"] in buyers and line["sold"] and line["paid_at"] < AS_OF.normalize()
        ]
        assert row["customer_value"] == pytest.approx(sum(paid)) if buyers else pd.isna(row["customer_value"])
    assert seen == {True, False, None}


# --- a planted risk ---------------------------------------------------------------------------------------------------

PLANTED = {"商品破损": 0.30, "不想要了": 0.02}
EACH = 300


def planted(name: str = "甲店", *, contacts: bool = True) -> Tables:
    """A shop whose returns of broken goods end in a dispute fifteen times as often as the others."""
    shop = make_shop(ShopSpec(name, 5, 60, frozenset()))
    line = shop["order_lines"].iloc[0]
    tickets: list[dict[str, Any]] = []
    disputed: list[dict[str, Any]] = []
    for reason, share in PLANTED.items():
        for number in range(EACH):
            asked = AS_OF - pd.Timedelta(days=60, hours=number % 12)
            ticket = {
                "ticket_id": f"{reason}{number}",
                "order_id": line["order_id"],
                "line_id": line["line_id"],
                "type": "return",
                "reason_text": reason,
                "requested_at": asked,
                "responded_at": asked + pd.Timedelta(hours=3),
                "closed_at": asked + pd.Timedelta(days=3),
                "outcome": "approved",
                "contacted_at": asked + pd.Timedelta(hours=1) if contacts and number % 2 else None,
            }
            tickets.append(ticket)
            if number < share * EACH:
                opened_at = asked + pd.Timedelta(days=5)
                row = {"dispute_id": ticket["ticket_id"], "order_id": line["order_id"], "liable": "none"}
                disputed.append({**row, "ticket_id": ticket["ticket_id"], "opened_at": opened_at})
        tickets.append(
            {**ticket, "ticket_id": f"open {reason}", "requested_at": AS_OF - pd.Timedelta(hours=1)}
            | dict.fromkeys(("responded_at", "closed_at", "contacted_at"))
            | {"outcome": "open"}
        )
    columns = shop["tickets"].columns
    shop["tickets"] = pd.DataFrame(tickets).assign(shop=name).reindex(columns=columns)
    shop["disputes"] = pd.DataFrame(disputed).assign(shop=name, ruled_at=None)
    shop["surveys"] = shop["surveys"].assign(ticket_id=None)
    shop["offers"], shop["followups"] = shop["offers"].head(0), shop["followups"].head(0)
    return shop


def test_a_planted_risk_comes_out_and_leads_the_queue(tmp_path: Path) -> None:
    fill(tmp_path, contract([planted()]))
    queue = metrics.open_shop(tmp_path).queue()
    assert list(queue["ticket_id"]) == ["open 商品破损", "open 不想要了"]
    risk = queue.set_index("ticket_id")["p_dispute"]
    assert risk["open 商品破损"] == pytest.approx(0.30, abs=0.02)
    assert risk["open 不想要了"] == pytest.approx(0.02, abs=0.02)
    assert queue["p_bad_review"].isna().all()  # no answer names a ticket, and unknown is not 0
    assert queue["expected_loss"].to_numpy() == pytest.approx(100 * queue["p_dispute"].to_numpy())


def test_a_cost_of_one_s_own_turns_the_order_round(tmp_path: Path) -> None:
    fill(tmp_path, contract([planted()]))
    shop = metrics.open_shop(tmp_path)
    free = shop.queue(stakes=Stakes(dispute=0.0))
    assert (free["expected_loss"] == 0).all()
    assert list(free["ticket_id"]) == sorted(free["ticket_id"])


def test_where_nobody_records_calls_no_return_is_called_avoidable(tmp_path: Path) -> None:
    fill(tmp_path, contract([planted(contacts=False)]))
    queue = metrics.open_shop(tmp_path).queue()
    assert queue["p_avoidable"].isna().all()
    assert queue["expected_loss"].notna().all()


def test_nothing_that_came_after_the_moment_is_used(tmp_path: Path) -> None:
    """Fourteen days after the requests some of the disputes are there, and the others may still come: not known yet."""
    shop = planted()
    waits = shop["tickets"].iloc[[-1]].assign(ticket_id="early", requested_at=AS_OF - pd.Timedelta(days=47))
    shop["tickets"] = pd.concat([shop["tickets"], waits])
    fill(tmp_path, contract([shop]))
    opened_shop = metrics.open_shop(tmp_path)
    before, after = (opened_shop.queue(now=(AS_OF - pd.Timedelta(days=ago)).to_pydatetime()) for ago in (46, 40))
    assert list(before["ticket_id"]) == list(after["ticket_id"]) == ["early"]
    assert before["p_dispute"].isna().all()
    assert after["p_dispute"].iloc[0] == pytest.approx(0.02, abs=0.02)


def test_a_file_of_the_queue_says_the_line_in_the_reader_s_words(known: tuple[metrics.Shop, Oracle]) -> None:
    queue = known[0].queue()
    assert list(in_words(queue, "zh")["为什么排在这"]) == [say(why, "zh") for why in queue["why"]]
    assert set(in_words(queue, "en")["Urgency"]) <= {"Late", "Under 2 h left", "Past 60% of its hours", "In good time"}


def test_every_ticket_has_a_line_in_both_languages(known: tuple[metrics.Shop, Oracle]) -> None:
    queue = known[0].queue()
    for row in queue.to_dict("records"):
        for language in LANGUAGES:
            line = say(row["why"], language)
            assert "{" not in line
            assert f"¥{row['amount']:,.0f}" in line or pd.isna(row["amount"])
        assert ("超时" if row["late"] else "剩") in say(row["why"], "zh")


def test_the_line_of_a_ticket_reads_as_the_trade_writes_it() -> None:
    from metrics.response.why import whys

    row = {
        "hours_left": 3.4,
        "tier": "金牌",
        "customer_value": math.nan,
        "reason": "damaged",
        "amount": 899.0,
        "p_dispute": 0.09,
        "usual_dispute": 0.03,
        "type": "exchange",
        "exchangeable": False,
        "slipping": False,
        "promised_on": pd.NaT,
    }
    repair = {"type": "repair", "slipping": True, "promised_on": pd.Timestamp("2026-11-17"), "p_dispute": math.nan}
    found = whys(pd.DataFrame([row, row | {"p_dispute": 0.04, "type": "return"}, row | repair]))
    assert [say(each, "zh") for each in found] == [
        "剩3小时·金牌·破损·¥899·纠纷风险9%·缺货",
        "剩3小时·金牌·破损·¥899",
        "剩3小时·金牌·破损·¥899·承诺11-17修好",
    ]
    assert say(found[0], "en") == "3 h left · 金牌 · damaged · ¥899 · 9% dispute risk · out of stock"
