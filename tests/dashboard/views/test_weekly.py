"""周复盘 on a review made by hand: its slides, its words, and what is typed while it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path
from unittest.mock import Mock

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from dashboard.data import beside
from dashboard.reviewed.agenda import AGENDA, SECTIONS, folded, led_through
from dashboard.text import Text
from dashboard.views import weekly_followed
from metrics.meeting import Meeting
from metrics.review.model import Followed, Review
from metrics.words import LANGUAGES, Language
from tests.dashboard.reviews import EMPTY, FULL, WEEK, WORKED, followed, spike, words
from tests.dashboard.visits import html, opened
from tests.metrics.batches import small

Shown = Callable[..., AppTest]


@pytest.fixture
def meeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """What this test types, and nobody else reads."""
    typed = Meeting(tmp_path / "meeting.sqlite")
    for module in (data, beside):
        monkeypatch.setattr(module, "meeting", Mock(return_value=typed))
    return typed


@pytest.fixture
def shown(meeting: Meeting, sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    """Open the page on a review."""
    del meeting  # nothing is typed into the sample

    def open_on(review: Review, **params: str) -> AppTest:
        beside._reviewing.clear()  # what a test has made is nobody else's
        monkeypatch.setattr(beside, "_reviewed", lambda *_: review)
        return opened(sample_store, "review", monkeypatch, **{"lang": "zh", **params})

    yield open_on
    beside._reviewing.clear()


def findings(page: AppTest) -> list[str]:
    return [unescape(said) for said in re.findall(r'<h2 class="as-finding">([^<]+)', html(page))]


# --- the agenda ------------------------------------------------------------------------------------------------------


def test_thirty_minutes_are_nine_slides_without_a_gap() -> None:
    assert len(AGENDA) <= 9
    assert (AGENDA[0].start, AGENDA[-1].stop) == (0, 30)
    assert all(before.stop == after.start for before, after in pairwise(AGENDA))
    assert led_through(FULL) == AGENDA


def test_what_has_nothing_to_say_folds_and_the_rest_stays() -> None:
    assert [item.section for item in led_through(EMPTY)] == ["cover", "decided"]
    calm = replace(FULL, spikes=(spike("B1", "壳", level="amber"),), moved_most=None)
    assert folded(calm) == ("cause", "batches")
    known = replace(EMPTY, liable=FULL.liable)
    assert "voices" not in folded(known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folded_slide_is_a_line_on_the_cover(language: Language, shown: Shown) -> None:
    cover = html(shown(EMPTY, lang=language))
    lines = re.findall(r"<li>([^<]+)</li>", cover)
    assert len(lines) == len(SECTIONS) - 2
    text = Text(language)
    assert text("weekly.folded_batches_unknown") in lines  # nobody is told that all is calm where nobody knows
    assert text("weekly.folded_cause_unknown") in lines
    assert text("weekly.folded_voices") in lines
    assert cover.count(f'as-none">{text("state.not_available")}') == 5
    assert not re.search(r">\s*(nan|None|NaT)\s*<", cover)


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_says_its_finding(language: Language, shown: Shown) -> None:
    page = shown(FULL, lang=language)
    assert not page.exception
    said = findings(page)
    assert len(said) == 8  # all but the cover, and the account of savings; this meeting has decided nothing yet
    assert said[2] == FULL.headlines[0].sentence[language]
    whole = html(page)
    assert "as-broken" not in whole
    assert not re.search(r">\s*(nan|None|NaT)\s*<", whole)
    red = [each for each in FULL.spikes if each.level == "red"]
    assert all(each.name in whole and each.advice[language] in whole for each in red)


def test_the_numbers_stand_beside_last_week_last_year_and_their_target(shown: Shown) -> None:
    tile = re.search(r'as-label">退款率</div>(.*?)</div></div>', html(shown(FULL)), re.DOTALL)
    assert tile is not None
    said = re.sub(r"<[^>]+>", " ", tile[1])
    assert "7.9%" in said
    assert "较上周 ▲0.8百分点" in said
    assert re.search(r"去年同周\s+7\.6%", said)
    assert re.search(r"目标 ≤7\.5%\s+未达", said)
    assert "付款周 11.02–11.08，满7天" in said


def test_what_came_of_a_decision_is_one_of_four_words_with_its_sentence(shown: Shown) -> None:
    sentence = words("没见效：19.0% 到 18.8%，前后相比不证明因果", "No effect: 19.0% to 18.8%, which is no proof")
    failed = followed(15, "换加厚纸箱", replace(WORKED, result="not_worked", sentence=sentence))
    told = replace(FULL, followed=(*FULL.followed, failed))
    whole = html(shown(told))
    results = re.findall(r'<p class="as-outcome"><b[^>]*>([^<]+)</b> ([^<]+)', whole)
    assert [word for word, _ in results] == ["见效", "看不出", "还早", "没见效"]
    outcomes = [each.outcome for each in told.followed if each.outcome]
    assert [f"{word}：{sentence}" for word, sentence in results] == [each.sentence["zh"] for each in outcomes]
    assert whole.count("逾期</b>") == 1
    assert "11.02–11.08 那周定的" in whole


def test_at_most_three_batches_share_the_slide_and_the_rest_is_counted(shown: Shown) -> None:
    many = tuple(spike(f"B{place}", f"商品{place}") for place in range(5))
    page = shown(replace(FULL, spikes=many))
    whole = html(page)
    assert [each.name in whole for each in many] == [True, True, True, False, False]
    assert "5 个红色批次" in whole
    assert "其余 2 个红色批次" in whole


def test_the_account_of_savings_sums_what_is_known_and_leaves_the_rest_open(shown: Shown) -> None:
    whole = html(shown(FULL))
    assert "省钱账：少亏约 ¥26,420，标红后没有卖出的库存共 1,385 件" in whole
    november = re.search(r"<tr><td[^>]*>2026-11</td>.*?</tr>", whole)
    assert november is not None
    assert "缺字段" in november[0]
    assert "¥0" not in november[0]


# --- what is typed ---------------------------------------------------------------------------------------------------


def decision(number: int, text: str) -> Followed:
    return followed(number, text, None, status="open", notes="", revision=1)


def sign(page: AppTest, key: str, name: str = "小李") -> AppTest:
    return page.get_by_key(f"author-{key}").input(name).run()


def made(meeting: Meeting, text: str = "改详情页尺码表", week: date = WEEK) -> int:
    due = date(2026, 11, 13)
    return meeting.decide(text, owner="张三", due=due, author="li", week=week, subject_kind="metric", subject="x")


def test_status_and_progress_are_saved_in_place(meeting: Meeting, shown: Shown) -> None:
    made(meeting)
    page = shown(replace(FULL, followed=(decision(1, "改详情页尺码表"),)))
    assert page.get_by_key("followed-1-status-1").disabled
    page = sign(page, "followed")
    page.get_by_key("followed-1-notes-1").input("已上线").run()
    page.get_by_key("followed-1-status-2").select("done").run()
    (now,) = meeting.decisions()
    assert (now.status, now.notes, now.author, now.text) == ("done", "已上线", "小李", "改详情页尺码表")
    assert "已完成 1" in html(page)


def test_two_fields_changed_before_the_page_is_drawn_anew_are_both_saved_and_are_no_conflict(
    meeting: Meeting, shown: Shown
) -> None:
    made(meeting)
    page = sign(shown(replace(FULL, followed=(decision(1, "改详情页尺码表"),))), "followed")
    page.get_by_key("author-followed").input("王五")
    page.get_by_key("followed-1-notes-1").input("已上线")
    page.get_by_key("followed-1-status-1").select("done")
    page.run()
    (now,) = meeting.decisions()
    assert (now.status, now.notes, now.author, now.revision) == ("done", "已上线", "王五", 2)
    assert "as-conflict" not in html(page)


def test_a_field_changed_after_the_other_was_saved_and_before_the_page_was_drawn_is_no_conflict(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each callback runs on its own here, as where the first redraw was cut short by the second change."""
    made(meeting)
    page, one = type("Visit", (), {"store": meeting.path.parent, "text": Text("zh")})(), decision(1, "改详情页尺码表")
    typed = {"author-followed": "王五", "status": "open", "notes": "已上线"}
    monkeypatch.setattr(weekly_followed.st, "session_state", typed)
    weekly_followed._save(page, one, "status", "notes")
    typed["status"] = "done"
    weekly_followed._save(page, one, "status", "notes")
    (now,) = meeting.decisions()
    assert (now.status, now.notes, now.author, now.revision) == ("done", "已上线", "王五", 3)
    meeting.revise(1, 3, author="张三", notes="别人写的")
    typed["notes"] = "再改"
    weekly_followed._save(page, one, "status", "notes")
    assert meeting.decisions()[0].notes == "别人写的", "what somebody else has written since is not written over"


def test_whoever_is_second_sees_both_texts_and_writes_over_nothing(meeting: Meeting, shown: Shown) -> None:
    number = made(meeting)
    page = sign(shown(replace(FULL, followed=(decision(1, "改详情页尺码表"),))), "followed")
    meeting.revise(number, 1, author="王五", notes="等<b>设计</b>出图", status="done")
    page.get_by_key("followed-1-notes-1").input("已上线").run()
    refused = html(page).partition("as-conflict")[2]
    assert "王五改成：已完成 · 等&lt;b&gt;设计&lt;/b&gt;出图" in refused
    assert "你改成：进行中 · 已上线" in refused
    assert meeting.decisions()[0].notes == "等<b>设计</b>出图"
    # The fields show what stands now, and whoever types again has seen it.
    page.get_by_key("followed-1-notes-2").input("图已出，已上线").run()
    assert meeting.decisions()[0].notes == "图已出，已上线"
    assert "as-conflict" not in html(page)


def test_a_decision_of_this_meeting_is_read_back_before_the_review_is_made_anew(meeting: Meeting, shown: Shown) -> None:
    made(meeting, "停售 B0912", week=WEEK + timedelta(weeks=1))
    made(meeting, "上周的事", week=WEEK)
    read = html(shown(replace(FULL, followed=()))).partition("本周 1 项决议")[2]
    assert "停售 B0912" in read
    assert "张三 · 2026-11-13 到期" in read
    assert "上周的事" not in read


def test_a_decision_is_prefilled_with_the_subject_of_its_section(shown: Shown) -> None:
    page = shown(FULL)
    page.button(key="decide-batches").click().run()
    subject = page.get_by_key("decision-subject")
    assert subject.value == ("batch", "京东旗舰店/100012345678/B1033", "轻云跑步鞋 B1033")
    assert subject.options[-1] == "其他（不对应某个数）"


def test_a_phone_that_somebody_typed_is_not_shown_to_the_room(meeting: Meeting, shown: Shown) -> None:
    made(meeting, "给客户 13812345678 回电", week=WEEK + timedelta(weeks=1))
    told = replace(FULL, followed=(decision(7, "联系 13912345678"),), spikes=(spike("B1", "壳 13712345678"),))
    page = html(shown(told))
    assert "回电" in page
    assert not re.search(r"1[3-9]\d{9}", page)


def test_a_review_that_is_still_being_made_says_so(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "review", Mock(return_value=None))
    monkeypatch.setattr(data, "is_reviewed", Mock(return_value=False))
    monkeypatch.setattr(data, "kept_review", Mock(return_value=None))
    shown = html(opened(sample_store, "review", monkeypatch, lang="zh"))
    assert "正在汇总这一周" in shown
    assert "as-finding" not in shown


@pytest.mark.parametrize("params", [{}, {"meeting": "1"}, {"week": "2024-01-01"}])
def test_a_week_that_cannot_be_reviewed_is_said_and_is_no_fault(
    params: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.opened(tmp_path, small.tables_of([small.line("a", None, "2026-11-16 08:00")], []))
    shown = html(opened(tmp_path, "review", monkeypatch, lang="zh", **params))
    assert "还没有完整的一周可以复盘" in shown
    assert "as-broken" not in shown
