"""Works that go on beside the page: the judging of batches, the review of a week, the replay of rules.

A page waits a moment for them and is drawn without them; whoever asks later gets what was made meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import date, timedelta
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import streamlit as st

import metrics
from dashboard.data.handling import queue
from dashboard.data.numbers import ask, compare, decomposed, sql, values
from dashboard.data.source import Limits, Source, as_limits, at_version, meeting, opened
from dashboard.report.cleared import cleared
from metrics.batches import Family
from metrics.catalog import ReadingName
from metrics.policy import Replay, Rule
from metrics.policy.history import TOLD
from metrics.policy.replay import within
from metrics.question import Against, Value
from metrics.review.frozen import from_json
from metrics.words import Finding, Refused

if TYPE_CHECKING:
    from metrics.batches.report import SpikeReport
    from metrics.drivers import Why
    from metrics.review.model import Review

PATIENCE = timedelta(seconds=3)  # that a page waits for a work of minutes, before it is drawn without it
AGAIN = timedelta(minutes=5)  # before batches are judged anew that could not be: not at every look of every reader
T = TypeVar("T")
_LANE = Lock()  # what this process itself reckons beside its pages, one work after the other: readers come first
_JUDGING = Lock()  # one at a time: two families side by side would take twice the memory and come no sooner


def spikes(source: Source, family: Family) -> SpikeReport | None:
    """Return the judged batches; None where it takes long: to judge a large shop takes a minute.

    The work goes on meanwhile, once for all readers, and whoever asks again later gets it: the same object for every
    reader, so nobody may write to it. A process of its own judges, and keeps what it finds beside the version
    (`Shop.spike_report`): this one has readers.
    """
    return _soon(_judging(source.store, source.version, family))


def is_judged(source: Source, family: Family) -> bool:
    """Whether the batches of this version have been judged, or refused."""
    return _judging(source.store, source.version, family).done()


def why_not_judged(source: Source, family: Family) -> Finding | None:
    """Return why the batches of this version were not judged; None while they are being judged, or where they were."""
    judging = _judging(source.store, source.version, family)
    failed = judging.exception() if judging.done() else None
    return failed.finding if isinstance(failed, Refused) else None


def review(source: Source, week: date | None, where: Mapping[str, Sequence[Value]]) -> Review | None:
    """Return the review of a week (`Shop.review`), the last full one where none is named; None where it takes long.

    It is made anew when somebody has typed something: decisions, advice and targets stand in it. Personal data are
    struck out of it, since it is shown to a whole room. As with `spikes` the work goes on meanwhile.
    """
    return _soon(_review_of(source, week, where))


def is_reviewed(source: Source, week: date | None, where: Mapping[str, Sequence[Value]]) -> bool:
    """Whether the review of a week has been made, or refused."""
    return _review_of(source, week, where).done()


def replay_rules(source: Source, rules: tuple[Rule, ...], where: Mapping[str, Sequence[Value]]) -> Replay | None:
    """Return rules replayed on the last half year (`Shop.replay_rules`); None where it takes long.

    It is the same object for every reader, so nobody may write to it.
    """
    asked = source.store, source.version, rules
    told = _soon(_replaying(*asked, as_limits(_new(where))))
    if told is None or not where or _new(where):
        return told
    return _narrowed(*asked, as_limits(where))


def is_replayed(source: Source, rules: tuple[Rule, ...], where: Mapping[str, Sequence[Value]]) -> bool:
    """Whether rules have been replayed, or refused."""
    return _replaying(source.store, source.version, rules, as_limits(_new(where))).done()


def _new(where: Mapping[str, Sequence[Value]]) -> Mapping[str, Sequence[Value]]:
    """Return the limits for which rules are to be replayed anew: none where each ticket tells of all of them itself."""
    return {} if set(where) <= TOLD else where


def kept_review(source: Source, week: date | None) -> Review | None:
    """Return the review of a week as it was last kept, word for word; None where nobody has kept it."""
    typed = meeting(Path(source.store))
    frozen = typed.kept_review(week or source.last_full_week)
    return None if frozen is None else _thawed(frozen)


def _review_of(source: Source, week: date | None, where: Mapping[str, Sequence[Value]]) -> Future[Review]:
    typed = meeting(Path(source.store)).revision
    return _reviewing(source.store, source.version, typed, week or source.last_full_week, as_limits(where))


@st.cache_resource(max_entries=6, show_spinner=False)
def _judging(store: str, version: int, family: Family) -> Future[SpikeReport]:
    key = store, version, family
    return _begun(lambda: _judged(*key, None), lambda after: _forget_later(after, _judging, key))


@st.cache_resource(max_entries=20, show_spinner=False)
def _reviewing(store: str, version: int, typed: int, week: date, limits: Limits) -> Future[Review]:
    key = store, version, typed, week, limits

    def work() -> Review:
        with _LANE:
            return cleared(_reviewed(store, version, week, limits))

    return _begun(work, lambda after: _forget_later(after, _reviewing, key))


@st.cache_resource(max_entries=2, show_spinner=False)
def _replaying(store: str, version: int, rules: tuple[Rule, ...], limits: Limits) -> Future[Replay]:
    key = store, version, rules, limits

    def work() -> Replay:
        with _LANE:
            return opened(store, version).replay_rules(rules, where=dict(limits))

    return _begun(work, lambda after: _forget_later(after, _replaying, key))


@st.cache_resource(max_entries=20, show_spinner=False)
def _narrowed(store: str, version: int, rules: tuple[Rule, ...], limits: Limits) -> Replay:
    return within(_replaying(store, version, rules, ()).result(), dict(limits))


def _begun(work: Callable[[], T], failed: Callable[[BaseException], None]) -> Future[T]:
    """Begin a work beside the page that asks for it, and return the promise of what it will have found."""
    promise: Future[T] = Future()

    def run() -> None:
        try:
            promise.set_result(work())
        except BaseException as why:
            promise.set_exception(why)
            failed(why)

    # No pool, whose threads would hold up a server that is stopped until all of them have ended.
    Thread(target=run, name="beside", daemon=True).start()
    return promise


def _soon(promise: Future[T]) -> T | None:
    """Return what a work has found, or raise why it failed; None where it takes longer than a page waits."""
    try:
        failed = promise.exception(PATIENCE.total_seconds())
    except TimeoutError:
        return None
    if failed is not None:
        # One failure is told to all readers: with its trace it would keep the page of each of them.
        raise failed.with_traceback(None)
    return promise.result()


def _forget_later(failed: BaseException, promised: Any, key: tuple[object, ...]) -> None:
    """Let a work be tried again after a while that failed for another reason than the data."""
    if not isinstance(failed, Refused) or failed.finding.code == "spikes.judge_ended":
        again = Timer(AGAIN.total_seconds(), promised.clear, key)
        again.daemon = True
        again.start()


@st.cache_resource(max_entries=6, show_spinner=False)
def _judged(store: str, version: int, family: Family, as_of: date | None) -> SpikeReport:
    with _JUDGING:
        return opened(store, version).spike_report(as_of, family, aside=True)


def _reviewed(store: str, version: int, week: date, limits: Limits) -> Review:
    from metrics.review.assembled import review  # it judges batches, and scipy takes long to load

    source = at_version(Path(store), version)
    assert source is not None  # whoever asks for a review has it
    return review(_Remembered(source), meeting(Path(store)), week, dict(limits))


class _Remembered:
    """An opened shop that answers out of the cache: with each decision typed a review is put together anew.

    The words are those that a review asks (`metrics.review.source.Source`).
    """

    def __init__(self, source: Source) -> None:
        self.version, self.as_of, self.last_full_week = source.version, source.as_of, source.last_full_week
        self._source = source

    def query(self, metric: str | metrics.Question) -> pd.DataFrame:
        return ask(self._source, metric if isinstance(metric, metrics.Question) else metrics.Question(metric))

    def compare(self, question: metrics.Question, against: Against = "before") -> pd.DataFrame:
        return compare(self._source, question, against)

    def why(
        self,
        metric: str,
        period: tuple[date, date],
        against: tuple[date, date],
        *,
        where: Mapping[str, Any] | None = None,
        reading: ReadingName | None = None,
        age: int = 7,
    ) -> Why:
        start, stop = period
        asked = metrics.Question(metric, where=where or {}, reading=reading, age=age, start=start, stop=stop)
        return decomposed(self._source, asked, start - against[0])

    def spike_report(self, as_of: date | None = None, *, aside: bool = False) -> SpikeReport:
        del aside  # a server always has batches judged aside
        return _judged(self._source.store, self.version, "quality", as_of)

    def queue(self, *, where: Mapping[str, Any] | None = None) -> pd.DataFrame:
        return queue(self._source, self._source.as_of, where or {})

    def sql(self, text: str) -> pd.DataFrame:
        return sql(self._source, text)

    def values(self, dimension: str) -> list[str]:
        return values(self._source, dimension)


@st.cache_resource(max_entries=20, show_spinner=False)
def _thawed(frozen: str) -> Review:
    return cleared(from_json(frozen))
