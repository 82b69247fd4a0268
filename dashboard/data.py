"""What the pages read: one version a page run, and the only cache.

Every cached answer is keyed by store, version and the question as text, never by a frame: streamlit hashes
large frames by a sample, and a sample misses edits. A new version has new keys, so nothing is ever stale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock, Thread, Timer
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

import metrics
from dashboard.report.cleared import cleared
from metrics.batches import Family
from metrics.catalog import ReadingName
from metrics.export import to_csv
from metrics.followup import assign as assigning
from metrics.meeting import Meeting
from metrics.policy import PolicyEffect, Replay, Rule
from metrics.query import Statement
from metrics.question import Against, Value
from metrics.response import running_clock
from metrics.review.frozen import from_json
from metrics.warehouse.store import Store
from metrics.words import Finding, Refused

if TYPE_CHECKING:
    from metrics.batches.report import SpikeReport
    from metrics.drivers import Why
    from metrics.followup import Followup
    from metrics.response.tonight import Tonight
    from metrics.review.model import Review

Limits = tuple[tuple[str, tuple[Value, ...]], ...]
"""What a question is limited to, as a key of the cache."""

WEEK = timedelta(days=7)
PATIENCE = timedelta(seconds=3)  # that a page waits for a work of minutes, before it is drawn without it
AGAIN = timedelta(minutes=5)  # before batches are judged anew that could not be: not at every look of every reader
T = TypeVar("T")
_JUDGING = Lock()  # one at a time: two families side by side would take twice the memory and come no sooner


@dataclass(frozen=True)
class Source:
    """One version of one store: what a page run speaks of from its first line to its last."""

    store: str
    version: int
    as_of: datetime
    last_full_week: date


def newest(store: Path) -> Source | None:
    """Return the newest published version, read once a page run; None where no shop's data were imported yet."""
    number = Store(store).current
    return None if number is None else at_version(store, number)


def at_version(store: Path, number: int) -> Source | None:
    """Return a version by its number; None where it holds no shop's data."""
    shop = _opened(str(store), number)
    if shop.as_of is None or shop.last_full_week is None:
        return None
    return Source(str(store), number, shop.as_of, shop.last_full_week)


def version_numbers(store: Path) -> list[int]:
    """Return the versions that are kept, the newest last."""
    return [version.number for version in Store(store).versions()]


def keep(source: Source) -> bool:
    """Keep a version for as long as a meeting looks at it; return whether it was not kept already."""
    store = Store(Path(source.store))
    if any(version.pinned for version in store.versions() if version.number == source.version):
        return False
    store.pin(source.version)
    return True


def let_go(source: Source) -> None:
    """Let a version go that was kept for a meeting."""
    Store(Path(source.store)).unpin(source.version)


def meeting(store: Path) -> Meeting:
    """Return what people have typed beside a store; never cached, so that everybody sees it at once."""
    return Meeting(store / "meeting.sqlite")


def explain(source: Source | None, question: metrics.Question) -> Statement:
    """Return the SELECT behind an answer of this version; before there is one, as a shop without data has it."""
    return (_blank() if source is None else _opened(source.store, source.version)).explain(question)


def zone(source: Source) -> ZoneInfo:
    """Return the zone in which every time of the store is told; of several shops that of the first."""
    return ZoneInfo(str(sql(source, "SELECT MIN(time_zone) AS zone FROM shops")["zone"].iloc[0]))


def now(source: Source) -> datetime:
    """Return the moment from which hours are counted: the clock's where the data are live, else the as-of.

    In the zone of the shop, as every time of the store; of several shops in that of the first.
    """
    zone = ZoneInfo(_opened(source.store, source.version).time_zone)
    clock = datetime.now(zone).replace(tzinfo=None, second=0, microsecond=0)
    return running_clock(source.as_of, clock)


def rows(source: Source, question: metrics.Question, limit: int | None) -> pd.DataFrame:
    """Return the events behind a number (`Shop.rows`), or the first of them."""
    return _rows(source.store, source.version, question.to_query_string(), limit)


def ask(source: Source, question: metrics.Question) -> pd.DataFrame:
    """Return the frame of `Shop.query`."""
    return _asked(source.store, source.version, question.to_query_string())


def compare(source: Source, question: metrics.Question, against: Against) -> pd.DataFrame:
    """Return the frame of `Shop.compare`."""
    return _compared(source.store, source.version, question.to_query_string(), against)


def values(source: Source, dimension: str) -> list[str]:
    """Return the values that a dimension takes, for the pickers."""
    return _values(source.store, source.version, dimension)


def known_dimensions(source: Source, fact: str, wanted: Sequence[str]) -> list[str]:
    """Return those of the dimensions that a fact has and by which it can be split: more than one value."""
    return _known_dimensions(source.store, source.version, fact, tuple(wanted))


def freshness(source: Source) -> pd.DataFrame:
    """Return what each source has told us of, and until when."""
    return _opened(source.store, source.version).freshness()


def sql(source: Source, text: str) -> pd.DataFrame:
    """Return the rows of one SELECT over the tables of this version."""
    return _sql(source.store, source.version, text)


def queue(source: Source, now: datetime, where: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """Return the open tickets that nobody has answered (`Shop.queue`), as they stand at a minute."""
    return _queue(source.store, source.version, _moment(source, now), _limits(where))


def tonight(source: Source, now: datetime, where: Mapping[str, Sequence[Value]]) -> Tonight:
    """Return what is expected to run out of time by midnight (`Shop.breaches_tonight`)."""
    return _tonight(source.store, source.version, _moment(source, now), _limits(where))


def repair_times(source: Source, now: datetime, where: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """Return how long repairs take beside what was promised (`Shop.repair_times`)."""
    return _repair_times(source.store, source.version, _moment(source, now), _limits(where))


def repairs_under_way(source: Source, now: datetime, where: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """Return the repairs that are not done (`Shop.repairs_under_way`)."""
    return _repairs_under_way(source.store, source.version, _moment(source, now), _limits(where))


def calibration(source: Source, now: datetime) -> pd.DataFrame:
    """Return whether the dispute risks of the queue come true (`Shop.queue_calibration`)."""
    return _calibration(source.store, source.version, _moment(source, now))


def _limits(where: Mapping[str, Sequence[Value]]) -> Limits:
    return tuple((name, tuple(values)) for name, values in where.items())


def _moment(source: Source, now: datetime) -> datetime | None:
    """Return the moment that hours are counted from; None where the data have stopped: each shop's from its own end."""
    return None if now == source.as_of else now


def why(source: Source, question: metrics.Question, back: timedelta = WEEK) -> Why | None:
    """Return why a number moved against the same days before (`Shop.why`); None where that cannot be told."""
    try:
        return _why(source.store, source.version, question.to_query_string(), back)
    except Refused:
        return None


def policy_effect(source: Source, name: str, where: Mapping[str, Sequence[Value]]) -> PolicyEffect:
    """Return what a rule of the platform did (`Shop.policy_effect`)."""
    return _policy_effect(source.store, source.version, name, _limits(where))


def approval_rules(source: Source) -> tuple[Rule, ...]:
    """Return the rules for approving as their file stands now; never cached, so that an edit is seen at once."""
    return _opened(source.store, source.version).approval_rules()


def rule_names(source: Source) -> list[str]:
    """Return the names of the rules for approving; none where their file is refused, which the page says."""
    try:
        return [rule.name for rule in approval_rules(source)]
    except Refused:
        return []


def replay_rules(source: Source, rules: tuple[Rule, ...], where: Mapping[str, Sequence[Value]]) -> Replay:
    """Return rules replayed on the last half year (`Shop.replay_rules`); the same object for every reader."""
    return _replayed(source.store, source.version, rules, _limits(where))


def approvable(
    source: Source, rules: tuple[Rule, ...], now: datetime, where: Mapping[str, Sequence[Value]]
) -> pd.DataFrame:
    """Return the tickets that wait at a minute and that a rule would approve (`Shop.approvable`)."""
    return _approvable(source.store, source.version, rules, None if now == source.as_of else now, _limits(where))


def reconcile(source: Source, question: metrics.Question, theirs: float) -> pd.DataFrame:
    """Return the steps from our number to the back office's (`Shop.reconcile`)."""
    assert question.start is not None
    assert question.stop is not None
    return _opened(source.store, source.version).reconcile(
        question.metric, theirs, question.start, question.stop, question.where, question.reading, question.age
    )


def review(source: Source, week: date | None, where: Mapping[str, Sequence[Value]]) -> Review | None:
    """Return the review of a week (`Shop.review`), the last full one where none is named; None where it takes long.

    It is made anew when somebody has typed something: decisions, advice and targets stand in it. Personal data are
    struck out of it, since it is shown to a whole room. As with `spikes` the work goes on meanwhile.
    """
    try:
        return _review_of(source, week, where).result(PATIENCE.total_seconds())
    except TimeoutError:
        return None


def is_reviewed(source: Source, week: date | None, where: Mapping[str, Sequence[Value]]) -> bool:
    """Whether the review of a week has been made, or refused."""
    return _review_of(source, week, where).done()


def _review_of(source: Source, week: date | None, where: Mapping[str, Sequence[Value]]) -> Future[Review]:
    typed = meeting(Path(source.store)).revision
    return _reviewing(source.store, source.version, typed, week or source.last_full_week, _limits(where))


def kept_review(source: Source, week: date | None) -> Review | None:
    """Return the review of a week as it was last kept, word for word; None where nobody has kept it."""
    typed = meeting(Path(source.store))
    frozen = typed.kept_review(week or source.last_full_week)
    return None if frozen is None else _thawed(frozen)


def followup(source: Source, where: Mapping[str, Sequence[Value]], margin: int | None) -> Followup:
    """Return the follow-up experiment (`Shop.followup`), with a margin in per cent where the costs are not known."""
    return _followup(source.store, source.version, _limits(where), margin)


def offers_effect(source: Source, where: Mapping[str, Sequence[Value]], since: str) -> pd.DataFrame:
    """Return what offers and talking first were followed by (`Shop.offers_effect`), from a day on."""
    return _beside(source.store, source.version, "offers_effect", _limits(where), since)


def costs(source: Source, where: Mapping[str, Sequence[Value]], since: str) -> pd.DataFrame:
    """Return the after-sales cost in its parts (`Shop.costs`), from a day on."""
    return _beside(source.store, source.version, "costs", _limits(where), since)


def freight_insurance(source: Source, where: Mapping[str, Sequence[Value]]) -> pd.DataFrame:
    """Return what became of lines with freight insurance and without (`Shop.freight_insurance`)."""
    return _beside(source.store, source.version, "freight_insurance", _limits(where), None)


def goodwill(source: Source) -> pd.DataFrame:
    """Return what came after reshipments (`Shop.goodwill`)."""
    return _beside(source.store, source.version, "goodwill", (), None)


def candidates(source: Source, only: str | None) -> int:
    """Return how many customers the next follow-up list could hold."""
    return _candidates(source.store, source.version, only)


def followup_list(source: Source, only: str | None) -> bytes:
    """Return the next follow-up list as the file that it leaves as: masked, and with how it was drawn below."""
    shop = _opened(source.store, source.version)
    return to_csv(assigning.listed(assigning.assign(shop, only=only)), assigning.provenance(shop, None, 0))


def spikes(source: Source, family: Family) -> SpikeReport | None:
    """Return the judged batches; None where it takes long: to judge a large shop takes a minute.

    The work goes on meanwhile, once for all readers, and whoever asks again later gets it: the same object for every
    reader, so nobody may write to it. A process of its own judges, and keeps what it finds beside the version
    (`Shop.spike_report`): this one has readers.
    """
    try:
        return _judging(source.store, source.version, family).result(PATIENCE.total_seconds())
    except TimeoutError:
        return None


def is_judged(source: Source, family: Family) -> bool:
    """Whether the batches of this version have been judged, or refused."""
    return _judging(source.store, source.version, family).done()


def why_not_judged(source: Source, family: Family) -> Finding | None:
    """Return why the batches of this version were not judged; None while they are being judged, or where they were."""
    judging = _judging(source.store, source.version, family)
    failed = judging.exception() if judging.done() else None
    return failed.finding if isinstance(failed, Refused) else None


def counted_verdicts(source: Source) -> set[tuple[str, str, str, str]]:
    """Return the verdicts that this version was judged with, as shop, SKU, batch and word; none in an old version."""
    if not _opened(source.store, source.version).columns("verdicts"):
        return set()
    counted = sql(source, "SELECT shop, sku_id, batch_id, verdict FROM verdicts")
    return set(counted.itertuples(index=False, name=None))


def batches(source: Source) -> pd.DataFrame:
    """Return the batches that were ever sold, as `shop, sku_id, batch_id`: what a link may name."""
    return sql(source, "SELECT DISTINCT shop, sku_id, batch_id FROM sold_lines_sku WHERE batch_id IS NOT NULL")


@st.cache_resource(max_entries=6, show_spinner=False)
def _judging(store: str, version: int, family: Family) -> Future[SpikeReport]:
    key = store, version, family
    return _begun(lambda: _judged(*key, None), lambda after: _forget_later(after, _judging, key))


@st.cache_resource(max_entries=20, show_spinner=False)
def _reviewing(store: str, version: int, typed: int, week: date, limits: Limits) -> Future[Review]:
    key = store, version, typed, week, limits
    return _begun(
        lambda: cleared(_reviewed(store, version, week, limits)), lambda after: _forget_later(after, _reviewing, key)
    )


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


def _forget_later(failed: BaseException, promised: Any, key: tuple[object, ...]) -> None:
    """Let a work be tried again after a while that failed for another reason than the data."""
    if not isinstance(failed, Refused) or failed.finding.code == "spikes.judge_ended":
        again = Timer(AGAIN.total_seconds(), promised.clear, key)
        again.daemon = True
        again.start()


@st.cache_resource(max_entries=6, show_spinner=False)
def _judged(store: str, version: int, family: Family, as_of: date | None) -> SpikeReport:
    with _JUDGING:
        return _opened(store, version).spike_report(as_of, family, aside=True)


def _reviewed(store: str, version: int, week: date, limits: Limits) -> Review:
    from metrics.review.assembled import review  # it judges batches, and scipy takes long to load

    return review(_Remembered(store, version), meeting(Path(store)), week, dict(limits))


class _Remembered:
    """An opened shop that answers out of the cache: with each decision typed a review is put together anew.

    The words are those that a review asks (`metrics.review.source.Source`).
    """

    def __init__(self, store: str, version: int) -> None:
        shop = _opened(store, version)
        self._store, self.version = store, version
        self.as_of, self.last_full_week = shop.as_of, shop.last_full_week

    def query(self, metric: str | metrics.Question) -> pd.DataFrame:
        return _asked(self._store, self.version, _written(metric))

    def compare(self, question: metrics.Question, against: Against = "before") -> pd.DataFrame:
        return _compared(self._store, self.version, _written(question), against)

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
        return _why(self._store, self.version, _written(asked), start - against[0])

    def spike_report(self, as_of: date | None = None, *, aside: bool = False) -> SpikeReport:
        del aside  # a server always has batches judged aside
        return _judged(self._store, self.version, "quality", as_of)

    def queue(self, *, where: Mapping[str, Any] | None = None) -> pd.DataFrame:
        return _queue(self._store, self.version, None, _limits(where or {}))

    def sql(self, text: str) -> pd.DataFrame:
        return _sql(self._store, self.version, text)

    def values(self, dimension: str) -> list[str]:
        return _values(self._store, self.version, dimension)


def _written(question: str | metrics.Question) -> str:
    return (question if isinstance(question, metrics.Question) else metrics.Question(question)).to_query_string()


@st.cache_resource(max_entries=1, show_spinner=False)
def _blank() -> metrics.Shop:
    return metrics.blank_shop()


@st.cache_resource(max_entries=3, show_spinner=False)
def _opened(store: str, version: int) -> metrics.Shop:
    return metrics.open_shop(store, version=version)


@st.cache_data(max_entries=2000, show_spinner=False)
def _asked(store: str, version: int, question: str) -> pd.DataFrame:
    return _opened(store, version).query(metrics.Question.from_url(question))


@st.cache_data(max_entries=500, show_spinner=False)
def _compared(store: str, version: int, question: str, against: Against) -> pd.DataFrame:
    return _opened(store, version).compare(metrics.Question.from_url(question), against)


@st.cache_data(max_entries=50, show_spinner=False)
def _followup(store: str, version: int, where: Limits, margin: int | None) -> Followup:
    rate = None if margin is None else margin / 100
    return _opened(store, version).followup(margin_rate=rate, where=dict(where))


@st.cache_data(max_entries=100, show_spinner=False)
def _beside(store: str, version: int, word: str, where: Limits, since: str | None) -> pd.DataFrame:
    start = None if since is None else date.fromisoformat(since)
    frame: pd.DataFrame = getattr(_opened(store, version), word)(where=dict(where), start=start)
    return frame


@st.cache_data(max_entries=20, show_spinner=False)
def _candidates(store: str, version: int, only: str | None) -> int:
    found = assigning.candidates(_opened(store, version))
    return len(found if only is None else found[found["shop"] == only])


@st.cache_data(max_entries=50, show_spinner=False)
def _queue(store: str, version: int, now: datetime | None, limits: Limits) -> pd.DataFrame:
    shop = _opened(store, version)
    return shop.queue(_everywhere(shop, now), where=dict(limits))


@st.cache_data(max_entries=50, show_spinner=False)
def _tonight(store: str, version: int, now: datetime | None, limits: Limits) -> Tonight:
    shop = _opened(store, version)
    return shop.breaches_tonight(_everywhere(shop, now), dict(limits))


@st.cache_data(max_entries=50, show_spinner=False)
def _repair_times(store: str, version: int, now: datetime | None, limits: Limits) -> pd.DataFrame:
    shop = _opened(store, version)
    return shop.repair_times(now=_everywhere(shop, now), where=dict(limits))


@st.cache_data(max_entries=50, show_spinner=False)
def _repairs_under_way(store: str, version: int, now: datetime | None, limits: Limits) -> pd.DataFrame:
    shop = _opened(store, version)
    return shop.repairs_under_way(_everywhere(shop, now), dict(limits))


@st.cache_data(max_entries=10, show_spinner=False)
def _calibration(store: str, version: int, now: datetime | None) -> pd.DataFrame:
    shop = _opened(store, version)
    return shop.queue_calibration(_everywhere(shop, now))


def _everywhere(shop: metrics.Shop, now: datetime | None) -> datetime | None:
    """Return one moment for all shops, whatever their clocks show."""
    return None if now is None else now.replace(tzinfo=ZoneInfo(shop.time_zone))


@st.cache_data(max_entries=50, show_spinner=False)
def _policy_effect(store: str, version: int, name: str, limits: Limits) -> PolicyEffect:
    return _opened(store, version).policy_effect(name, where=dict(limits))


@st.cache_resource(max_entries=6, show_spinner=False)
def _replayed(store: str, version: int, rules: tuple[Rule, ...], limits: Limits) -> Replay:
    return _opened(store, version).replay_rules(rules, where=dict(limits))


@st.cache_data(max_entries=50, show_spinner=False)
def _approvable(
    store: str, version: int, rules: tuple[Rule, ...], now: datetime | None, limits: Limits
) -> pd.DataFrame:
    shop = _opened(store, version)
    moment = None if now is None else now.replace(tzinfo=ZoneInfo(shop.time_zone))
    return shop.approvable(rules, moment, where=dict(limits))


@st.cache_data(max_entries=500, show_spinner=False)
def _why(store: str, version: int, question: str, back: timedelta) -> Why:
    asked = metrics.Question.from_url(question)
    assert asked.start is not None
    assert asked.stop is not None
    return _opened(store, version).why(
        asked.metric,
        (asked.start, asked.stop),
        (asked.start - back, asked.stop - back),
        where=asked.where,
        reading=asked.reading,
        age=asked.age,
    )


@st.cache_resource(max_entries=20, show_spinner=False)
def _thawed(frozen: str) -> Review:
    return cleared(from_json(frozen))


@st.cache_data(max_entries=50, show_spinner=False)
def _rows(store: str, version: int, question: str, limit: int | None) -> pd.DataFrame:
    return _opened(store, version).rows(metrics.Question.from_url(question), limit=limit)


@st.cache_data(max_entries=100, show_spinner=False)
def _values(store: str, version: int, dimension: str) -> list[str]:
    return _opened(store, version).values(dimension)


@st.cache_data(max_entries=100, show_spinner=False)
def _known_dimensions(store: str, version: int, fact: str, wanted: tuple[str, ...]) -> list[str]:
    shop = _opened(store, version)
    columns = [name for name in wanted if name in shop.columns(fact)]
    if not columns:
        return []
    # More than one value, counting the unknown as one: least and greatest are known without reading every row.
    differs = "COUNT({0}) > 0 AND (MIN({0}) <> MAX({0}) OR COUNT({0}) < COUNT(*)) AS {0}"
    found = shop.sql("SELECT " + ", ".join(differs.format(f'"{name}"') for name in columns) + f" FROM {fact}")
    return [name for name in columns if found[name].iloc[0]]


@st.cache_data(max_entries=100, show_spinner=False)
def _sql(store: str, version: int, text: str) -> pd.DataFrame:
    return _opened(store, version).sql(text)
