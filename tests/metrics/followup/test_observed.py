"""What was only observed: like compared with like, and sums that add up to their whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import metrics
from metrics.compare import weighted
from metrics.followup.observed import LIKE, STEPS, matched
from tests.metrics.filled import opened
from tests.metrics.shops import BIG, SMALL


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> metrics.Shop:
    return opened(tmp_path_factory.mktemp("observed"), [BIG, SMALL])[0]


def cells(rows: list[tuple[str, bool | None, int, int]]) -> pd.DataFrame:
    """Cells of a frame of `query`: reason, whether the step was taken, withdrawn, ended."""
    return pd.DataFrame(
        [
            {"offered": taken, "reason": reason, "amount_band": "0-50", "tier": None, "numerator": k, "denominator": n}
            for reason, taken, k, n in rows
        ]
    )


def test_a_difference_that_is_only_one_of_mix_goes_away() -> None:
    """Within each reason an offer changes nothing; offers are made where withdrawals are frequent anyway."""
    found = matched(
        cells([("a", True, 30, 100), ("a", False, 300, 1000), ("b", True, 1, 10), ("b", False, 500, 5000)]), "offered"
    )
    assert found["n"] == 110
    assert found["value"] == pytest.approx(31 / 110)
    assert found["matched"] == pytest.approx((100 * 0.3 + 10 * 0.1) / 110)
    assert found["verdict"] == "unclear"
    crude = 31 / 110 - 800 / 6000
    assert crude > 0.14, "which is what the plain comparison would have said"


def test_a_difference_within_each_reason_is_found() -> None:
    found = matched(
        cells([("a", True, 60, 100), ("a", False, 300, 1000), ("b", True, 40, 100), ("b", False, 500, 5000)]), "offered"
    )
    assert found["change"] == pytest.approx(0.3)
    assert found["verdict"] == "better"


def test_whoever_has_no_like_is_counted_and_left_out() -> None:
    found = matched(
        cells([("a", True, 60, 100), ("a", False, 30, 100), ("c", True, 5, 9), ("d", None, 1, 2)]), "offered"
    )
    assert (found["n"], found["unmatched"]) == (100, 9)


def test_too_few_likes_and_none_at_all_are_no_numbers() -> None:
    assert matched(cells([("a", True, 60, 100), ("a", False, 3, 10)]), "offered")["status"] == "insufficient"
    assert matched(cells([("a", None, 60, 100)]), "offered")["status"] == "not_available"


def test_a_weighted_share_covers_the_truth() -> None:
    rng, trials, weights = np.random.default_rng(1), np.array([40.0, 200.0, 90.0]), np.array([5.0, 1.0, 2.0])
    chances = np.array([0.1, 0.3, 0.05])
    truth = float(weights @ chances / weights.sum())
    drawn = [weighted(rng.binomial(trials.astype(int), chances).astype(float), trials, weights) for _ in range(1500)]
    held = np.mean([each.low <= truth <= each.high for each in drawn])
    assert 0.93 <= held <= 0.99


def test_each_step_counts_the_tickets_that_the_tables_hold(shop: metrics.Shop) -> None:
    """A recount in pandas from the tables alone: tickets with the step in cells that hold one without it."""
    ended = "t.requested_at IS NOT NULL AND t.type IN ('return', 'refund_only') AND t.outcome <> 'open'"
    facts = shop.sql(
        "SELECT t.shop, t.ticket_id, h.reason, h.amount_band, h.tier, t.outcome = 'withdrawn' AS withdrawn, "
        "EXISTS (SELECT 1 FROM offers AS o WHERE o.shop = t.shop AND o.ticket_id = t.ticket_id "
        "AND o.kind IN ('coupon', 'partial_refund', 'parts')) AS offered "
        f"FROM tickets AS t JOIN handled_tickets AS h USING (shop, ticket_id) WHERE {ended}"
    )
    like = [facts[name].astype(object).where(facts[name].notna(), "–") for name in LIKE]
    facts["cell"] = list(zip(*like, strict=True))
    sides = facts.groupby("cell")["offered"].agg(["any", "all"])
    mixed = set(sides[sides["any"] & ~sides["all"]].index)
    counted = facts[facts["offered"] & facts["cell"].isin(mixed)]
    row = shop.offers_effect().set_index("step").loc["offered"]
    assert row["n"] == len(counted)
    assert row["numerator"] == counted["withdrawn"].sum()
    assert row["unmatched"] == facts["offered"].sum() - len(counted)
    assert set(shop.offers_effect()["step"]) == set(STEPS)


def test_the_parts_of_the_cost_sum_to_the_whole(shop: metrics.Shop) -> None:
    told = shop.costs()
    parts = told[told["freight_paid_by"].isna()].drop_duplicates("metric").set_index("metric")["numerator"]
    spent = parts["aftersales_refunds"] + parts["aftersales_freight"] + parts["aftersales_compensation"]
    assert parts["aftersales_cost"] == pytest.approx(spent - parts["aftersales_recovered"])
    borne = told[told["metric"] == "aftersales_freight_total"]["numerator"].sum()
    assert borne == pytest.approx(float(shop.query("aftersales_freight_total")["numerator"].iloc[0]))


def test_lines_with_and_without_insurance_are_all_lines(shop: metrics.Shop) -> None:
    told = shop.freight_insurance()
    refunds = told[told["metric"] == "refund_rate"]
    known = shop.query("refund_rate", where={"insured": [True, False]}).iloc[0]
    assert refunds["n"].sum() == known["n"]
    assert refunds["numerator"].sum() == known["numerator"]
    (unused,) = told[told["metric"] == "insured_unused"].to_dict("records")
    (returned,) = told[(told["metric"] == "return_rate") & (told["insured"] == True)].to_dict("records")  # noqa: E712
    assert unused["numerator"] + returned["numerator"] == returned["denominator"]
    assert unused["low"] + returned["high"] == pytest.approx(1)


def test_goodwill_counts_each_closed_ticket_once(shop: metrics.Shop) -> None:
    """Recounted in pandas: who bought again within 30 days of his ticket's end, of tickets that are older."""
    tickets = shop.sql("SELECT shop, order_id, ticket_id, type, closed_at FROM tickets WHERE closed_at IS NOT NULL")
    lines = shop.sql("SELECT shop, order_id, customer_id, paid_at, cancelled FROM order_lines")
    owners = lines.dropna(subset="customer_id").groupby(["shop", "order_id"])["customer_id"].min().reset_index()
    mine = tickets[tickets["type"] != "refund_before_shipping"].merge(owners, on=["shop", "order_id"])
    as_of = shop.sql("SELECT shop, as_of FROM shops").set_index("shop")["as_of"]
    mine = mine[mine["closed_at"].dt.normalize() + pd.Timedelta(days=30) <= mine["shop"].map(as_of).dt.normalize()]
    bought = lines[lines["paid_at"].notna() & ~lines["cancelled"].fillna(False).astype(bool)]
    pairs = mine.merge(bought, on=["shop", "customer_id"], suffixes=("", "_again"))
    days = (pairs["paid_at"].dt.normalize() - pairs["closed_at"].dt.normalize()).dt.days
    again = pairs[(pairs["paid_at"] > pairs["closed_at"]) & (days <= 30)].drop_duplicates(["shop", "ticket_id"])
    told = shop.goodwill()
    told = told[told["metric"] == "repurchase_after_ticket"].set_index("reshipped")
    for reshipped in (True, False):
        assert told.loc[reshipped, "denominator"] == (mine["type"].eq("reship") == reshipped).sum()
        assert told.loc[reshipped, "numerator"] == (again["type"].eq("reship") == reshipped).sum()
