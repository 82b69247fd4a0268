from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from metrics.meeting import ALWAYS, Meeting, Policy, Reason, Target
from metrics.words import LANGUAGES, Refused, say

JD_REASONS = {
    *("商品破损", "包装破损", "性能故障", "无法开机", "尺码不合适", "与描述不符", "色差", "未收到货", "少件漏发"),
    *("不想要了", "7天无理由", "拍错/多拍", "其他", "外壳划痕", "物流损坏"),
}


@pytest.fixture
def meeting(tmp_path: Path) -> Meeting:
    return Meeting(tmp_path / "store" / "meeting.sqlite")


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
        (lambda m: m.map_reason("色差", "colour", "merchant", author="li"), "unknown_reason"),
        (lambda m: m.map_reason("色差", "other", "nobody", author="li"), "unknown_liable"),
        (lambda m: m.set_target("refund_rate", "", date(2026, 1, 1), "wish", 1, author="li"), "unknown_target"),
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
