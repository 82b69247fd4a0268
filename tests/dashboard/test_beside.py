"""Works that go on beside the page that asked for them: begun once, awaited a while, tried again where they failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from traceback import walk_tb

import pytest

import metrics
from dashboard import data
from dashboard.data import beside
from dashboard.report.cleared import cleared
from metrics.meeting import Meeting
from metrics.review.model import Review
from metrics.words import Refused


@pytest.fixture
def source(sample_store: Path) -> Iterator[data.Source]:
    found = data.newest(sample_store)
    assert found is not None
    beside._reviewing.clear()
    yield found
    beside._reviewing.clear()


@pytest.mark.parametrize("where", [{}, {"category": ("小家电",)}])
def test_out_of_the_cache_a_review_says_what_the_shop_says(
    source: data.Source, sample_store: Path, where: dict[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "PATIENCE", timedelta(minutes=1))
    direct = cleared(metrics.open_shop(sample_store).review(where=where))
    assert data.review(source, None, where) == direct
    beside._reviewing.clear()
    assert data.review(source, None, where) == direct  # and so it does when each answer is remembered


def test_what_takes_long_is_begun_once_and_there_for_whoever_asks_later(
    source: data.Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, begun = Event(), []

    def slow(*asked: object) -> Review | None:
        begun.append(asked)
        may_end.wait(60)
        return None

    monkeypatch.setattr(beside, "_reviewed", slow)
    monkeypatch.setattr(beside, "cleared", lambda _: "the review")
    monkeypatch.setattr(beside, "PATIENCE", timedelta(milliseconds=50))
    assert data.review(source, None, {}) is None
    assert not data.is_reviewed(source, None, {})
    may_end.set()
    monkeypatch.setattr(beside, "PATIENCE", timedelta(minutes=1))
    assert data.review(source, None, {}) == "the review"
    assert data.is_reviewed(source, None, {})
    assert len(begun) == 1


def test_what_failed_is_tried_again_but_what_the_data_refuse_is_not(
    source: data.Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "PATIENCE", timedelta(minutes=1))
    monkeypatch.setattr(beside, "AGAIN", timedelta(seconds=0.3))
    failures: list[Exception] = [MemoryError("a bad moment"), Refused("review.no_data")]
    tried = []

    def failing(*_: object) -> Review:
        tried.append(failures[0])
        raise failures[0]

    monkeypatch.setattr(beside, "_reviewed", failing)
    with pytest.raises(MemoryError):
        data.review(source, None, {})
    failures.pop(0)
    with pytest.raises(Refused):
        _until_forgotten(source)
    with pytest.raises(Refused):
        data.review(source, None, {})
    assert len(tried) == 2


def test_a_failure_that_many_readers_are_told_keeps_none_of_their_pages(
    source: data.Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: object) -> Review:
        raise Refused("review.no_data")

    monkeypatch.setattr(beside, "_reviewed", refusing)
    monkeypatch.setattr(beside, "PATIENCE", timedelta(minutes=1))
    lengths = []
    for _ in range(5):
        with pytest.raises(Refused) as told:
            data.review(source, None, {})
        lengths.append(len(list(walk_tb(told.value.__traceback__))))
    assert len(set(lengths)) == 1


def _until_forgotten(source: data.Source) -> None:
    """Ask until the failure has been forgotten, which a clock beside this one does; not for ever."""
    until = monotonic() + 60
    while monotonic() < until:
        with suppress(MemoryError):
            data.review(source, None, {})
        sleep(0.02)


def test_a_decision_is_in_the_next_review(source: data.Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = Meeting(tmp_path / "meeting.sqlite")
    monkeypatch.setattr(beside, "meeting", lambda _: typed)
    monkeypatch.setattr(beside, "PATIENCE", timedelta(minutes=1))
    before = data.review(source, None, {})
    typed.set_target("refund_rate", "", date(2026, 1, 1), "own", 0.03, author="小李")
    after = data.review(source, None, {})
    assert before is not None
    assert after is not None
    assert before.headlines[0].target is None
    assert after.headlines[0].target is not None
    assert after.revision > before.revision
