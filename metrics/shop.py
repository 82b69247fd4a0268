"""A shop, opened for reading: the one object through which numbers are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from metrics import frame as frames
from metrics import response
from metrics.catalog import CATALOGUE, DIMENSIONS, ReadingName
from metrics.compare import beside, with_parts_that_were_none
from metrics.maturity import DelayCurves
from metrics.query import (
    Plan,
    Statement,
    as_frame_types,
    missing_dimensions,
    plan,
    select_orders,
    select_rows,
    select_sums,
)
from metrics.question import Against, Grain, Question, Value
from metrics.response import STAKES, Past, Seen, Stakes
from metrics.warehouse.blank import open_blank
from metrics.warehouse.engine import Reader, open_reader
from metrics.warehouse.store import Store
from metrics.words import Finding, Refused

if TYPE_CHECKING:
    from metrics.batches import Family
    from metrics.batches.report import SpikeReport
    from metrics.drivers import Why
    from metrics.followup import Followup
    from metrics.policy import PolicyEffect, Replay, Rule
    from metrics.response.repairs import By as RepairedBy
    from metrics.response.tonight import Tonight
    from metrics.review.model import Review

CURVE_DAYS = 180
"""Days of history that the delay curves rest on."""

SQL_SECONDS = 60.0
"""Seconds after which a query typed by hand is stopped."""

Where = Mapping[str, "Value | Sequence[Value]"]


def open_shop(path: str | Path | None = None, version: int | None = None) -> Shop:
    """Open the newest published version of a store, or the one that is named.

    `path` is the store's folder, else the setting AFTERSALES_STORE, else `./data/store`. A version never changes:
    an import publishes a new one beside it, and whoever has opened the old one goes on reading it undisturbed.
    Raises `Refused` where the store or the version does not exist.
    """
    store = Store(Store.locate(path))
    number = store.current if version is None else version
    if number is None:
        raise Refused("query.empty_store", path=store.root)
    path = store.path(number)
    return Shop(open_reader(path), number, path)


def blank_shop() -> Shop:
    """Open a shop without data, in which a question can be explained before there is anything to ask.

    >>> blank_shop().explain(Question("refund_rate")).sql.splitlines()[-1]
    'FROM scope'
    """
    return Shop(open_blank(), 0)


class Shop:
    """One version of a store: its metrics, the rows behind them, and read-only SQL.

    Every method opens a cursor of its own, so that threads may share a shop.
    """

    def __init__(self, reader: Reader, version: int, path: Path | None = None) -> None:
        self._reader = reader
        self._path = path
        self.version = version

    def query(
        self,
        metric: str | Question,
        by: str | Sequence[str] = (),
        grain: Grain | None = None,
        where: Where | None = None,
        reading: ReadingName | None = None,
        age: int = 7,
        start: date | None = None,
        stop: date | None = None,
        rolling: int | None = None,
    ) -> pd.DataFrame:
        """Ask one metric, split by dimensions and periods, and get numerator, denominator, value and interval.

        Returns one row per period (its first day) and combination of dimensions: `[period], *by, n, numerator,
        denominator, value, low, high, projected, projected_low, projected_high, coverage, status`. `value` is
        NULL, never 0, where `status` says that it cannot be told (see `metrics.frame`). `n` counts all events in
        scope, `coverage` is the share of them that the number rests on. `reading` defaults to the metric's own
        (`final` for cohorts); `age` is that of `same_age`; `stop` is exclusive; `rolling` sums the trailing 30 or
        90 days. Where the data or the reading has no answer the frame has one row, `not_available`, and
        `frame.attrs["finding"]` says why. Raises `Refused` for names that are not in the catalogue.

        >>> shop.query("refund_rate", by=["category"], grain="week", where={"province": ["广东"]})  # doctest: +SKIP
        """
        question = self._question(metric, by, grain, where, reading, age, start, stop, rolling)
        keys = (["period"] if question.grain else []) + list(question.by)
        laid = plan(question, self)
        if laid is None:
            answer = frames.unavailable(keys)
            answer.attrs["finding"] = self.why_not(question)
            return answer
        sums = self.sums(laid)
        absent = bool(len(sums) and not sums["n"].fillna(0).any()) and self._is_empty(laid.reading.fact)
        return frames.answer(sums, laid.keys, laid.metric, laid.reading, absent=absent)

    def sums(self, laid: Plan) -> pd.DataFrame:
        """Return the sums that `query` divides and `why` splits: one row per key of a question laid on its table."""
        if laid.can_be_projected and self.as_of is not None:
            laid = replace(laid, curves=self._curves(laid.metric.family or ""))
        statement = select_sums(laid)
        return as_frame_types(self._reader.sql(statement.sql, statement.parameters))

    def explain(self, question: Question) -> Statement:
        """Return the SELECT whose sums `query` divides, and the values bound to it: what a number is, to the letter.

        The projection of young cohorts is left out; it rests on delay curves besides. Raises `Refused` where `query`
        has no answer.

        >>> print(shop.explain(Question("refund_rate")).sql)  # doctest: +SKIP
        """
        laid = plan(question, self)
        if laid is None:
            why = self.why_not(question)
            raise Refused(why.code, **why.values)
        return select_sums(laid)

    def compare(self, question: Question, against: Against = "before") -> pd.DataFrame:
        """Ask a question beside itself: of the period before, or of the same period a year before.

        Returns the frame of `query` and beside it `before, before_low, before_high, before_status, change,
        change_low, change_high, verdict` (see `metrics.compare`; a share changes by points). With a grain every
        period is set beside its own predecessor, without one the days from `start` to `stop` beside as many before
        them. Without a `start` there is nothing before, and the columns are empty. Windows of `rolling` that overlap
        share their events, so that there the intervals are too wide rather than too narrow.

        >>> shop.compare(Question("refund_rate", by=("category",), grain="month"), "year")  # doctest: +SKIP
        """
        now = self.query(question)
        if self.as_of is None:
            return beside(now, None, (), question.definition.good)
        reached = self.as_of.date()
        asked = question.earlier(against, reached)
        before = None if asked is None else self.query(asked)
        if asked is not None and before is not None and question.definition.kind == "total":
            before = self._reaching_back(before, asked)
        # Of parts, the whole that they are shares of: it tells those that did not occur from what nobody knows.
        of_parts = question.definition.kind == "part" and any(DIMENSIONS[name].is_part for name in question.by)
        others = tuple(name for name in question.by if not DIMENSIONS[name].is_part)
        whole = self.query(replace(asked, by=others)) if asked is not None and of_parts else None
        if question.grain:
            # Each earlier period is called by the later one that it stands beside.
            back = question.step_back(against, reached)
            starts = now["period"].dropna().drop_duplicates()
            named = pd.DataFrame({"named": starts, "period": [start - back for start in starts]})
            before, whole = (
                None if each is None else each.merge(named, on="period").assign(period=lambda frame: frame["named"])
                for each in (before, whole)
            )
        keys = [name for name in ("period", *question.by) if name in now.columns]
        if before is not None and whole is not None:
            before = with_parts_that_were_none(before, now, whole, keys, [name for name in keys if name in whole])
        return beside(now, before, keys, question.definition.good)

    def rows(
        self,
        metric: str | Question,
        where: Where | None = None,
        reading: ReadingName | None = None,
        age: int = 7,
        start: date | None = None,
        stop: date | None = None,
        of: Literal["numerator", "denominator"] = "numerator",
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return the events behind a number: those of its numerator, or all that its denominator counts.

        One row per event, with its day, ids and dimensions, and what it adds to `numerator` and `denominator`,
        whose sums are those of `query`. Takes the same limits as `query`.
        """
        question = self._question(metric, (), None, where, reading, age, start, stop, None)
        fact = question.definition.readings.get(question.reading_asked)
        columns = self.columns(fact.fact) if fact else {}
        if fact is None or not columns or not set(question.where) <= set(columns):
            raise Refused(self.why_not(question).code, **self.why_not(question).values)
        laid = Plan(question, question.definition, fact, fact.fact, columns, self.as_of_days, self.has_undated)
        statement = select_rows(laid, of=of, limit=limit)
        rows = self._reader.sql(statement.sql, statement.parameters)
        for name, unit in (("numerator", fact.numerator_unit), ("denominator", fact.denominator_unit)):
            rows[name] = rows[name].astype(float) / unit
        return rows

    def queue(
        self,
        now: datetime | None = None,
        due_within: timedelta | None = None,
        where: Where | None = None,
        stakes: Stakes = STAKES,
    ) -> pd.DataFrame:
        """List the open tickets that nobody has answered yet, in the order in which they are to be taken.

        One row per ticket: `shop, ticket_id, order_id, line_id, sku_id, product_name, category, batch_id, type, reason,
        reason_text, liable, tier, province, channel, amount, requested_at, policy_hours, deadline, hours_left, late,
        handler, rank, urgency, expected_loss, p_dispute, p_bad_review, p_avoidable, customer_value, units_in_stock,
        exchangeable, promised_on, why`. The deadline is that of the rule in force when it was requested; `hours_left`
        is below 0 and `late` true once it has passed. Hours are counted from `now`: on the clock of each shop, or one
        moment everywhere where it has an offset; without it from each shop's as-of, the only moment of which the data
        speak. A ticket requested after `now` is left out. `due_within` keeps what has at most so much time left, and
        what is late. Tickets of a source that records no answers are not in it: nobody knows whether they wait. Raises
        `Refused` where no source records any, for an empty queue would say that all is well.

        `rank` counts from 1: what is late or has two hours left first, then what is past 60 % of its hours, both by
        the time left; the rest by `expected_loss` in yuan, with the costs of `stakes` and probabilities from the shop's
        own tickets closed before the day of `now`. `why` is a line on each as a `Finding`; `exchangeable` tells whether
        what is to be exchanged is in stock, NULL where that is not known.

        >>> shop.queue(now=datetime(2026, 11, 16, 10), due_within=timedelta(hours=4))  # doctest: +SKIP
        """
        seen = self._seen(now, where)
        return response.queue(seen, self._past(seen), due_within, stakes)

    def queue_calibration(self, now: datetime | None = None) -> pd.DataFrame:
        """Return whether the dispute risks of `queue` come true: told from earlier tickets, tried on later ones.

        One row per tenth of the later tickets, the least risky first: `decile, tickets, predicted, disputes, observed,
        low, high`; `low` to `high` is the Wilson interval of what was observed. See `metrics.response.calibration`.

        >>> shop.queue_calibration()[["predicted", "low", "high"]]  # doctest: +SKIP
        """
        from metrics.response.calibration import calibration

        return calibration(self._seen(now))

    def breaches_tonight(self, now: datetime | None = None, where: Where | None = None) -> Tonight:
        """Return how many waiting tickets will run out of time unanswered by the end of the day, with an 80 % range.

        `value, low, high, waiting`, and `coverage`: the share of past evenings that ended within the range given by the
        same method at the same hour (`evenings` of them, `coverage_low` to `coverage_high` its Wilson interval). What
        is late already is not in it. See `metrics.response.tonight`.

        >>> shop.breaches_tonight().coverage  # doctest: +SKIP
        """
        from metrics.response.tonight import breaches_tonight

        return breaches_tonight(self._seen(now, where))

    def repair_times(
        self, by: RepairedBy = "repair_vendor", now: datetime | None = None, where: Where | None = None
    ) -> pd.DataFrame:
        """Return how long repairs take beside what was promised, by vendor or by supplier of the batch.

        One row each, the most repairs first, and last one over all whose name is NULL: `repairs, promised_days,
        actual_days, late, late_share, returned, returned_share, low, high, realistic_days, kept, tried, coverage,
        coverage_low, coverage_high, status`. Days are counted from the request. `returned` became a return, with the
        Wilson interval of its share; `realistic_days` is what a customer can be told, four in five were done by then;
        `coverage` is the share of later repairs that were done by the day that would have been told at the time.

        >>> shop.repair_times()[["repair_vendor", "promised_days", "realistic_days"]]  # doctest: +SKIP
        """
        from metrics.response.repairs import repair_times

        return repair_times(self._seen(now, where, answered=False), by)

    def repairs_under_way(self, now: datetime | None = None, where: Where | None = None) -> pd.DataFrame:
        """List the repairs that are not done, the promise that runs out first on top, each with a realistic day.

        Columns: `shop, ticket_id, order_id, sku_id, product_name, repair_vendor, supplier, requested_at, promised_on,
        realistic_on, late_chance, slipping`; `slipping` where the promise has passed or is likelier missed than kept.

        >>> shop.repairs_under_way().query("slipping")  # doctest: +SKIP
        """
        from metrics.response.repairs import under_way

        return under_way(self._seen(now, where, answered=False))

    def promotion(
        self, day: date, against: date | None = None, as_of: date | None = None, days: int = 15
    ) -> pd.DataFrame:
        """Return how many requests each day from a promotion on will bring, for planning who is on duty.

        One row a day: `offset, day, day_then, lines_then, lines_now, tickets_then, tickets_now, usual, expected, low,
        high, status`; `lines_now` and `tickets_now` are NULL on days not over at `as_of` (by default the shop's).
        `against` is the promotion before, by default the same day a year earlier: 11.11 on 11.11. `usual` is an
        ordinary day: the median of the four weeks before the promotion. `low` to `high` is an 80 % range; days that
        are over keep what was foretold on the eve. `status` is `not_available` where the data hold nothing of then,
        `insufficient` where the last four weeks have too few requests. Raises `Refused` where `against` is not before
        `day`. See `metrics.response.promotion`.

        >>> shop.promotion(date(2026, 11, 11))[["day", "tickets_then", "expected", "low", "high"]]  # doctest: +SKIP
        """
        from metrics.response.promotion import promotion

        reached = self.as_of.date() if self.as_of is not None else day
        before = against or (pd.Timestamp(day) - pd.DateOffset(years=1)).date()
        return promotion(self._reader, day, before, min(as_of or reached, reached), days)

    def spikes(self, as_of: date | None = None, family: Family = "quality") -> pd.DataFrame:
        """Judge every batch at the end of the last complete day before `as_of`, and list them, the worst first.

        One row per batch: `batch_id, sku_id, units, observed, expected, rate, expected_rate_final, relative_rate,
        low, high, lfdr, log_bf, level, first_flagged_on, detectable_from_units, top_reason, units_in_stock,
        money_at_risk`, and after them what the batch is and what to do about it. `expected` is what a normal batch
        of this age has back; `relative_rate` says how many times as much this one has, with its 90 % interval;
        `level` is red, amber, calm or young. `family` is `quality` (the reason is liable to the merchant) or `all`
        (and whatever goes back). `as_of` defaults to the day to which the data reach, which is not over yet; stock
        is as known now, whatever the day. Raises `Refused` where the exports do not tell enough of the tickets.

        >>> shop.spikes(as_of=date(2026, 11, 16)).query("level == 'red'")  # doctest: +SKIP
        """
        return self.spike_report(as_of, family).batches.copy()  # the report is kept, the frame is the caller's

    def spike_report(
        self, as_of: date | None = None, family: Family = "quality", *, aside: bool = False
    ) -> SpikeReport:
        """Return the batches of `spikes` with their flags and monitors; judged once per opened version.

        A judgement that is kept beside the version is not made again. `aside` has it made by a process of its own and
        kept: for a server, which has others to answer during the minute that a large shop takes.

        >>> shop.spike_report().monitors.estimated_fdr  # doctest: +SKIP
        """
        # scipy takes longer to load than most questions to answer
        from metrics.batches.aside import judged_aside
        from metrics.batches.kept import kept
        from metrics.batches.report import spike_report

        if family not in ("quality", "all"):
            raise Refused("query.unknown", what="family", name=family, known="quality, all")
        if not self.columns("returned_units"):
            raise Refused("spikes.older_store", version=self.version)
        last_day = self._last_day_before(as_of)
        if (last_day, family) not in self._judged:
            known = None
            if self._path is not None:
                known = (judged_aside if aside else kept)(self._reader, self._path, last_day, family)
            self._judged[last_day, family] = known or spike_report(self._reader, last_day, family)
        return self._judged[last_day, family]

    def spike_course(
        self,
        batch_id: str,
        sku_id: str,
        as_of: date | None = None,
        family: Family = "quality",
        *,
        shop: str | None = None,
    ) -> pd.DataFrame:
        """Return how the returns of a batch came in: `day, age, observed, expected, low, high`, all cumulative.

        `age` is in days since its first sale; `low` to `high` is where nine in ten normal batches would be. `shop` is
        needed only where two shops have a batch of this name.

        >>> shop.spike_course("B261017-00", "100052000000")  # doctest: +SKIP
        """
        return self.spike_report(as_of, family).course(batch_id, sku_id, shop)

    def batch_reasons(
        self,
        batch_id: str,
        sku_id: str,
        as_of: date | None = None,
        family: Family = "quality",
        *,
        shop: str | None = None,
    ) -> pd.DataFrame:
        """Return the reasons of a batch beside those of the SKU's other batches, the largest excess first.

        Columns: `reason, returns, share, rate, others_returns, others_share, others_rate`. Shares are of the returned
        units, rates per unit sold; a young batch has low rates, so that its shares say more.

        >>> shop.batch_reasons("B261017-00", "100052000000").head(3)  # doctest: +SKIP
        """
        return self.spike_report(as_of, family).reasons(batch_id, sku_id, shop)

    def batch_suspects(
        self,
        batch_id: str,
        sku_id: str,
        as_of: date | None = None,
        family: Family = "quality",
        *,
        shop: str | None = None,
    ) -> pd.DataFrame:
        """Return whether it is the batch at all: its returns by warehouse, courier and province, and those elsewhere.

        Columns: `scope` (`batch`, or `others`: the category's other batches), `dimension, value, units, observed,
        expected, relative_rate, low, high`. A courier that is as far above 1 among the others explains the batch.

        >>> shop.batch_suspects("B261010-26", "100052035854").query("dimension == 'courier'")  # doctest: +SKIP
        """
        return self.spike_report(as_of, family).suspects(batch_id, sku_id, shop)

    def why(
        self,
        metric: str,
        period: tuple[date, date] | str,
        against: tuple[date, date] | str,
        by: str | None = None,
        where: Where | None = None,
        reading: ReadingName | None = None,
        age: int = 7,
    ) -> Why:
        """Split the change of a metric between two periods into causes that add up to it exactly.

        `period` and `against` are days, (first, day after the last), or a week as "2026-W45". The causes: `late`,
        what comes from orders paid before the period (`arrived`), or what young cohorts have not brought back yet
        against their projection (`final`; in `same_age` there is none, since every cohort is cut at one age);
        `policy`, requests of the ages that a change of the return window opened; `rate`, within a segment of `by`; and
        `mix` between the segments, after Kitagawa (1955), see `metrics.drivers.parts`. `by` is any dimension of the
        fact, by default the category where it has one. `reading` defaults to `same_age` for cohorts, which alone is
        comparable at once. A total has a further cause, `volume`, the number of its cases. Raises `Refused` for
        quantiles, for shares of a whole, and where one of the periods has no number.

        >>> print(shop.why("refund_rate", "2026-W45", "2026-W44").sentence("en"))  # doctest: +SKIP
        """
        from metrics.drivers import why  # asked for far less often than a shop is opened

        return why(self, metric, period, against, by, where, reading, age)

    def followup(
        self,
        claim: float = 0.05,
        ratio: Mapping[str, float] | None = None,
        margin_rate: float | None = None,
        where: Where | None = None,
        start: date | None = None,
        stop: date | None = None,
    ) -> Followup:
        """Read the follow-up experiment: who bought again within 30 and 60 days, by arm, against those left alone.

        By intention to treat: every assignment counts in its arm, whatever was sent; those younger than 30 or 60 days
        are counted and left out. `claim` is the effect that was promised, relative to the control: the result says how
        likely it would have been found by now, and when it can be decided; `undecided` is an answer. `ratio` is how
        customers were meant to be shared out, equally where nobody says; where the arms are not of that size no effect
        is reported. `margin_rate` stands for the unit costs of the goods where they are not known. `stop` is exclusive.

        >>> print(shop.followup().sentence("en"))  # doctest: +SKIP
        """
        from metrics.followup import read  # scipy takes longer to load than most questions to answer

        limits: Mapping[str, Any] = where or {}
        return read(self, claim=claim, ratio=ratio, margin_rate=margin_rate, where=limits, start=start, stop=stop)

    def offers_effect(
        self, where: Where | None = None, start: date | None = None, stop: date | None = None
    ) -> pd.DataFrame:
        """Compare tickets with a step to their likes without it: talking first, making an offer, the offer accepted.

        One row a `step`: `n` tickets with it that found their like (same reason, amount band and tier; `unmatched` did
        not), the share withdrawn of them (`value`, `low`, `high`) and of their likes in the same mix (`matched`), the
        `change` with its interval, and `verdict`. Observed and not drawn by lot: it is no proof of cause.

        >>> shop.offers_effect()[["step", "value", "matched", "change"]]  # doctest: +SKIP
        """
        from metrics.followup.observed import offers_effect

        limits: Mapping[str, Any] = where or {}
        return offers_effect(self, limits, start, stop)

    def freight_insurance(
        self, where: Where | None = None, start: date | None = None, stop: date | None = None
    ) -> pd.DataFrame:
        """Return the share of lines with freight insurance, and how many of them were refunded, returned, disputed.

        One row per `metric` and `insured`, with the columns of `query`; `insured_unused` is the share of insured lines
        that nobody sent back, for which the insurance was paid and not used.

        >>> shop.freight_insurance().query("metric == 'dispute_rate'")  # doctest: +SKIP
        """
        from metrics.followup.around import freight_insurance

        limits: Mapping[str, Any] = where or {}
        return freight_insurance(self, limits, start, stop)

    def goodwill(self, where: Where | None = None, start: date | None = None, stop: date | None = None) -> pd.DataFrame:
        """Return what reshipments cost and what came after them, beside all other tickets.

        One row per `metric` and `reshipped`, with the columns of `query`: the cost (a total; goods sent again are not
        in it), the later score, and without limits `repurchase_after_ticket`, the share that bought again within 30
        days of the ticket's end. Observed and not drawn by lot.

        >>> shop.goodwill().query("reshipped")  # doctest: +SKIP
        """
        from metrics.followup.around import goodwill

        limits: Mapping[str, Any] = where or {}
        return goodwill(self, limits, start, stop)

    def costs(self, where: Where | None = None, start: date | None = None, stop: date | None = None) -> pd.DataFrame:
        """Return the after-sales cost in its parts, and the freight by who bore it.

        One row per `metric` with the columns of `query`: `aftersales_cost` is refunds, freight of the merchant and
        compensation less what was recovered; `aftersales_freight_total` has a row per `freight_paid_by`, of which only
        the merchant's is in the cost.

        >>> shop.costs(start=date(2026, 10, 1))[["metric", "freight_paid_by", "value"]]  # doctest: +SKIP
        """
        from metrics.followup.around import costs

        limits: Mapping[str, Any] = where or {}
        return costs(self, limits, start, stop)

    def review(self, week: str | date | None = None, where: Where | None = None, *, aside: bool = False) -> Review:
        """Return the review of a week (周复盘) as frozen data: what happened, why, and what was decided about it.

        `week` is a name as "2026-W46" or any day of it; by default the newest that is over. Cohorts are read for the
        newest paying week that is seven days old on the Monday after. What people typed is read from the file beside
        the versions, as it stands now; keep what a meeting saw with `metrics.review.to_json`. Raises `Refused` where
        the data do not hold the week, with the weeks that they hold. `aside` has batches judged as in `spike_report`.

        >>> shop.review("2026-W46").headlines[0].sentence["en"]  # doctest: +SKIP
        """
        from metrics.meeting import Meeting
        from metrics.review.assembled import review  # it judges batches, and scipy takes long to load

        if self._path is None:
            raise Refused("review.no_data")
        return review(self, Meeting(self._path.with_name("meeting.sqlite")), week, where, aside=aside)

    def reconcile(
        self,
        metric: str,
        theirs: float,
        start: date,
        stop: date,
        where: Where | None = None,
        reading: ReadingName | None = None,
        age: int = 7,
    ) -> pd.DataFrame:
        """Explain the gap between the back office's number and ours, step by step; the steps add up exactly.

        One row a step: `step, value, effect, status, zh, en`. `value` is the number after the step, `effect` what the
        step changes it by, `zh` and `en` say so in a sentence. The steps: `ours` (`reading` as in `why`), `time_base`,
        `denominator`, `before_shipping`, `cancellations`, `late_data`, `remainder`, `theirs`. A step that the data do
        not tell has no value and no effect, and its status says so; one that does not bear on the metric is left out.
        Shares are given as shares: 0.079 for 7.9 %.

        >>> shop.reconcile("refund_rate", 0.083, date(2026, 11, 2), date(2026, 11, 9))  # doctest: +SKIP
        """
        from metrics.reconcile import reconcile  # asked for far less often than a shop is opened

        question = self._question(metric, (), None, where, reading, age, start, stop, None)
        return reconcile(self, question, theirs)

    def delays(self, metric: str = "refund_rate") -> pd.DataFrame:
        """Return how much of what comes back in 30 days is back by each age: what projections rest on.

        One row per category and age in days: `category, age, arrived`, from the cohorts of the last 180 days; the young
        ones tell of the ages that they have lived through. The rows without a category are the whole shop, whose curve
        also stands in for a category with too few returns. Raises `Refused` for a metric that has no young cohorts, and
        where nothing has come back yet: a curve of nothing would say that all of it is there at once.

        >>> shop.delays("refund_rate").query("age == 7")  # doctest: +SKIP
        """
        family = Question(metric).definition.family
        if family is None:
            raise Refused("query.no_delays", metric=metric)
        known = "SELECT 1 FROM return_delays_curve WHERE family = $family LIMIT 1"
        if self.as_of is None or self._reader.sql(known, {"family": family}).empty:
            raise Refused("query.no_delays_yet", metric=metric)
        return self._curves(family).as_frame()

    def orders(self, question: Question) -> tuple[int, int, int] | None:
        """Return how many orders are in scope, and behind either part of the fraction; None where there is no answer.

        >>> shop.orders(Question("refund_rate", reading="arrived"))  # doctest: +SKIP
        """
        laid = plan(question, self)
        if laid is None or "order_id" not in self.columns(laid.reading.fact):
            return None
        whole = replace(laid, table=laid.reading.fact, columns=self.columns(laid.reading.fact))  # no rollup has orders
        statement = select_orders(whole)
        n, numerator, denominator = self._reader.sql(statement.sql, statement.parameters).iloc[0]
        return int(n), int(numerator), int(denominator)

    def policies(self) -> list[tuple[str, datetime, float]]:
        """Return every rule of the platform with the moment from which it holds and its value, in order of time."""
        return list(self._policies)

    @cached_property
    def _policies(self) -> tuple[tuple[str, datetime, float], ...]:
        rows = self._reader.sql("SELECT name, effective_from, value FROM policies ORDER BY name, effective_from", {})
        return tuple(
            (str(name), pd.Timestamp(moment).to_pydatetime(), float(value))
            for name, moment, value in rows.itertuples(index=False)
        )

    def policy_effect(
        self, name: str = "return_window_days", where: Where | None = None, as_of: date | None = None
    ) -> PolicyEffect:
        """Return what the newest change of a rule did, with age held equal: lines paid before it beside those after.

        Both sides are cut at the wider window, counted from delivery, and only lines that have reached it count (see
        `metrics.policy.effect`); `as_of` looks no further than that day. Raises `Refused` where the rule never changed.

        >>> print(shop.policy_effect().sentence("en"))  # doctest: +SKIP
        """
        from metrics.policy import policy_effect  # asked for far less often than a shop is opened

        return policy_effect(self._reader, self, name, self._limits("refund_rate", where), as_of=as_of)

    def approval_rules(self) -> tuple[Rule, ...]:
        """Return the rules for approving tickets: those of `rules.toml` beside the versions, else the shipped ones."""
        from metrics.policy import rules_of

        return rules_of(None if self._path is None else self._path.parent)

    def replay_rules(
        self,
        rules: Sequence[Rule] | None = None,
        start: date | None = None,
        stop: date | None = None,
        where: Where | None = None,
    ) -> Replay:
        """Replay rules for approving on history: how many tickets, what it saves, and how often it would go wrong.

        Each ticket is judged by what was known when it was requested. `start` to before `stop` are the days of the
        requests, by default the 26 weeks before the as-of; `rules` are by default those of `approval_rules`. Nothing is
        approved. See `metrics.policy.replay` for the columns of `summary`, and for what "wrong" means.

        >>> shop.replay_rules().summary[["rule", "tickets", "hours_saved", "wrong", "settled"]]  # doctest: +SKIP
        """
        from metrics.policy import replay
        from metrics.policy.history import past_tickets

        limits = self._limits("response_in_time", where)
        until = stop or max(self.as_of_days.values(), default=date.max - timedelta(days=1)) + timedelta(days=1)
        since = start or until - timedelta(weeks=26)
        columns, moments = self.columns("handled_tickets"), response.moments(self._shops, None)
        tickets = past_tickets(self._reader, columns, moments, limits, since, until)
        return replay(self.approval_rules() if rules is None else tuple(rules), tickets, since, until)

    def approvable(
        self, rules: Sequence[Rule] | None = None, now: datetime | None = None, where: Where | None = None
    ) -> pd.DataFrame:
        """List the tickets that wait now and that a rule would approve, the longest waiting first; approves nothing.

        `now` as in `queue`. `rule` is the name of the first rule that approves the ticket.

        >>> shop.approvable()[["ticket_id", "rule"]]  # doctest: +SKIP
        """
        from metrics.policy import approvable
        from metrics.policy.history import open_tickets

        limits = self._limits("response_in_time", where)
        columns, moments = self.columns("handled_tickets"), response.moments(self._shops, now)
        waiting = open_tickets(self._reader, columns, moments, limits)
        return approvable(self.approval_rules() if rules is None else tuple(rules), waiting)

    def batch_tickets(
        self,
        batch_id: str,
        sku_id: str,
        as_of: date | None = None,
        family: Family = "quality",
        *,
        shop: str | None = None,
    ) -> pd.DataFrame:
        """Return the requests that a batch's count is made of, the newest first, with personal data masked.

        Columns: `sold_on, requested_at, ticket_id, order_id, type, reason_text, description, outcome, refund_amount,
        returns, warehouse, courier, province`.

        >>> shop.batch_tickets("B261017-00", "100052000000")["returns"].sum()  # doctest: +SKIP
        """
        return self.spike_report(as_of, family).tickets(batch_id, sku_id, shop)

    def batch_words(
        self,
        batch_id: str,
        sku_id: str,
        as_of: date | None = None,
        family: Family = "quality",
        *,
        shop: str | None = None,
    ) -> pd.DataFrame:
        """Return what customers of a batch say in their own words: five texts at most that say most, the newest first.

        Columns: `requested_at, reason_text, description, said`, the last being how many wrote just this; phones and
        the like are masked. Empty where the export lacks the customers' descriptions.

        >>> shop.batch_words("B261017-00", "100052000000")["description"].tolist()  # doctest: +SKIP
        """
        return self.spike_report(as_of, family).words(batch_id, sku_id, shop)

    def sql(self, text: str) -> pd.DataFrame:
        """Ask one read-only SELECT over tables, facts and rollups; stopped after a minute.

        >>> shop.sql("select type, count(*) as tickets from tickets group by type")  # doctest: +SKIP
        """
        return self._reader.untrusted(text, seconds=SQL_SECONDS)

    def values(self, dimension: str) -> list[str]:
        """Return the values of a dimension of order lines, the most frequent first, without the unknown."""
        for table in (
            *CATALOGUE.rollups["placed_lines"],
            "placed_lines",
            "handled_tickets",
            "followed_up",
            "made_offers",
            "answered_surveys",
            "opened_disputes",
        ):
            if dimension in self.columns(table):
                count = "placed" if table.startswith("placed_lines") else "1"
                found = self._reader.sql(
                    f'SELECT CAST("{dimension}" AS VARCHAR) AS value FROM {table} WHERE "{dimension}" IS NOT NULL '
                    f"GROUP BY 1 ORDER BY SUM({count}) DESC, 1",
                    {},
                )
                if len(found) or not table.startswith("placed_lines"):
                    return [str(value) for value in found["value"]]
        raise Refused("query.unknown", what="dimension", name=dimension, known=", ".join(CATALOGUE.dimensions))

    def freshness(self) -> pd.DataFrame:
        """Return what each source has told of each table, and until when (the table `coverage`)."""
        return self._reader.sql("SELECT * FROM coverage ORDER BY shop, source, table_name", {})

    @cached_property
    def as_of(self) -> datetime | None:
        """The time up to which the data reach: the earliest of the shops'; None in a store without any."""
        found = self._shops["as_of"].dropna()
        return found.min().to_pydatetime() if len(found) else None

    @cached_property
    def time_zone(self) -> str:
        """The zone in which the times of the store are told; of several shops that of the first by name."""
        return str(self._shops["time_zone"].iloc[0])

    @cached_property
    def as_of_days(self) -> Mapping[str, date]:
        """The day up to which each shop's data reach."""
        known = self._shops.dropna(subset="as_of")
        return dict(zip(known["shop"].astype(str), known["as_of"].dt.date, strict=True))

    @cached_property
    def has_undated(self) -> bool:
        """Whether any source tells that a line came back, but not when."""
        return not self._reader.sql("SELECT 1 FROM line_sources WHERE recorded = 1 AND dated = 0 LIMIT 1", {}).empty

    @property
    def last_full_week(self) -> date | None:
        """The Monday of the newest week that had ended at the as-of."""
        if self.as_of is None:
            return None
        today = self.as_of.date()
        return today - timedelta(days=today.weekday() + 7)

    def _last_day_before(self, as_of: date | None) -> date:
        """Return the last day that was over at `as_of`, or where the data end; the day of the export was not."""
        if self.as_of is None:
            raise Refused("spikes.no_as_of")
        reached = self.as_of.date()
        asked = reached if as_of is None else date(as_of.year, as_of.month, as_of.day)
        if asked > reached:
            raise Refused("spikes.after_as_of", last=reached - timedelta(days=1))
        return asked - timedelta(days=1)

    def columns(self, table: str) -> Mapping[str, str]:
        """Return the columns of a table and their types; none for a table that is not there."""
        return self._columns.get(table, {})

    @cached_property
    def _columns(self) -> Mapping[str, Mapping[str, str]]:
        listed = self._reader.sql(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() "
            "WHERE NOT internal AND database_name = current_database() ORDER BY table_name, column_index",
            {},
        )
        tables: dict[str, dict[str, str]] = {}
        for table, column, kind in listed.itertuples(index=False):
            tables.setdefault(str(table), {})[str(column)] = str(kind)
        return tables

    @cached_property
    def _shops(self) -> pd.DataFrame:
        return self._reader.sql("SELECT shop, time_zone, as_of FROM shops ORDER BY shop", {})

    def _reaching_back(self, totals: pd.DataFrame, asked: Question) -> pd.DataFrame | None:
        """Leave out totals of periods that begin before the data do: a sum over half a month is no month's."""
        fact = asked.definition.readings[asked.reading_asked].fact
        first = pd.Timestamp(self._reader.sql(f"SELECT MIN(day) AS day FROM {fact}", {})["day"].iloc[0])
        if asked.grain:
            return totals.loc[totals["period"] >= first]
        return totals if asked.start is not None and pd.Timestamp(asked.start) >= first else None

    def _is_empty(self, table: str) -> bool:
        return self._reader.sql(f"SELECT 1 FROM {table} LIMIT 1", {}).empty

    def _curves(self, family: str) -> DelayCurves:
        """Fit the delay curves of a family of events once per opened version."""
        if family not in self._fitted:
            assert self.as_of is not None  # only asked for cohorts, and cohorts have an as-of
            delays = self._reader.sql(
                "SELECT day, category, age_days, SUM(lines) AS lines FROM return_delays_curve "
                "WHERE family = $family AND day >= $since GROUP BY day, category, age_days",
                {"family": family, "since": self.as_of.date() - timedelta(days=CURVE_DAYS)},
            )
            self._fitted[family] = DelayCurves.fit(delays, pd.Timestamp(self.as_of.date() - timedelta(days=1)))
        return self._fitted[family]

    def _past(self, seen: Seen) -> Past:
        """Read what the queue takes from the past once a day, not with every look at the clock."""
        began = seen.when_the_day_began()
        day = tuple(sorted(began.at.items()))
        if day not in self._pasts:
            self._pasts.clear()
            self._pasts[day] = Past.read(began)
        return self._pasts[day]

    @cached_property
    def _pasts(self) -> dict[tuple[tuple[str, datetime], ...], Past]:
        return {}

    @cached_property
    def _judged(self) -> dict[tuple[date, Family], SpikeReport]:
        return {}

    @cached_property
    def _fitted(self) -> dict[str, DelayCurves]:
        return {}

    def _seen(self, now: datetime | None, where: Where | None = None, *, answered: bool = True) -> Seen:
        """Return the tickets as they stood at `now`; raises `Refused` where nothing tells when they were `answered`."""
        limits: Mapping[str, Any] = where or {}
        question = Question("response_in_time", where=limits)  # it checks and spells them as `query` does
        columns = self.columns("handled_tickets")
        if not response.is_known(columns):
            raise Refused("query.older_store", version=self.version)
        if not set(question.where) <= set(columns):
            raise Refused(self.why_not(question).code, **self.why_not(question).values)
        sources = self._reader.sql("SELECT 1 FROM ticket_sources WHERE answered = 1 AND dated = 1 LIMIT 1", {})
        if answered and sources.empty:
            raise Refused("query.no_answers")
        return Seen(self._reader, columns, response.moments(self._shops, now), question.where)

    def _question(
        self,
        metric: str | Question,
        by: str | Sequence[str],
        grain: Grain | None,
        where: Where | None,
        reading: ReadingName | None,
        age: int,
        start: date | None,
        stop: date | None,
        rolling: int | None,
    ) -> Question:
        if isinstance(metric, Question):
            return metric
        limits: Mapping[str, Any] = where or {}
        return Question(
            metric, tuple([by] if isinstance(by, str) else by), grain, limits, reading, age, start, stop, rolling
        )

    def _limits(self, metric: str, where: Where | None) -> Mapping[str, tuple[Value, ...]]:
        """Return limits checked and spelled as `query` does."""
        limits: Mapping[str, Any] = where or {}
        return Question(metric, where=limits).where

    def why_not(self, question: Question) -> Finding:
        """Return why a question has no answer in this version."""
        metric, asked = question.definition, question.reading_asked
        if asked not in metric.readings:
            known = ", ".join(metric.readings)
            return Finding("query.reading_missing", {"metric": metric.name, "reading": asked, "known": known})
        missing = missing_dimensions(question, self)
        if not missing:
            return Finding("query.rolling_missing", {"metric": metric.name})
        parts = all(CATALOGUE.dimensions[name].is_part for name in missing)
        code = "query.ask_reason_share" if parts else "query.dimension_missing"
        return Finding(code, {"metric": metric.name, "names": ", ".join(missing)})
