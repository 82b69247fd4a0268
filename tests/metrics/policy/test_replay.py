"""Rules replayed against plain loops over the raw tables, and the laws that no rule may break."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metrics
from metrics.policy import Replay, Rule, replay
from metrics.policy.history import TOLD, narrowed
from metrics.policy.replay import within
from tests.metrics.filled import contract, fill, opened, typed_by_people
from tests.metrics.oracle import Oracle, wilson
from tests.metrics.shops import AS_OF, BIG, SMALL, make_shop

NINETY = timedelta(days=90)
START, STOP = date(2026, 7, 1), date(2026, 11, 17)
CAUTIOUS = Rule("cautious", type=("return", "exchange"), max_amount=200, max_tickets_in_90_days=3, max_refund_share=0.6)
INSURED = Rule("insured", type=("return", "refund_only"), freight_insured=True, max_amount=280, max_order_days=25)
OPEN = Rule("open", tier=("钻石", "金牌"))
RULES = (CAUTIOUS, INSURED, OPEN)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[metrics.Shop, Oracle]:
    return opened(tmp_path_factory.mktemp("known"), [BIG, SMALL])


@pytest.fixture(scope="module")
def told(known: tuple[metrics.Shop, Oracle]) -> Replay:
    return known[0].replay_rules(RULES, START, STOP)


@pytest.fixture(scope="module")
def facts(known: tuple[metrics.Shop, Oracle]) -> list[dict[str, Any]]:
    return recounted(known[1])


def recounted(oracle: Oracle) -> list[dict[str, Any]]:
    """Every dated ticket with what its customer had done before, counted ticket by ticket."""
    buyer = {key: min((line["customer_id"] for line in lines if line["customer_id"]), default=None)
             for key, lines in oracle.orders.items()}  # fmt: skip
    tickets = [t for t in oracle.tickets.values() if t["requested_at"] is not None]
    for ticket in tickets:
        ticket["buyer"] = buyer.get((ticket["shop"], ticket["order_id"]))
    found = []
    for ticket in tickets:
        at, line = ticket["requested_at"], ticket["line"]
        who = (ticket["shop"], ticket["buyer"] or "nobody")
        own = [t for t in tickets if (t["shop"], t["buyer"]) == who]
        mine = [one for one in oracle.lines.values() if (one["shop"], one["customer_id"]) == who]
        earlier = [t for t in own if t["requested_at"] < at]
        money_back = [t for t in own if t["type"] in ("return", "refund_only") and t["line"] is not None]
        sent = {key(t["line"]) for t in money_back if t["outcome"] not in ("rejected", "withdrawn")}
        paid = [one for one in mine if one["paid_at"] is not None]
        disputes = [d for d in oracle.disputes if (d["shop"], d["ticket_id"]) == (ticket["shop"], ticket["ticket_id"])]
        old = (AS_OF.normalize() - at.normalize()).days >= 15
        settled = old and ticket["outcome"] in ("approved", "rejected", "withdrawn")
        abusive = any(d["liable"] == "buyer" for d in disputes) or (len(sent) >= 3 and 2 * len(sent) >= len(paid))
        answered = ticket["told"]["answered"] and ticket["responded_at"] is not None
        found.append(
            {
                "key": (ticket["shop"], ticket["ticket_id"]),
                "type": ticket["type"],
                "tier": (line or {}).get("tier"),
                "insured": (line or {}).get("insured"),
                "amount": (line or {}).get("amount"),
                "days": (at - line["paid_at"]) / timedelta(days=1) if line and line["paid_at"] is not None else None,
                "before": sum(at - t["requested_at"] <= timedelta(days=90) for t in earlier)
                if ticket["buyer"]
                else None,
                "lines": sum(one["paid_at"] <= at for one in paid),
                "refunds": len({key(t["line"]) for t in money_back if t["requested_at"] < at}),
                "hours": (ticket["responded_at"] - at) / timedelta(hours=1) if answered else 0.0,
                "breached": ticket["in_time"] is False,
                "settled": settled,
                "rejected": settled and ticket["outcome"] == "rejected",
                "disputed": settled and oracle.became_a_dispute(ticket),
                "abusive": settled and abusive,
            }
        )
    return found


def key(line: dict[str, Any]) -> tuple[str, str]:
    return line["order_id"], line["line_id"]


def approves(rule: str, t: dict[str, Any]) -> bool:
    if rule == "open":
        return t["tier"] in ("钻石", "金牌")
    if t["amount"] is None:
        return False
    if rule == "insured":
        kinds = t["type"] in ("return", "refund_only")
        return kinds and t["insured"] is True and t["amount"] <= 280 and t["days"] is not None and t["days"] <= 25
    history = t["before"] is not None and t["before"] <= 3 and t["lines"] > 0 and t["refunds"] <= 0.6 * t["lines"]
    return t["type"] in ("return", "exchange") and t["amount"] <= 200 and history


@pytest.mark.parametrize("rule", ["cautious", "insured", "open", None])
def test_every_number_of_the_replay_is_that_of_a_plain_recount(
    rule: str | None, told: Replay, facts: list[dict[str, Any]]
) -> None:
    mine = [
        t for t in facts if any(approves(name, t) for name in ([rule] if rule else ["cautious", "insured", "open"]))
    ]
    names = told.summary["rule"]
    (row,) = told.summary[names.isna() if rule is None else names == rule].to_dict("records")
    assert len(mine) > 5
    assert row["of"] == len(facts)
    assert {(r["shop"], r["ticket_id"]) for r in told.rows(rule).to_dict("records")} == {t["key"] for t in mine}
    assert row["tickets"] == len(mine)
    assert row["hours_saved"] == pytest.approx(sum(t["hours"] for t in mine), abs=0.05)
    assert row["breaches_avoided"] == sum(t["breached"] for t in mine) == len(told.rows(rule, "breaches"))
    assert row["money"] == pytest.approx(sum(float(t["amount"] or 0) for t in mine), abs=0.02)
    for name in ("settled", "rejected", "disputed", "abusive"):
        assert row[name] == sum(t[name] for t in mine), name
    wrong = sum(t["rejected"] or t["disputed"] or t["abusive"] for t in mine)
    assert row["wrong"] == wrong == len(told.rows(rule, "wrong"))
    if row["settled"] >= 30:
        assert row["value"] == pytest.approx(wrong / row["settled"])
        assert (row["low"], row["high"]) == pytest.approx(wilson(wrong, row["settled"]), abs=1e-9)
    else:
        assert row["status"] == "insufficient"
        assert pd.isna(row["value"])


def test_a_ticket_that_several_rules_approve_counts_once(told: Replay) -> None:
    *each, together = told.summary.to_dict("records")
    assert max(row["tickets"] for row in each) <= together["tickets"] < sum(row["tickets"] for row in each)
    union = set().union(*(set(told.rows(rule.name)["ticket_id"] + told.rows(rule.name)["shop"]) for rule in RULES))
    assert union == set(told.rows()["ticket_id"] + told.rows()["shop"])
    assert any(" · " in names for names in told.rows()["rules"])


conditions = st.fixed_dictionaries(
    {},
    optional={
        "type": st.lists(st.sampled_from(["return", "exchange", "repair"]), min_size=1, unique=True).map(tuple),
        "reason": st.lists(st.sampled_from(["damaged", "wrong_size", "changed_mind"]), min_size=1).map(tuple),
        "tier": st.lists(st.sampled_from(["钻石", "金牌", "铜牌"]), min_size=1).map(tuple),
        "freight_insured": st.booleans(),
        "max_amount": st.floats(0, 400),
        "max_order_days": st.floats(0, 60),
        "max_waiting_hours": st.floats(0, 10),
        "max_tickets_in_90_days": st.integers(0, 6),
        "max_refund_share": st.floats(0, 1),
    },
)


@settings(max_examples=60, deadline=None)
@given(some=conditions, more=conditions)
def test_another_condition_never_widens_a_rule(told: Replay, some: dict[str, Any], more: dict[str, Any]) -> None:
    wide = Rule("wide", **some)
    narrow = replace(wide, name="narrow", **{name: value for name, value in more.items() if name not in some})
    assert not (narrow.matches(told.tickets) & ~wide.matches(told.tickets)).any()
    both = replay((wide, narrow), told.tickets, START, STOP).summary
    assert both["tickets"].iloc[2] == both["tickets"].iloc[0] >= both["tickets"].iloc[1]


def test_what_comes_later_changes_nothing(tmp_path: Path) -> None:
    """Half of the history, and the whole of it in which everything later was turned upside down, judge alike."""
    middle = pd.Timestamp("2026-10-10")
    typed_by_people(tmp_path / "whole")
    typed_by_people(tmp_path / "other")
    tables = contract([make_shop(BIG)])
    fill(tmp_path / "whole", tables)
    other = {name: frame.copy() for name, frame in tables.items()}
    later = pd.to_datetime(other["tickets"]["requested_at"]) >= middle
    assert 20 < int(later.sum()) < len(later) - 20
    changed = other["tickets"].loc[later].assign(type="return", outcome="rejected", responded_at=None)
    other["tickets"] = pd.concat([other["tickets"].loc[~later], changed.iloc[::2]], ignore_index=True)
    other["disputes"] = other["disputes"].iloc[0:0]
    fill(tmp_path / "other", other)
    ways = [metrics.open_shop(tmp_path / name).replay_rules(RULES, START, middle.date()) for name in ("whole", "other")]
    hits = [{**dict(zip(way.tickets["ticket_id"], way.hits.to_numpy().tolist(), strict=True))} for way in ways]
    assert hits[0] == hits[1]
    assert len(hits[0]) > 20


def test_the_open_tickets_that_a_rule_approves_are_of_the_queue(
    known: tuple[metrics.Shop, Oracle], facts: list[dict[str, Any]]
) -> None:
    shop, found = known[0], known[0].approvable(RULES)
    by_key = {t["key"]: [rule.name for rule in RULES if approves(rule.name, t)] for t in facts}
    waiting = shop.queue().sort_values(["requested_at", "shop", "ticket_id"])
    keys = list(waiting[["shop", "ticket_id"]].itertuples(index=False, name=None))
    expected = [(*each, by_key[each][0]) for each in keys if by_key[each]]
    assert [tuple(row) for row in found[["shop", "ticket_id", "rule"]].itertuples(index=False)] == expected
    assert expected
    hours = found["waiting_hours"].sort_values().iloc[len(found) // 2]
    young = shop.approvable([replace(OPEN, max_waiting_hours=float(hours))])
    assert set(young["ticket_id"]) <= set(shop.approvable([OPEN])["ticket_id"])
    assert (young["waiting_hours"] <= hours).all()


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_limit_that_a_ticket_tells_itself_says_what_asking_anew_says(
    known: tuple[metrics.Shop, Oracle], told: Replay, name: str
) -> None:
    shop, values = known[0], told.tickets[name]
    seen = [None if pd.isna(value) else str(value) for value in values.unique()]
    assert seen
    for allowed in ((seen[0],), tuple(seen[-2:]), (*seen[:1], None), ("nobody has this",)):
        asked = shop.replay_rules(RULES, START, STOP, where={name: allowed})
        limited = within(told, {name: allowed})
        assert cells(limited.summary) == cells(asked.summary)
        assert cells(limited.tickets) == cells(asked.tickets)
        waiting = shop.approvable(RULES, where={name: allowed})
        assert cells(narrowed(shop.approvable(RULES), {name: allowed})) == cells(waiting)


def cells(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the rows with None for what is absent: a column in which all is absent has a type of its own."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def test_a_shop_that_has_no_ticket_replays_to_nothing(known: tuple[metrics.Shop, Oracle]) -> None:
    nothing = known[0].replay_rules(RULES, date(2020, 1, 1), date(2020, 2, 1))
    assert nothing.summary["tickets"].tolist() == [0, 0, 0, 0]
    assert set(nothing.summary["status"]) == {"insufficient"}
    assert nothing.rows().empty
