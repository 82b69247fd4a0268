"""The next list: by customer, by lot, once for ever; masked on its way out, and known again on its way in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import metrics
from metrics.export import to_csv
from metrics.followup.assign import TO_FILL_IN, arm_of, assign, candidates, listed, provenance
from metrics.followup.balance import intended_ratio, sample_ratio
from metrics.ingest import import_files
from metrics.warehouse.store import Store
from metrics.words import Refused
from tests.metrics.filled import contract, fill
from tests.metrics.followup.made import small_shop
from tests.metrics.shops import AS_OF, Tables

EQUAL = intended_ratio(None)


def tables() -> Tables:
    """Ninety customers with a closed ticket each; the last ten of each arm were never on a list."""
    made = small_shop({arm: [(70, 10)] * 30 for arm in EQUAL}, AS_OF)
    kept = made["followups"].groupby("arm", group_keys=False).head(20)
    return made | {"followups": kept}


@pytest.fixture
def shop(tmp_path: Path) -> metrics.Shop:
    fill(tmp_path / "store", contract([tables()], as_of=AS_OF))
    return metrics.open_shop(tmp_path / "store")


def test_only_customers_who_were_never_on_a_list_are_drawn_each_once(shop: metrics.Shop) -> None:
    drawn = assign(shop)
    assert len(drawn) == 30
    assert drawn["customer_id"].is_unique
    assert set(drawn["customer_id"]).isdisjoint(tables()["followups"]["customer_id"])
    assert set(drawn["arm"]) == set(EQUAL)
    assert set(drawn["assigned_at"]) == {AS_OF}


def test_open_tickets_and_refunds_before_shipping_are_not_drawn(tmp_path: Path) -> None:
    made = tables()
    fresh = ~made["tickets"]["ticket_id"].isin(made["followups"]["ticket_id"])
    first, second, third = made["tickets"].index[fresh][:3]
    made["tickets"].loc[first, ["outcome", "closed_at"]] = ["open", None]
    made["tickets"].loc[second, "type"] = "refund_before_shipping"
    left_out = set(made["tickets"].loc[[first, second], "ticket_id"])
    fill(tmp_path, contract([made], as_of=AS_OF))
    found = set(candidates(metrics.open_shop(tmp_path))["ticket_id"])
    assert left_out.isdisjoint(found)
    assert made["tickets"].loc[third, "ticket_id"] in found


def test_the_same_seed_draws_the_same_and_a_shorter_list_is_a_part_of_it(shop: metrics.Shop) -> None:
    whole, again, short = assign(shop, seed=4), assign(shop, seed=4), assign(shop, seed=4, size=9)
    pd.testing.assert_frame_equal(whole, again)
    pd.testing.assert_frame_equal(whole.head(9), short)
    assert list(assign(shop, seed=5)["arm"]) != list(whole["arm"])


@given(st.text(min_size=1), st.integers(0, 1000))
def test_a_lot_is_one_of_the_arms_that_have_a_share(customer: str, seed: int) -> None:
    assert arm_of("甲店", customer, {"control": 1, "message": 0, "coupon": 2}, seed) in ("control", "coupon")


def test_the_lot_keeps_the_shares() -> None:
    shares = intended_ratio({"control": 3, "message": 1, "coupon": 2})
    drawn = pd.Series([arm_of("甲店", f"jd_{number}", shares) for number in range(6000)])
    assert sample_ratio(drawn.value_counts().to_dict(), shares) > 0.001


def test_a_coupon_has_its_worth_and_no_other_arm_has(shop: metrics.Shop) -> None:
    drawn = assign(shop, coupon=15.0)
    assert set(drawn.loc[drawn["arm"] == "coupon", "coupon_amount"]) == {15.0}
    assert drawn.loc[drawn["arm"] != "coupon", "coupon_amount"].isna().all()


def test_several_shops_have_to_be_told_apart(tmp_path: Path) -> None:
    other = {name: frame.assign(shop="乙店") for name, frame in tables().items()}
    fill(tmp_path, contract([tables(), other], as_of=AS_OF))
    shop = metrics.open_shop(tmp_path)
    with pytest.raises(Refused, match="甲店"):
        assign(shop)
    assert set(assign(shop, only="乙店")["shop"]) == {"乙店"}


def test_a_list_goes_out_masked_and_comes_back_to_its_customers(shop: metrics.Shop, tmp_path: Path) -> None:
    """Out through the one exit, filled in by hand, in by the ordinary import: the ticket says whose it is."""
    drawn = assign(shop, coupon=15.0)
    path = tmp_path / "回访名单.csv"
    path.write_bytes(to_csv(listed(drawn), provenance(shop, None, 0)))
    text = path.read_text(encoding="utf-8-sig")
    assert not any(customer in text for customer in drawn["customer_id"])
    assert all(f'"{ticket}"' in text for ticket in drawn["ticket_id"])
    filled = pd.read_csv(path, comment="#", dtype=str)
    reached = filled["回访分组"] != "不联系"
    filled.loc[reached, TO_FILL_IN[0]] = "2026-11-16 15:30:00"
    filled.loc[reached, TO_FILL_IN[1]] = ["是", "否"] * (reached.sum() // 2) + ["是"] * (reached.sum() % 2)
    text = filled.to_csv(index=False)
    path.write_text(text + "# 内容：回访名单\n", encoding="utf-8-sig")
    report = import_files([path], store=Store(tmp_path / "store"), profile="jd", shop="甲店", as_of=None)
    assert [(each.rows_accepted, each.rows_rejected) for each in report.files] == [(30, 0)]

    after = metrics.open_shop(tmp_path / "store")
    known = after.sql("SELECT ticket_id, customer_id, arm, contacted, answered FROM followed_up")
    told = known.merge(drawn, on="ticket_id")
    assert len(told) == 30
    assert (told["customer_id_x"] == told["customer_id_y"]).all()
    assert (told["arm_x"] == told["arm_y"]).all()
    assert (told["contacted"] == (told["arm_x"] != "control")).all()
    assert 0 < told["answered"].sum() < told["contacted"].sum()
    assert assign(after).empty, "nobody is drawn twice"
