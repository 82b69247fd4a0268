"""平台规则与自动审核: calendar, change at equal age, replay and dry run, each as the shop answers it."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

import metrics
from dashboard import data
from dashboard.text import Text
from metrics.meeting import Meeting
from metrics.words import LANGUAGES, Language, format_value
from tests.dashboard.views.test_reasons import rows_of
from tests.dashboard.visits import html, opened


@pytest.fixture(scope="module")
def shop(sample_store: Path) -> metrics.Shop:
    return metrics.open_shop(sample_store)


@pytest.fixture
def own_store(sample_store: Path, tmp_path: Path) -> Path:
    """A store whose rules a test may type."""
    return Path(shutil.copytree(sample_store, tmp_path / "store"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_the_shop_answers(
    language: Language, shop: metrics.Shop, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, text = opened(sample_store, "rules", monkeypatch, lang=language), Text(language)
    shown = html(page)
    assert shop.policy_effect().sentence(language) in shown.replace("&gt;", ">")
    assert len(page.get("plotly_chart")) == 1
    rows = rows_of(shown, text("rules.replay"))
    summary = shop.replay_rules().summary.to_dict("records")
    assert len(rows) == len(summary)
    for row, told in zip(rows, summary, strict=True):
        assert f"{told['wrong']:,}/{told['settled']:,}" in row
        assert format_value(told["value"], "share", language) in row
        assert f"{told['hours_saved']:,.0f}" in row
    assert all(rule.label(language) in shown for rule in shop.approval_rules())
    waiting = shop.approvable()
    assert (
        text("rules.waiting_title", count=len(waiting), money=format_value(waiting["amount"].sum(), "yuan", language))
        in shown
    )
    assert all(number in shown for number in waiting["ticket_id"].head(10))


def test_a_rule_that_was_replaced_is_in_force_no_more(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample has hours to answer, and a window of 7 days that became 15 on 26 October."""
    shown = html(opened(own_store, "rules", monkeypatch, lang="zh"))
    assert "2 条生效中，0 条待生效" in shown
    assert [row.split()[0] for row in rows_of(shown, "平台规则日历")] == ["2026-10-26", "一直如此", "2026-10-26"]
    assert "2026-10-26 之前" in shown
    Meeting(own_store / "meeting.sqlite").add_policy("return_window_days", datetime(2026, 11, 1), 10, author="li")
    shown = html(opened(own_store, "rules", monkeypatch, lang="zh"))
    assert "2 条生效中" in shown
    assert "至 2026-11-01" in shown


def test_a_link_to_a_rule_shows_its_conditions_and_its_tickets(
    shop: metrics.Shop, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = shop.approval_rules()[1].name
    page = opened(sample_store, "rules", monkeypatch, lang="zh", rule=name)
    shown = html(page)
    assert 'aria-selected="true"' in shown
    assert "有运费险" in shown
    told = shop.replay_rules().summary.set_index("rule").loc[name]
    assert [button for button in page.button if button.label == f"看这 {told['tickets']:,} 单"]
    expected = shop.approvable().query("rule == @name")
    assert len(rows_of(shown, "试运行：现在会通过的单")) == min(len(expected), 10)
    assert "rule" in html(
        opened(sample_store, "rules", monkeypatch, lang="zh", rule="别人的规则")
    )  # said to be ignored


def test_the_drawer_lists_the_tickets_behind_a_number(
    shop: metrics.Shop, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(sample_store, "rules", monkeypatch, lang="zh")
    page.button(key="replay-rows").click().run()
    counts = [len(shop.replay_rules().rows(None, of)) for of in ("tickets", "breaches", "wrong")]
    assert all(f"共 {count} 单" in html(page) for count in counts)
    assert len(page.dataframe) == 3
    assert all("***" in str(account) for account in page.dataframe[0].value["买家账号（已打码）"].head(5))


def test_a_typed_rule_is_announced_on_both_pages_from_two_weeks_before(
    own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "天（11-12 公告）" not in html(opened(own_store, "rules", monkeypatch, lang="zh"))
    since, told = datetime(2026, 11, 25), date(2026, 11, 12)
    meeting = Meeting(own_store / "meeting.sqlite")
    meeting.add_policy("response_hours", since, 12, told, "规则中心 <118>", author="小王")
    for view in ("rules", "overview"):
        shown = html(opened(own_store, view, monkeypatch, lang="zh"))
        assert "审核时限 24→12 小时：11-25 起生效，还有 9 天（11-12 公告）" in shown
    assert "规则中心 &lt;118&gt;" in html(opened(own_store, "rules", monkeypatch, lang="zh"))


def test_a_wrong_file_of_rules_is_told_with_its_line_and_the_rest_is_drawn(
    own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_store / "rules.toml").write_text('[[rule]]\nname = "a"\ntype = ["return"]\nmax_amuont = 1\n', encoding="utf-8")
    page = opened(own_store, "rules", monkeypatch, lang="zh", rule="a")
    assert "第 4 行：不认识“max_amuont”" in html(page)
    assert len(page.get("plotly_chart")) == 1


def test_a_store_without_days_says_why_nothing_can_be_seen(
    undated_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(undated_store, "rules", monkeypatch, lang="zh"))
    assert "还没有前后可比" in shown
    assert "没有可回放的售后单" in shown
    assert "现在没有符合规则的单" in shown


def test_a_replay_that_takes_long_leaves_the_rest_of_the_page(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "replay_rules", lambda *_: None)
    monkeypatch.setattr(data, "is_replayed", lambda *_: False)
    shown = html(opened(sample_store, "rules", monkeypatch, lang="zh"))
    assert "正在用历史售后单试算" in shown
    assert "退货期" in shown
