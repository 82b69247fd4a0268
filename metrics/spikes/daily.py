"""The daily look: every day is decided from what was known at its end, and nothing later is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from metrics.maturity import AGES_KNOWN, LEAST_ARRIVED
from metrics.maturity.rolling import BINS, DAYS, rolling_factor, usual_level
from metrics.spikes.base_rates import BaseRates, History, fit_base_rates
from metrics.spikes.counts import Counts, total
from metrics.spikes.evidence import Exposure, effective, local_fdr, log_bayes_factor, log_evidence, spread
from metrics.spikes.ledger import Ledger, beyond_doubt
from metrics.spikes.model import HISTORY_DAYS, NEVER, Delays, Fit, exposure, fit_delays, roll_in, weekly_returns
from metrics.spikes.monitors import PROVISIONAL_DAYS, is_drifting, mirrored, young_ratio

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

REFIT_DAYS = 7

SUSPECTED = 4.0
"""The log Bayes factor from which a batch no longer bears on what is usual."""

RECENT_DAYS = 14
BEGINS_LATE = 0.15
"""A defect may begin half-way: the share of the prior that says so, and the days of sale that it is looked for in."""

FEWEST_RETURNS = 30
"""Returns in the history without which there is no delay curve, and nothing is judged."""

FIRST_PASSES = 2
"""Passes of the first fit: base rates need the rolling factor, which needs base rates."""


@dataclass(frozen=True)
class Scores:
    """The batches that were judged on a day, one entry each, sorted by code.

    `exposure` is that of all that was sold, `recent` that of the last fourteen days of sale.
    """

    batch: Ints
    exposure: Exposure
    recent: Exposure
    logit: Floats
    spread: Floats
    log_bf: Floats
    lfdr: Floats

    @property
    def is_young(self) -> Flags:
        """Too little of its returns is back."""
        return self.exposure.arrived < LEAST_ARRIVED * self.exposure.units

    @property
    def expected(self) -> Floats:
        """What a normal batch would have back."""
        return np.asarray(expit(self.logit) * self.exposure.arrived, dtype=np.float64)


@dataclass(frozen=True)
class Look:
    """What one day brought: the scores, which of them turned red, and whether delays are shifting."""

    day: int
    scores: Scores
    called: Flags
    drifting: bool
    ratio: Floats


@dataclass(frozen=True)
class Verdicts:
    """The days from which verdicts on flags are known, one entry a verdict; negative where before the first day."""

    confirmed: Ints
    false_alarms: Ints


NO_VERDICTS = Verdicts(np.empty(0, np.int64), np.empty(0, np.int64))


class Watch:
    """A shop's batches under watch, moved on by one day at a time."""

    def __init__(self, counts: Counts, verdicts: Verdicts = NO_VERDICTS) -> None:
        self.counts = counts
        self.verdicts = verdicts
        self.fits: list[Fit] = []
        self.ledger = Ledger.empty()
        self.decoys = Ledger.empty()
        self.factor = np.ones((len(counts.categories), counts.days, len(BINS)))
        self.level = np.ones(len(counts.categories))
        self.rolled = np.ones((len(counts.skus), counts.days))
        self.hot_since = np.full(len(counts.batches), NEVER)
        self.first_sale = np.full(len(counts.batches), NEVER)
        np.minimum.at(self.first_sale, counts.cell_batch, counts.cell_day)

    @property
    def fit(self) -> Fit:
        return self.fits[-1]

    def bad_share(self, day: int) -> float:
        """Return the share of bad batches as it was known at the end of `day`."""
        confirmed, false_alarms = self.verdicts.confirmed <= day, self.verdicts.false_alarms <= day
        return self.fit.rates.bad_share(int(confirmed.sum()), int(false_alarms.sum()))

    def look(self, day: int) -> Look | None:
        """Judge the batches at the end of `day`; None as long as the shop has no delay curve."""
        if not self.fits or day - self.fit.day >= REFIT_DAYS:
            if self.counts.back_units[self.counts.arrivals(0, day)].sum() < FEWEST_RETURNS:
                return None
            self.refit(day)
        observed, expected = self.week(day)
        if self.fit.day != day:
            self.factor[:, day] = rolling_factor(observed, expected)[:, -1]
            roll_in(self.rolled, self.fit.delays, self.counts.category, self.factor, range(day, day + 1))
        ratio, error = young_ratio(observed.sum(axis=1), expected.sum(axis=1))
        drifting = is_drifting(ratio, error)
        scores = self.judged(day, self.active(day))
        # While delays shift, what a young batch should have back is a guess: only the strict rule may call it.
        provisional = drifting & (day - self.first_sale[scores.batch] < PROVISIONAL_DAYS)
        allowed = ~scores.is_young & (~provisional | beyond_doubt(scores.log_bf))
        before = len(self.ledger.batch)
        self.ledger = self.ledger.call(day, scores.batch, scores.lfdr, allowed)
        self._call_decoys(day, scores)
        hot = scores.batch[scores.log_bf > SUSPECTED]
        self.hot_since[hot] = np.minimum(self.hot_since[hot], day + 1)
        return Look(day, scores, np.isin(scores.batch, self.ledger.batch[before:]), drifting, ratio)

    def week(self, day: int) -> tuple[Floats, Floats]:
        """Return the returns, observed and expected, of the seven days that end with `day`."""
        since = max(0, day - DAYS + 1)
        observed, expected = weekly_returns(self.counts, self.fit.delays, self.fit.rate, self.hot_since, since, day)
        return observed, expected * self.level[:, np.newaxis, np.newaxis]

    def active(self, day: int) -> Ints:
        """Return the batches that were sold before `day` and still have returns ahead of them."""
        sold = np.zeros(len(self.counts.batches), dtype=bool)
        sold[self.counts.cell_batch[self.counts.cells(0, day - 1)]] = True
        ahead = np.zeros_like(sold)
        ahead[self.counts.cell_batch[self.counts.cells(day - AGES_KNOWN + 1, day)]] = True
        return np.flatnonzero(sold & ahead)

    def judged(self, day: int, batch: Ints) -> Scores:
        """Return the scores of the batches at the end of `day`."""
        sku = self.counts.sku[batch]
        whole = exposure(self.counts, self.fit.delays, self.rolled, self.returned(day), batch, day)
        since = day - RECENT_DAYS + 1
        recent = exposure(self.counts, self.fit.delays, self.rolled, self.returned(day, since), batch, day, since)
        log_bf = self._log_bf(sku, whole, recent)
        return Scores(
            batch=batch,
            exposure=whole,
            recent=recent,
            logit=self.fit.rates.logit[sku],
            spread=self._spread(sku, whole),
            log_bf=log_bf,
            lfdr=local_fdr(log_bf, self.bad_share(day)),
        )

    def _log_bf(self, sku: Ints, whole: Exposure, recent: Exposure) -> Floats:
        """Return the evidence for a defect, of the whole batch or of what was sold of it in the last fourteen days.

        Two hypotheses share the prior, so that their mixture is a Bayes factor as well: it costs a batch that is bad
        from the beginning a sixth of its odds, and finds the one that a new shift has spoilt half-way.
        """
        everywhere, lately = (
            log_bayes_factor(
                log_evidence(self.fit.rates.logit[sku], self._spread(sku, seen), seen),
                self.fit.rates.population.weights,
            )
            for seen in (whole, recent)
        )
        lately = np.where((recent.units > 0) & (recent.units < whole.units), lately, everywhere)
        mixed = np.logaddexp(np.log(1 - BEGINS_LATE) + everywhere, np.log(BEGINS_LATE) + lately)
        return np.asarray(mixed, dtype=np.float64)

    def _spread(self, sku: Ints, seen: Exposure) -> Floats:
        rates, delays = self.fit.rates, self.fit.delays
        return spread(
            expit(rates.logit[sku]), seen, rates.population.dispersion, rates.variance[sku], delays.variance[sku]
        )

    def returned(self, day: int, since: int = 0) -> Floats:
        """Return what had come back by the end of `day` of what every batch had sold since."""
        at = self.counts.arrivals(0, day)
        units = self.counts.back_units[at] * (self.counts.back_sold[at] >= since)
        return total(self.counts.back_batch[at], units, len(self.counts.batches))

    def refit(self, day: int) -> None:
        """Fit delays and base rates to what was known at the end of `day`, and lay out the past accordingly."""
        delays = fit_delays(self.counts, day)
        rates = self.fit.rates if self.fits else None
        self._lay_out(day, delays, rates)
        for _ in range(1 if self.fits else FIRST_PASSES):
            history = self._history(day, delays)
            before = rates.population if rates else None
            rates = fit_base_rates(history, self.counts.category, len(self.counts.categories), before)
            self._lay_out(day, delays, rates)
        assert rates is not None
        self.fits.append(Fit(day, delays, rates))

    def _lay_out(self, day: int, delays: Delays, rates: BaseRates | None) -> None:
        """Work out the rolling factor of every day of the history anew, and what had arrived by it."""
        since = max(0, day - HISTORY_DAYS + 1)
        if rates is not None:
            observed, expected = weekly_returns(self.counts, delays, expit(rates.logit), self.hot_since, since, day)
            # Base rates and factor could trade a level between them, week after week: over the whole history
            # the factor is 1, and the level is that of the base rates, without what the bad batches of the past add.
            self.level = usual_level(observed, expected) / rates.population.surplus
            expected = expected * self.level[:, np.newaxis, np.newaxis]
            self.factor[:, since : day + 1] = rolling_factor(observed, expected)
        self.rolled[:, since:] = 0.0
        roll_in(self.rolled, delays, self.counts.category, self.factor, range(since, day + 1), sold_since=since)

    def _history(self, day: int, delays: Delays) -> History:
        since = max(0, day - HISTORY_DAYS + 1)
        sold = np.unique(self.counts.cell_batch[self.counts.cells(since, day)])
        seen = exposure(self.counts, delays, self.rolled, self.returned(day, since), sold, day, since)
        old = seen.arrived >= LEAST_ARRIVED * seen.units
        by_sku = np.argsort(self.counts.sku[sold[old]], kind="stable")
        units, share = effective(seen)
        return History(
            seen.returned[old][by_sku], units[old][by_sku], share[old][by_sku], self.counts.sku[sold[old]][by_sku]
        )

    def _call_decoys(self, day: int, scores: Scores) -> None:
        """Judge every batch once more by its mirror image, in a ledger of its own."""
        sku = self.counts.sku[scores.batch]
        log_bf = self._log_bf(sku, self._mirrored(sku, scores.exposure), self._mirrored(sku, scores.recent))
        lfdr = local_fdr(log_bf, self.bad_share(day))
        self.decoys = self.decoys.call(day, scores.batch, lfdr, ~scores.is_young)

    def _mirrored(self, sku: Ints, seen: Exposure) -> Exposure:
        rate = self.fit.rate[sku]
        shape = 1 / ((1 - rate) * self._spread(sku, seen)) ** 2
        return replace(seen, returned=np.minimum(mirrored(seen.returned, rate * seen.arrived, shape), seen.units))
