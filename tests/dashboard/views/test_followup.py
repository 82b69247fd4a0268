"""售后回访: the page shows what `Shop.followup` reads, and says what it cannot say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import metrics
from dashboard.text import Text
from metrics.followup.assign import candidates
from metrics.words import LANGUAGES, Language, format_value, value_label
from tests.dashboard.views.test_reasons import rows_of
from tests.dashboard.visits import html, opened
from tests.metrics.filled import contract, fill
from tests.metrics.followup.made import small_shop
from tests.metrics.shops import AS_OF


@pytest.fixture(scope="module")
def shop(sample_store: Path) -> metrics.Shop:
    return metrics.open_shop(sample_store)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_arm_stands_beside_the_control(
    language: Language, shop: metrics.Shop, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "followup", monkeypatch, lang=language)
    shown, frame = html(page), shop.followup().frame
    text = Text(language)
    rows = rows_of(shown, text("followup.decide"))
    tested = frame[frame["arm"] != "control"].to_dict("records")
    assert len(rows) == len(tested)
    for row, told in zip(rows, tested, strict=True):
        assert row.split()[0] == value_label("arm", told["arm"], language)
        assert f"{100 * told['change']:+.1f}" in row
        assert f"{told['relative']:+.0%}" in row
        assert text(f"followup.outcome_{told['outcome']}") in row
    undecided = text("followup.outcome_undecided").lower()
    counted = text("followup.decide_one", outcome=undecided, count=(frame["outcome"] == "undecided").sum())
    assert counted in shown, "the title says what came out, and how often"
    young = frame[frame["days"] == 30]["immature"].sum()
    assert re.search(rf"\b{young}\b", shown), "the young are counted"


def test_the_sentence_of_power_says_when(
    shop: metrics.Shop, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    effect = shop.followup().effect("message")
    assert effect is not None
    assert effect.outcome == "undecided"
    shown = html(opened(sample_store, "followup", monkeypatch, lang="zh"))
    assert f"每组需满期 {effect.needed:,.0f} 人" in shown
    assert format_value(effect.power, "share", "zh") in shown


def test_the_observed_panels_are_those_of_the_shop(
    shop: metrics.Shop, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(sample_store, "followup", monkeypatch, lang="zh"))
    assert shop.last_full_week is not None
    since = date.fromordinal(shop.last_full_week.toordinal() - 25 * 7)
    offered = shop.offers_effect(start=since).set_index("step").loc["offered"]
    (row,) = [row for row in rows_of(shown, "先沟通、给方案之后，撤销了多少") if row.strip().startswith("给补偿方案")]
    assert f"{offered['numerator']:,.0f}/{offered['denominator']:,.0f}" in row
    assert format_value(offered["matched"], "share", "zh") in row
    assert "不是实验" in shown
    cost = shop.costs(start=since).iloc[0]["numerator"]
    assert format_value(cost, "yuan", "zh") in shown


def test_the_list_is_offered_and_counts_whom_it_holds(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = metrics.open_shop(sample_store)
    page = opened(sample_store, "followup", monkeypatch, lang="zh")
    assert f"{len(candidates(shop)):,} 位" in html(page)
    assert "导出回访名单" in [button.label for button in page.get("download_button")]


def test_a_store_without_a_list_says_which_export_brings_it(
    undated_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(undated_store, "followup", monkeypatch, lang="zh"))
    assert "还没有回访名单" in shown
    assert not re.search(r"变好|变差", shown)


def test_young_arms_have_a_state_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    young: dict[str, list[tuple[int, int | None]]] = {arm: [(9, None)] * 40 for arm in ("control", "coupon")}
    fill(tmp_path, contract([small_shop(young, AS_OF)], as_of=AS_OF))
    shown = html(opened(tmp_path, "followup", monkeypatch, lang="zh"))
    assert "优惠券还早" in shown
    assert "80 人中 80 人未满 30 天" in shown


def test_an_unfair_lot_shows_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uneven: dict[str, list[tuple[int, int | None]]] = {
        "control": [(70, None)] * 60,
        "message": [(70, 5)] * 40,
        "coupon": [(70, 5)] * 140,
    }
    fill(tmp_path, contract([small_shop(uneven, AS_OF)], as_of=AS_OF))
    shown = html(opened(tmp_path, "followup", monkeypatch, lang="zh"))
    assert "分组比例不对" in shown
    assert not re.search(r"变好|变差|划算", shown)
    assert {row.split()[-1] for row in rows_of(shown, "各组与不联系相比")} == {"不可信"}


def test_a_margin_stands_for_costs_that_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arms: dict[str, list[tuple[int, int | None]]] = {
        "control": [(70, 5)] * 10 + [(70, None)] * 40,
        "coupon": [(70, 5)] * 20 + [(70, None)] * 30,
        "message": [(70, None)] * 50,
    }
    tables = small_shop(arms, AS_OF)
    del tables["products"]
    fill(tmp_path, contract([tables], as_of=AS_OF))
    page = opened(tmp_path, "followup", monkeypatch, lang="zh")
    assert "没有成本价" in html(page)
    page.selectbox(key="choice-margin").set_value("30").run()
    assert "30" in page.query_params["margin"]
    assert "+¥6.00" in html(page)  # 30 % of 100 yuan from 20 in 50 against 10 in 50


def test_other_limits_are_named(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "followup", monkeypatch, lang="zh", where__category="小家电")
    assert not page.exception
    shown = html(page)
    assert "只能按店铺、客户等级筛选" in shown
    assert rows_of(shown, "各组与不联系相比"), "the experiment is shown whole"


def test_a_limit_that_no_panel_knows_breaks_none(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "followup", monkeypatch, lang="zh", where__arm="control")
    assert not page.exception
    assert html(page).count("这个指标不按回访分组区分") == 3


def test_a_tier_limits_the_experiment(shop: metrics.Shop, sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tier = shop.values("tier")[0]
    frame = shop.followup(where={"tier": [tier]}).frame
    shown = html(opened(sample_store, "followup", monkeypatch, lang="zh", where__tier=tier))
    counted = frame[frame["days"] == 30]["n"].sum()
    assert f"{counted:,} 人中" in shown
