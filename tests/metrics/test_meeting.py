from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from metrics.meeting import ALWAYS, Meeting, Policy, Reason, Score, Target
from metrics.words import LANGUAGES, Refused, say

JD_REASONS = {
    *("商品破损", "包装破损", "性能故障", "无法开机", "尺码不合适", "与描述不符", "色差", "未收到货", "少件漏发"),
    *("不想要了", "7天无理由", "拍错/多拍", "其他", "外壳划痕", "物流损坏"),
}


ROOT = Path(__file__).parents[2]
MONDAY, DUE = date(2026, 11, 16), date(2026, 11, 20)


def decide(meeting: Meeting, text: str = "停售", owner: str = "li", **more: Any) -> int:
    return meeting.decide(text, **{"owner": owner, "due": DUE, "author": "wang", "week": MONDAY, **more})


@pytest.fixture
def meeting(tmp_path: Path) -> Meeting:
    return Meeting(tmp_path / "store" / "meeting.sqlite")


def test_a_rule_keeps_what_was_announced_and_an_older_file_is_read(meeting: Meeting) -> None:
    since, told = datetime(2026, 11, 1), date(2026, 10, 20)
    meeting.add_policy("response_hours", since, 12, author="li")
    with sqlite3.connect(meeting.path) as con:
        con.execute("DROP TABLE policy_notices")
    assert Policy("response_hours", since, 12, None, "") in meeting.policies()
    meeting.add_policy("return_window_days", since, 15, told, " https://rule.example/1 ", author="li")
    assert Policy("return_window_days", since, 15, told, "https://rule.example/1") in meeting.policies()
    assert Policy("response_hours", since, 12, None, "") in meeting.policies()
    meeting.add_policy("return_window_days", since, 15, author="wang")  # typed anew without it: the later entry counts
    assert Policy("return_window_days", since, 15, None, "") in meeting.policies()


def test_reading_gives_the_defaults_and_creates_nothing(meeting: Meeting) -> None:
    assert meeting.policies() == [Policy("response_hours", ALWAYS, 24), Policy("return_window_days", ALWAYS, 7)]
    assert (meeting.targets(), meeting.revision) == ([], 0)
    assert not meeting.path.parent.exists()


def test_the_reasons_of_a_jd_export_are_known_and_each_text_means_one_thing(meeting: Meeting) -> None:
    known = {each.reason_text: (each.reason, each.liable) for each in meeting.reasons()}
    assert known.keys() >= JD_REASONS
    assert len(known) == len(meeting.reasons())
    assert known["物流损坏"] == ("damaged", "carrier")
    assert known["无法开机"] == ("malfunction", "merchant")
    assert known["7天无理由"] == ("changed_mind", "buyer")


def test_what_is_typed_later_counts_and_what_was_typed_before_stays(meeting: Meeting) -> None:
    since = datetime(2026, 11, 1)
    assert meeting.add_policy("return_window_days", since, 15, author="li") == 1
    assert meeting.add_policy("return_window_days", since, 14, author="wang") == 2
    assert meeting.map_reason("色差", "other", "none", author="li") == 3
    assert meeting.policies()[1:] == [Policy("return_window_days", ALWAYS, 7), Policy("return_window_days", since, 14)]
    assert Reason("色差", "other", "none") in meeting.reasons()
    assert meeting.revision == 3
    with sqlite3.connect(meeting.path) as con:
        assert con.execute("SELECT revision, value FROM policies").fetchall() == [(1, 15.0), (2, 14.0)]
        typed = con.execute("SELECT author, at FROM revisions").fetchall()
    assert [author for author, _ in typed] == ["li", "wang", "li"]
    assert all(datetime.now(UTC) - datetime.fromisoformat(at) < timedelta(minutes=5) for _, at in typed)


def test_a_target_is_kept_by_metric_scope_day_and_kind(meeting: Meeting) -> None:
    day = date(2026, 11, 1)
    meeting.set_target("refund_rate", "", day, "own", 0.1, author="li")
    meeting.set_target("refund_rate", "", day, "platform", 0.12, author="li")
    meeting.set_target("refund_rate", "", day, "own", 0.08, author="li")
    assert meeting.targets() == [
        Target("refund_rate", "", day, "own", 0.08),
        Target("refund_rate", "", day, "platform", 0.12),
    ]


def test_authors_typing_at_the_same_time_lose_nothing(meeting: Meeting) -> None:
    def add(number: int) -> int:
        return meeting.add_policy("response_hours", datetime(2026, 1, 1) + timedelta(days=number), number, author="li")

    with ThreadPoolExecutor(8) as pool:
        revisions = list(pool.map(add, range(24)))
    assert sorted(revisions) == list(range(1, 25))
    assert len(meeting.policies()) == 26


def test_reading_leaves_the_file_as_it_was(meeting: Meeting) -> None:
    meeting.add_policy("response_hours", datetime(2026, 1, 1), 12, author="li")
    before = meeting.path.read_bytes()
    meeting.policies()
    meeting.reasons()
    assert meeting.path.read_bytes() == before


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (lambda m: m.add_policy("refund_hours", ALWAYS, 1, author="li"), "unknown_policy"),
        (lambda m: m.add_policy("response_hours", datetime(2026, 1, 1, tzinfo=UTC), 1, author="li"), "zoned"),
        (lambda m: m.add_policy("response_hours", ALWAYS, 1, author=" "), "no_author"),
        (lambda m: m.add_policy("response_hours", ALWAYS, -1, author="li"), "no_value"),
        (lambda m: m.map_reason("色差", "colour", "merchant", author="li"), "unknown_reason"),
        (lambda m: m.map_reason("色差", "other", "nobody", author="li"), "unknown_liable"),
        (lambda m: m.set_target("refund_rate", "", date(2026, 1, 1), "wish", 1, author="li"), "unknown_target"),
        (lambda m: m.advise("gift", "other", advice="a", note="", author="li"), "unknown_type"),
        (lambda m: m.advise("return", "bad", advice="a", note="", author="li"), "unknown_reason"),
        (lambda m: m.give_verdict("甲店", "S", "B", "maybe", judged_on=MONDAY, author="li"), "unknown_verdict"),
        (lambda m: m.give_verdict("甲店", "S", "B", "confirmed", judged_on=MONDAY, author=""), "no_author"),
        (lambda m: decide(m, subject_kind="shop"), "unknown_subject"),
        (lambda m: decide(m, text=" "), "no_text"),
        (lambda m: decide(m, owner=" "), "no_owner"),
        (lambda m: m.revise(7, 1, author="li"), "no_decision"),
        (lambda m: m.enter_score(MONDAY, " ", 1, None, author="li"), "no_item"),
        (lambda m: m.enter_score(MONDAY, "纠纷率", float("nan"), None, author="li"), "no_number"),
    ],
)
def test_an_entry_that_means_nothing_is_refused_and_not_kept(
    meeting: Meeting, entry: Callable[[Meeting], int], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        entry(meeting)
    assert refusal.value.finding.code == f"meeting.{code}"
    assert all(say(refusal.value.finding, language) for language in LANGUAGES)
    assert meeting.revision == 0


# ── the playbook ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_trade_has_three_rows_of_advice_in_both_languages(meeting: Meeting) -> None:
    zh, en = meeting.advice("zh"), meeting.advice("en")
    cases = [("exchange", "wrong_size"), ("repair", "malfunction"), ("return", "malfunction")]
    assert [(each.type, each.reason) for each in zh] == [(each.type, each.reason) for each in en] == cases
    assert all("\u4e00" <= each.advice[0] <= "\u9fff" and each.note for each in zh)
    assert all(each.advice.isascii() and each.note for each in en)
    assert all((each.author, each.at, each.revision) == ("", None, 0) for each in zh)
    assert not meeting.path.exists()


def test_advice_that_was_typed_stands_over_the_default_and_every_state_is_kept(meeting: Meeting) -> None:
    meeting.advise("return", "malfunction", advice="先换新", note="供应商A", author="li")
    meeting.advise("return", "malfunction", advice="", note="", author="wang")
    meeting.advise("reship", "missing_parts", advice="当天补寄", note="", author="li")
    now = {(each.type, each.reason): each for each in meeting.advice("en")}
    assert len(now) == 4
    assert now["reship", "missing_parts"].advice == "当天补寄"
    assert (now["return", "malfunction"].advice, now["return", "malfunction"].author) == ("", "wang")
    history = meeting.advice_history("return", "malfunction", "zh")
    assert [(each.advice, each.author, each.revision) for each in history[:2]] == [("", "wang", 2), ("先换新", "li", 1)]
    assert history[2:] == [each for each in Meeting(meeting.path.with_name("new")).advice() if each.type == "return"]


# ── verdicts and scores ──────────────────────────────────────────────────────────────────────────────────────────────


def test_of_the_verdicts_on_a_batch_the_newest_stands_and_one_taken_back_does_not(meeting: Meeting) -> None:
    meeting.give_verdict("甲店", "S1", "B1", "confirmed", judged_on=MONDAY, author="li", note=" 外壳开裂 ")
    meeting.give_verdict("甲店", "S1", "B2", "false_alarm", judged_on=MONDAY, author="li")
    meeting.give_verdict("甲店", "S1", "B2", "confirmed", judged_on=DUE, author="wang")
    meeting.give_verdict("乙店", "S1", "B1", "false_alarm", judged_on=MONDAY, author="li")
    meeting.withdraw_verdict("乙店", "S1", "B1", judged_on=MONDAY, author="li")
    found = [(each.batch_id, each.verdict, each.note, each.judged_on, each.author) for each in meeting.verdicts()]
    assert found == [("B1", "confirmed", "外壳开裂", MONDAY, "li"), ("B2", "confirmed", "", DUE, "wang")]
    assert all(each.at.tzinfo is not None for each in meeting.verdicts())
    assert meeting.revision == 5


def test_the_back_offices_scores_are_kept_by_day_and_item(meeting: Meeting) -> None:
    meeting.enter_score(MONDAY, "纠纷率", 0.3, 0.4, author="li")
    meeting.enter_score(MONDAY, "纠纷率", 0.31, None, author="wang")
    meeting.enter_score(MONDAY, "售后处理时长", 12, 10, author="li")
    assert [each[:5] for each in meeting.scorecard()] == [
        (MONDAY, "售后处理时长", 12.0, 10.0, "li"),
        (MONDAY, "纠纷率", 0.31, None, "wang"),
    ]
    assert isinstance(meeting.scorecard()[0], Score)


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_decision_keeps_its_number_and_its_earlier_words(meeting: Meeting) -> None:
    first = decide(meeting, "停售 B1", subject_kind="batch", subject="甲店/S1/B1", week=DUE)
    second = decide(meeting, "改尺码表", owner="zhao")
    assert (first, second) == (1, 2)
    before = meeting.decisions()[0]
    assert (before.week, before.status, before.subject) == (MONDAY, "open", "甲店/S1/B1")  # the Monday of that Friday
    revision = meeting.revise(first, before.revision, author="li", status="done", notes="已下架 320 件")
    now = meeting.decisions()[0]
    assert now == before._replace(status="done", notes="已下架 320 件", author="li", at=now.at, revision=revision)
    assert meeting.decision_history(first) == [now, before]
    assert meeting.due_decisions(DUE) == [meeting.decisions()[1]]
    assert meeting.due_decisions(DUE - timedelta(days=1)) == []


def test_two_who_change_one_decision_see_both_texts_and_nothing_is_written_over(meeting: Meeting) -> None:
    number = decide(meeting)
    seen = meeting.decisions()[0].revision
    meeting.revise(number, seen, author="li", text="停售并索赔")
    with pytest.raises(Refused) as refusal:
        meeting.revise(number, seen, author="wang", text="只做抽检")
    for language in LANGUAGES:
        words = say(refusal.value.finding, language)
        assert "停售并索赔" in words
        assert "只做抽检" in words
    assert [each.text for each in meeting.decision_history(number)] == ["停售并索赔", "停售"]
    meeting.revise(number, meeting.decisions()[0].revision, author="wang", text="停售并索赔，先抽检")
    assert meeting.decisions()[0].text == "停售并索赔，先抽检"


# ── files and processes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_from_before_an_entry_existed_is_read_and_takes_it(meeting: Meeting) -> None:
    decide(meeting)
    meeting.set_target("refund_rate", "", MONDAY, "own", 0.1, author="li")
    with sqlite3.connect(meeting.path) as con:
        for table in ("advice", "verdicts", "decisions", "scorecard"):
            con.execute(f"DROP TABLE {table}")
    assert (meeting.decisions(), meeting.verdicts(), meeting.scorecard()) == ([], [], [])
    assert len(meeting.advice()) == 3
    assert len(meeting.targets()) == 1
    assert decide(meeting) == 1
    assert meeting.decisions()[0].revision == 3


def test_what_was_acknowledged_survives_a_killed_writer_and_two_writers_lose_nothing(meeting: Meeting) -> None:
    script = Path(__file__).with_name("meeting_writer.py")
    writers = [
        subprocess.Popen([sys.executable, script, meeting.path, name], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for name in ("li", "wang")
    ]
    acknowledged: list[tuple[str, int]] = []
    for name, writer in zip(("li", "wang"), writers, strict=True):
        assert writer.stdout is not None
        acknowledged += [(name, int(writer.stdout.readline())) for _ in range(15)]
    for writer in writers:
        writer.kill()
    for name, writer in zip(("li", "wang"), writers, strict=True):
        acknowledged += [(name, int(line)) for line in writer.communicate()[0].split()]
    kept = {(each.owner, each.number) for each in meeting.decisions()}
    assert kept >= set(acknowledged)
    assert len({number for _, number in kept}) == len(kept) <= len(acknowledged) + len(writers)
    with sqlite3.connect(meeting.path) as con:
        assert con.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert con.execute("SELECT COUNT(*) FROM revisions").fetchone() == (len(kept),)
    assert decide(meeting) == len(kept) + 1


def test_a_writer_that_dies_in_the_middle_of_an_entry_leaves_none_of_it(meeting: Meeting) -> None:
    number = decide(meeting)
    dying = """
import os, sys
from pathlib import Path
from metrics.meeting import Meeting

with Meeting(Path(sys.argv[1]))._writing("li") as (con, revision):
    con.execute("UPDATE decisions SET text = 'half'")
    con.execute("INSERT INTO attendees VALUES (?, '2026-11-16', 'half')", (revision,))
    os.kill(os.getpid(), 9)
"""
    died = subprocess.run([sys.executable, "-c", dying, meeting.path], cwd=ROOT, check=False)
    assert died.returncode == -9
    assert meeting.attendees(MONDAY) == []
    assert [(each.number, each.text, each.revision) for each in meeting.decisions()] == [(number, "停售", 1)]
    assert meeting.attend(MONDAY, ["李"], author="li") == 2


def test_of_two_who_revise_at_the_same_moment_one_is_kept_and_the_other_reads_both_texts(meeting: Meeting) -> None:
    number = decide(meeting)
    seen = meeting.decisions()[0].revision

    def revise(name: str) -> str:
        try:
            meeting.revise(number, seen, author=name, text=f"{name} 的话")
        except Refused as refused:
            return say(refused.finding, "zh")
        return ""

    with ThreadPoolExecutor(2) as both:
        said = dict(zip(("li", "wang"), both.map(revise, ("li", "wang")), strict=True))
    (kept,) = (name for name, refusal in said.items() if not refusal)
    (told,) = (refusal for refusal in said.values() if refusal)
    assert meeting.decisions()[0].text == f"{kept} 的话"
    assert "li 的话" in told
    assert "wang 的话" in told


def test_who_sat_in_a_meeting_is_kept_by_week_and_the_newest_list_stands(meeting: Meeting) -> None:
    assert meeting.attendees(MONDAY) == []
    meeting.attend(MONDAY, ["李", " 王  五 ", "李", ""], author="li")
    meeting.attend(MONDAY + timedelta(days=7), ["赵"], author="li")
    assert meeting.attendees(MONDAY + timedelta(days=4)) == ["李", "王 五"]
    meeting.attend(MONDAY, ["王 五"], author="wang")
    assert meeting.attendees(MONDAY) == ["王 五"]
