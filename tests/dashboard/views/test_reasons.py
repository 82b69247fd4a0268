"""原因与处理建议: the reasons of a week, what to do about them, and texts that nobody has mapped yet."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

import metrics
from dashboard import data, reasons
from dashboard.text import Text
from dashboard.views import case_advice
from metrics.meeting import Meeting
from metrics.words import LANGUAGES, Language, format_value, value_label
from tests.dashboard.visits import html, opened
from tests.metrics.filled import contract, fill
from tests.metrics.shops import ShopSpec, make_shop

UNMAPPED = "从未见过的原因"


@pytest.fixture
def own_store(sample_store: Path, tmp_path: Path) -> Path:
    """The sample, in a store in which a test may type."""
    return Path(shutil.copytree(sample_store, tmp_path / "store"))


@pytest.fixture
def strange_store(tmp_path: Path) -> Path:
    """A shop one of whose reason texts nobody knows."""
    return fill(tmp_path / "strange", contract([make_shop(ShopSpec("甲店", 3, 900, frozenset()))])).root


def rows_of(shown: str, caption: str) -> list[str]:
    table = re.search(rf'aria-label="{caption}">(.*?)</table>', shown, re.DOTALL)
    assert table is not None
    return [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr.*?</tr>", table[1], re.DOTALL)[1:]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bars_hold_the_shares_of_the_query_the_largest_first(
    language: Language, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = metrics.open_shop(sample_store)
    week = shop.last_full_week
    assert week is not None
    told = shop.query("reason_share", by=["reason"], start=week, stop=week + timedelta(weeks=1))
    told = told.sort_values("numerator", ascending=False, kind="stable")
    text = Text(language)
    shown = rows_of(html(opened(sample_store, "reasons", monkeypatch, lang=language)), text("reasons.share"))
    assert len(shown) == len(told)
    for row, each in zip(shown, told.to_dict("records"), strict=True):
        assert value_label("reason", each["reason"], language) in row
        assert format_value(each["value"], "share", language) in row
    assert not re.search(r"changed_mind|wrong_size|refund_only", " ".join(shown))


def test_a_bar_limits_the_page_and_once_more_lifts_it(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(sample_store, "reasons", monkeypatch, lang="zh")
    page.button(key="row-reasons-1").click().run()
    assert page.query_params["where.reason"] == "wrong_size"
    shown = html(page)
    chosen = re.search(r'<tr aria-selected="true">.*?</tr>', shown, re.DOTALL)
    assert chosen is not None
    assert "尺码不合" in chosen[0]
    # The others are still there to be compared with, and the offers are those of this reason alone.
    assert len(rows_of(shown, "占比")) > 5
    assert {row.split()[0] for row in rows_of(shown, "各原因给出的方案与挽回率")} == {"尺码不合"}
    page.button(key="row-reasons-1").click().run()
    assert "where.reason" not in page.query_params


def test_an_earlier_week_shows_its_own_tickets(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = metrics.open_shop(sample_store)
    assert shop.last_full_week is not None
    week = shop.last_full_week - timedelta(weeks=5)
    told = shop.query("reason_share", start=week, stop=week + timedelta(weeks=1))
    shown = html(opened(sample_store, "reasons", monkeypatch, lang="zh", week=week.isoformat()))
    assert f"申请周 {Text('zh').week(week)} · {told['numerator'].iloc[0]:,.0f} 单" in shown


def test_a_week_without_tickets_says_so(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = html(opened(sample_store, "reasons", monkeypatch, lang="zh", week="2001-01-01"))
    assert "这一周没有售后单" in shown
    assert "as-broken" not in shown


def test_a_file_without_tickets_names_the_export_that_it_lacks(
    undated_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(opened(undated_store, "reasons", monkeypatch, lang="zh"))
    assert "《售后服务单》里要有申请时间；补齐后再导入" in shown
    assert "导入的售后单里没有“申请原因”这一列" in shown
    assert "0.0%" not in shown


def test_the_offers_hold_the_numbers_of_the_query(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = metrics.open_shop(sample_store)
    week = shop.last_full_week
    assert week is not None
    asked = {"start": week - timedelta(weeks=12), "stop": week + timedelta(weeks=1)}
    told = shop.query("compensation_save_rate", by=["reason", "kind"], **asked).sort_values("n", ascending=False)
    first = told.iloc[0]
    row = rows_of(html(opened(sample_store, "reasons", monkeypatch, lang="zh")), "各原因给出的方案与挽回率")[0].split()
    assert row[:5] == [
        value_label("reason", first["reason"], "zh"),
        value_label("kind", first["kind"], "zh"),
        *(f"{first[name]:,.0f}" for name in ("n", "denominator", "numerator")),
    ]


# --- advice ----------------------------------------------------------------------------------------------------------


def test_nobody_edits_without_a_name(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(own_store, "reasons", monkeypatch, lang="zh")
    assert any("先填署名" in str(each.value) for each in page.caption)
    page.get_by_key("author-advice").input("li").run()
    assert not page.exception
    assert not any("先填署名" in str(each.value) for each in page.caption)


def test_what_was_typed_is_read_by_the_next_visitor_with_its_author(
    own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(own_store, "reasons", monkeypatch, lang="zh")
    meeting = data.meeting(own_store)
    meeting.advise("return", "changed_mind", advice="先问<b>原因</b>再退", note="周五复盘", author="小<王>")
    shown = html(opened(own_store, "reasons", monkeypatch, lang="zh"))
    assert "建议：先问&lt;b&gt;原因&lt;/b&gt;再退" in shown
    assert "小&lt;王&gt;" in shown
    assert "<b>原因" not in shown
    first = rows_of(shown, "修改记录")[0]
    assert "退货 · 不想要了" in first
    assert "周五复盘" in first


def test_a_cell_that_is_edited_is_saved_at_once(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor itself needs a browser; what it calls is called here with what the browser sends."""
    saved: list[str] = []
    monkeypatch.setattr(case_advice.st, "toast", lambda words, **_: saved.append(words))
    page = type("Visit", (), {"store": own_store, "text": Text("zh")})()
    shop = metrics.open_shop(own_store)
    assert shop.last_full_week is not None
    pairs = shop.compare(reasons.of_week("reason_share", reasons.PAIR, {}, shop.last_full_week))
    cases = case_advice.playbook.playbook(pairs, pairs.head(0), [], Text("zh"))
    monkeypatch.setattr(
        case_advice.st, "session_state", {"k": {"edited_rows": {0: {"advice": "先沟通"}}}, "author-a": "li"}
    )
    case_advice._save(page, cases, "a", "k")
    newest = Meeting(own_store / "meeting.sqlite").advice_history(cases["type"].iloc[0], cases["reason"].iloc[0])[0]
    assert (newest.advice, newest.note, newest.author) == ("先沟通", "", "li")
    assert saved == [f"已保存：{reasons.named(cases.iloc[0], Text('zh'))}"]
    case_advice.st.session_state["author-a"] = " "  # taken back since: it is the name as it stands that counts
    case_advice._save(page, cases, "a", "k")
    assert len(saved) == 2
    assert "已保存" not in saved[1]
    case_advice._save(page, cases, "a", "left")
    assert len(saved) == 2, "the editor is gone where its page was left"


def test_what_was_decided_about_a_reason_stands_under_it(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    due = date(2026, 11, 20)
    told = {"owner": "张", "due": due, "author": "li", "week": due, "subject_kind": "reason"}
    data.meeting(own_store).decide("改尺码表<b>", subject="wrong_size", **told)
    shown = html(opened(own_store, "reasons", monkeypatch, lang="zh"))
    assert "改尺码表" not in shown, "the panel speaks of another reason"
    shown = html(opened(own_store, "reasons", monkeypatch, lang="zh", where__reason="wrong_size"))
    assert "改尺码表&lt;b&gt;" in shown


# --- reasons that nobody knows ---------------------------------------------------------------------------------------


def test_an_unknown_text_is_counted_and_mapped_in_place(strange_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = int(
        metrics.open_shop(strange_store)
        .sql(f"SELECT COUNT(*) FROM tickets WHERE reason_text = '{UNMAPPED}'")
        .iloc[0, 0]
    )
    page = opened(strange_store, "reasons", monkeypatch, lang="zh")
    assert f"1 种原因写法还没归类，共 {count:,} 单" in html(page)
    button = next(each for each in page.button if each.key.startswith("map-"))
    assert button.disabled
    page.get_by_key("author-mapping").input("li").run()
    next(each for each in page.selectbox if each.key.startswith("map-reason-")).select("damaged").run()
    next(each for each in page.selectbox if each.key.startswith("map-liable-")).select("carrier").run()
    next(each for each in page.button if each.key.startswith("map-")).click().run()
    assert not page.exception
    mapped = {each.reason_text: each[1:] for each in Meeting(strange_store / "meeting.sqlite").reasons()}
    assert mapped[UNMAPPED] == ("damaged", "carrier")
    assert "已归为破损 · 物流责，从下个版本起生效" in html(page)
    # Until the next version its tickets are still counted as they were.
    assert f"1 种原因写法还没归类，共 {count:,} 单" in html(page)


def test_nothing_unknown_is_said_calmly(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "所有原因写法都已归类" in html(opened(sample_store, "reasons", monkeypatch, lang="zh"))
