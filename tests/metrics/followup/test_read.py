"""A follow-up read out of a shop: by intention to treat, the young left out and counted, the worth in yuan."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import metrics
from metrics.followup.sentences import worth_sentence
from metrics.simulate import SHOP, simulate
from metrics.words import LANGUAGES, Language
from tests.metrics.filled import contract, fill
from tests.metrics.followup.made import small_shop
from tests.metrics.shops import AS_OF, Tables

# 40 customers of each arm are past 30 days, 5 are younger; of the 40 so many bought again after 10 days, 2 after 40.
BOUGHT = {"control": 8, "message": 10, "coupon": 20}


def arms(young: int = 5) -> dict[str, list[tuple[int, int | None]]]:
    old = 70
    return {
        arm: [(old, 10)] * count + [(old, 40)] * 2 + [(old, None)] * (38 - count) + [(12, 3)] * young
        for arm, count in BOUGHT.items()
    }


def opened(root: Path, tables: Tables) -> metrics.Shop:
    fill(root, contract([tables], as_of=AS_OF))
    return metrics.open_shop(root)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> metrics.Shop:
    return opened(tmp_path_factory.mktemp("followup"), small_shop(arms(), AS_OF))


def test_the_young_are_counted_and_left_out(shop: metrics.Shop) -> None:
    frame = shop.followup().frame
    months = frame[frame["days"] == 30].set_index("arm")
    assert months["n"].tolist() == [45] * 3
    assert months["immature"].tolist() == [5] * 3
    assert months["denominator"].tolist() == [40] * 3
    assert months["numerator"].to_dict() == BOUGHT
    later = frame[frame["days"] == 60].set_index("arm")
    assert later["numerator"].to_dict() == {arm: count + 2 for arm, count in BOUGHT.items()}


def test_effects_are_those_of_the_hand(shop: metrics.Shop) -> None:
    """20 of 40 against 8 of 40, after Newcombe (1998): the ends of both Wilson intervals, by hand."""
    effect = shop.followup().effect("coupon")
    assert effect is not None
    assert effect.difference.diff == pytest.approx(0.3)
    # Wilson: 0.5 (0.35196, 0.64804) and 0.2 (0.10498, 0.34759).
    low = 0.3 - math.hypot(0.5 - 0.35196, 0.34759 - 0.2)
    high = 0.3 + math.hypot(0.64804 - 0.5, 0.2 - 0.10498)
    assert effect.difference.low == pytest.approx(low, abs=1e-4)
    assert effect.difference.high == pytest.approx(high, abs=1e-4)
    assert effect.ratio.diff == pytest.approx(1.5)
    assert effect.outcome == "better"
    message = shop.followup().effect("message")
    assert message is not None
    assert message.outcome == "undecided"
    assert effect.p_holm == pytest.approx(2 * effect.p_value)
    assert message.p_holm == message.p_value


def test_whoever_was_assigned_counts_in_his_arm_whatever_was_sent(tmp_path: Path) -> None:
    """Nobody of the message arm was reached, and some of the control were: no number of an arm moves."""
    tables = small_shop(arms(), AS_OF)
    asked = opened(tmp_path / "as assigned", tables).followup().frame
    followups = tables["followups"]
    reached = followups["arm"].isin(["control", "coupon"])
    contacted = followups["assigned_at"].where(reached)
    changed = tables | {"followups": followups.assign(contacted_at=contacted, answered=reached.where(reached))}
    shop = opened(tmp_path / "as sent", changed)
    pd.testing.assert_frame_equal(shop.followup().frame, asked)
    touched = shop.query("followup_contact_rate", by="arm").set_index("arm")["value"]
    assert touched.to_dict() == {"control": 1.0, "coupon": 1.0, "message": 0.0}


def test_an_unfair_lot_takes_every_effect_back(tmp_path: Path) -> None:
    uneven = arms()
    uneven["coupon"] = uneven["coupon"] * 3
    read = opened(tmp_path, small_shop(uneven, AS_OF)).followup()
    assert read.balance is not None
    assert read.balance.alert
    assert {effect.outcome for effect in read.effects} == {"imbalanced"}
    for language in LANGUAGES:
        said = read.sentences(language)
        assert len(said) == 1, "it says what is wrong, and nothing of any effect"
    meant = opened(tmp_path, small_shop(uneven, AS_OF)).followup(ratio={"control": 1, "message": 1, "coupon": 3})
    assert meant.balance is not None
    assert not meant.balance.alert


def test_the_worth_of_a_coupon_is_margin_less_coupons(shop: metrics.Shop) -> None:
    """20 of 40 bought goods for 100 that cost 60, and used 10; of the control 8 of 40 did: 20 − 8 − 5 a customer."""
    worth = shop.followup().worth("coupon")
    assert worth is not None
    assert worth.gained is not None
    assert worth.cost is not None
    assert worth.net is not None
    assert worth.gained.diff == pytest.approx(20 - 8)
    assert worth.cost.value == pytest.approx(5)
    assert worth.net.diff == pytest.approx(7)
    assert worth.net.low < 7 < worth.net.high
    rated = shop.followup(margin_rate=0.3).worth("coupon")
    assert rated is not None
    assert rated.gained is not None
    assert rated.gained.diff == pytest.approx(0.3 * (50 - 20))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_costs_the_worth_is_not_available(language: Language, tmp_path: Path) -> None:
    tables = small_shop(arms(), AS_OF)
    del tables["products"]
    worth = opened(tmp_path, tables).followup().worth("coupon")
    assert worth is not None
    assert worth.unknown == "no_costs"
    assert {"zh": "成本价", "en": "unit cost"}[language] in worth_sentence(worth, language)


def test_a_cost_that_lacks_for_some_goods_is_not_left_out(tmp_path: Path) -> None:
    tables = small_shop(arms(), AS_OF)
    again = tables["order_lines"]["order_id"] == "coupon-0000-b"
    tables["order_lines"].loc[again, "sku_id"] = "2"
    worth = opened(tmp_path, tables).followup().worth("coupon")
    assert worth is not None
    assert worth.unknown == "some_costs"


def test_a_shop_without_a_list_says_so(tmp_path: Path) -> None:
    tables = small_shop(arms(), AS_OF)
    del tables["followups"]
    read = opened(tmp_path, tables).followup()
    assert read.frame.empty
    assert "回访名单" in read.sentence("zh")


def test_too_few_past_their_days_are_no_number(tmp_path: Path) -> None:
    few: dict[str, list[tuple[int, int | None]]] = {arm: [(70, None)] * 12 + [(5, None)] * 40 for arm in BOUGHT}
    read = opened(tmp_path, small_shop(few, AS_OF)).followup()
    assert {effect.outcome for effect in read.effects} == {"immature"}
    assert "还早" in read.sentence("zh")


def test_customers_in_two_arms_are_named(tmp_path: Path) -> None:
    tables = small_shop(arms(), AS_OF)
    twice = tables["followups"].head(3).assign(arm="coupon", ticket_id=["X1", "X2", "X3"])
    tables["followups"] = pd.concat([tables["followups"], twice], ignore_index=True)
    read = opened(tmp_path, tables).followup()
    assert read.balance is not None
    assert (read.balance.crossed, read.balance.repeated) == (3, 3)
    assert "3" in read.sentences("en")[-1]


def test_the_planted_uplift_is_found_end_to_end(tmp_path: Path) -> None:
    """A simulated shop, imported and asked: the coupon really brings customers back, the message arm is a second A."""
    from metrics.ingest import import_files
    from metrics.warehouse.store import Store

    uplift = {"control": 0.0, "message": 0.0, "coupon": 0.12}
    scenario = replace(SHOP, skus=20, repurchase_uplift=uplift)
    simulate(80_000, tmp_path / "files", seed=7, scenario=scenario)
    wanted = ("order_lines", "tickets", "followups", "customers")
    files = [tmp_path / "files" / f"{name}.parquet" for name in wanted]
    as_of = scenario.as_of
    import_files(files, store=Store(tmp_path / "store"), profile="generic", shop="甲店", as_of=as_of)
    read = metrics.open_shop(tmp_path / "store").followup()
    coupon, message, control = read.effect("coupon"), read.effect("message"), read.control()
    assert coupon is not None
    assert message is not None
    assert control is not None
    planted = uplift["coupon"] * (1 - control.value)  # who comes back anyway cannot be won twice
    assert coupon.outcome == "better"
    assert coupon.difference.low < planted < coupon.difference.high
    assert message.difference.low < 0 < message.difference.high


def test_two_arms_are_as_much_an_experiment_as_three(tmp_path: Path) -> None:
    two = {arm: customers for arm, customers in arms().items() if arm != "message"}
    read = opened(tmp_path, small_shop(two, AS_OF)).followup()
    assert read.balance is not None
    assert read.balance.p_value == 1.0
    effect = read.effect("coupon")
    assert effect is not None
    assert effect.p_holm == effect.p_value, "there is nothing else to reckon with"


def test_without_a_control_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    treated = {arm: customers for arm, customers in arms().items() if arm != "control"}
    read = opened(tmp_path, small_shop(treated, AS_OF)).followup()
    assert read.effects == ()
    assert "不联系" in read.sentence("zh")
