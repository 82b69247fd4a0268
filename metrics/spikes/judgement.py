"""Batches judged day by day: the flags of a stretch of days, and how every batch stood at the end of the last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from metrics.maturity.rolling import BIN_OF_AGE, DAYS
from metrics.spikes.counts import Counts, midnight, total
from metrics.spikes.course import COURSE_COLUMNS, Courses
from metrics.spikes.daily import Look, Scores, Verdicts, Watch
from metrics.spikes.evidence import detectable_from, detectable_rate, relative_rate
from metrics.spikes.ledger import FALSE_SHARE
from metrics.spikes.model import REACH_DAYS
from metrics.spikes.monitors import PROVISIONAL_DAYS, YOUNG_AGES, Monitors

Floats = NDArray[np.float64]

AMBER = 0.50
"""A batch that is bad with more than an even chance is worth a look."""

FLAG_COLUMNS = ["batch_id", "flagged_on", "observed", "expected", "units", "lfdr", "log_bf", "level"]
BATCH_COLUMNS = [
    "batch_id",
    "sku_id",
    "units",
    "observed",
    "expected",
    "rate",
    "expected_rate_final",
    "relative_rate",
    "low",
    "high",
    "lfdr",
    "log_bf",
    "level",
    "first_flagged_on",
    "detectable_from_units",
    "detectable_rate",
    "provisional",
]
LEVELS = ("red", "amber", "calm", "young")


@dataclass(frozen=True)
class Judged:
    """What a stretch of days brought.

    `batches` has one row for every batch that still had returns ahead of it on the last day and for every one that
    was ever flagged, worst first: `batch_id, sku_id, units, observed, expected, rate, expected_rate_final,
    relative_rate, low, high, lfdr, log_bf, level, first_flagged_on, detectable_from_units, detectable_rate,
    provisional`. `expected` is what a normal batch of this age would have back, `relative_rate` how many times the
    normal rate this one has, with its 90 % interval, `detectable_rate` from how many times the normal rate a batch of
    its units can be told at all, once all is back. A batch without a day of sale behind it is `young` and has no
    scores (NaN).

    `flags` is the frame of `replay`. `looks` has one row a day: `day, active, flags, decoys, estimated_fdr, drifting`.
    """

    batches: pd.DataFrame
    flags: pd.DataFrame
    looks: pd.DataFrame
    monitors: Monitors
    courses: Courses | None

    def course(self, batch_id: str) -> pd.DataFrame:
        """Return the course of a batch (`Courses.of`); empty where nothing was judged."""
        return pd.DataFrame(columns=COURSE_COLUMNS) if self.courses is None else self.courses.of(batch_id)


def judge(
    units: pd.DataFrame,
    returns: pd.DataFrame,
    start: date,
    stop: date,
    *,
    confirmed: Iterable[date] = (),
    false_alarms: Iterable[date] = (),
) -> Judged:
    """Judge every batch on each day from `start` until before `stop`, as if each had been today.

    Takes the frames of `replay`. What was sold more than 210 days before `start` is too old to count. `confirmed` and
    `false_alarms` hold the day of each verdict that people gave on a flag: from then on it counts as one batch more
    that was known to be bad, or good, and never before.
    """
    first, after = midnight(start), midnight(stop)
    counts = Counts.read(units, returns, first - pd.Timedelta(days=REACH_DAYS), after)
    watch = Watch(counts, Verdicts(_days(counts, confirmed), _days(counts, false_alarms)))
    begins = (first - counts.first_day).days
    looked = [watch.look(day) for day in range(begins, counts.days)] if len(counts.cell_day) else []
    looks = [look for look in looked if look is not None]
    flags = pd.concat([_flags(counts, look) for look in looks] or [pd.DataFrame(columns=FLAG_COLUMNS)])
    return Judged(
        batches=_batches(watch, looks, counts.days - 1),
        flags=_typed(flags.reset_index(drop=True)),
        looks=_looks(watch, looks),
        monitors=_monitors(watch, looks),
        courses=Courses.watched(watch) if looks else None,
    )


def _days(counts: Counts, given: Iterable[date]) -> NDArray[np.int64]:
    return np.array([(midnight(day) - counts.first_day).days for day in given], dtype=np.int64)


def replay(units: pd.DataFrame, returns: pd.DataFrame, start: date, stop: date) -> pd.DataFrame:
    """Return the flags that a daily look at a shop's own history would have raised, one row per flag.

    So a shop sees what the rule would have told it, and when, before it trusts it with tomorrow. What was known at
    the end of each day in [start, stop) decides that day; nothing later is looked at. `units` has one row per batch
    and day of sale: `batch_id, sku_id, category, sold_on, units`; `returns` what came back of it: `batch_id, sold_on,
    returned_on, units`. The order of rows, and how they are split, makes no difference.

    Returns `batch_id, flagged_on, observed, expected, units, lfdr, log_bf, level` ("red"), in the order of the flags,
    as they stood at the end of that day: returned and sold units, the returns that a normal batch would have, the
    chance that the batch is a good one. Raises `Refused` for missing columns.

    >>> day = pd.Timestamp("2026-03-02")
    >>> units = pd.DataFrame({"batch_id": ["B1"], "sku_id": ["S1"], "category": ["C"], "sold_on": [day], "units": [9]})
    >>> returns = pd.DataFrame({"batch_id": ["B1"], "sold_on": [day], "returned_on": [day], "units": [1]})
    >>> len(replay(units, returns, date(2026, 3, 3), date(2026, 3, 10)))  # one return is no history to judge by
    0
    """
    return judge(units, returns, start, stop).flags


def _flags(counts: Counts, look: Look) -> pd.DataFrame:
    scores, called = look.scores, look.called
    rows = pd.DataFrame(
        {
            "batch_id": counts.batches[scores.batch[called]],
            "flagged_on": counts.day(look.day),
            "observed": scores.exposure.returned[called],
            "expected": scores.expected[called],
            "units": scores.exposure.units[called],
            "lfdr": scores.lfdr[called],
            "log_bf": scores.log_bf[called],
            "level": "red",
        }
    )
    return rows.sort_values("lfdr", kind="stable")


def _typed(flags: pd.DataFrame) -> pd.DataFrame:
    return flags.astype(
        {"flagged_on": "datetime64[s]"} | dict.fromkeys(["observed", "expected", "units", "lfdr", "log_bf"], "float64")
    )


def _batches(watch: Watch, looks: list[Look], day: int) -> pd.DataFrame:
    """Return the standing of every batch at the end of the last day, the flagged ones included for good."""
    counts = watch.counts
    if not looks:
        return _without_scores(counts, np.unique(counts.cell_batch), day).reindex(columns=BATCH_COLUMNS)
    wanted = np.union1d(watch.active(day), watch.ledger.batch)
    rows = _scored(watch, watch.judged(day, wanted), day, looks[-1].drifting)
    today = np.setdiff1d(counts.cell_batch[counts.cells(day, day)], wanted)
    found = pd.concat([rows, _without_scores(counts, today, day)]) if len(today) else rows
    rank = found["level"].map({level: i for i, level in enumerate(LEVELS)})
    order = pd.DataFrame({"rank": rank, "lfdr": found["lfdr"], "id": found["batch_id"]})
    found = found.iloc[
        np.lexsort((order["id"].to_numpy(dtype=str), order["lfdr"].to_numpy(), order["rank"].to_numpy()))
    ]
    return found.reset_index(drop=True)[BATCH_COLUMNS]


def _scored(watch: Watch, scores: Scores, day: int, drifting: bool) -> pd.DataFrame:
    counts, population, ledger = watch.counts, watch.fit.rates.population, watch.ledger
    seen = scores.exposure
    flagged = pd.Series(ledger.day, index=ledger.batch).reindex(scores.batch).to_numpy()
    bad_share = watch.bad_share(day)
    middle, low, high = relative_rate(scores.logit, scores.spread, seen, population.weights, bad_share)
    is_red = ~np.isnan(flagged)
    level = np.select([is_red, scores.is_young, scores.lfdr <= AMBER], ["red", "young", "amber"], "calm")
    return pd.DataFrame(
        {
            "batch_id": counts.batches[scores.batch],
            "sku_id": counts.skus[counts.sku[scores.batch]],
            "units": seen.units,
            "observed": seen.returned,
            "expected": scores.expected,
            "rate": seen.returned / seen.units,
            "expected_rate_final": expit(scores.logit),
            "relative_rate": middle,
            "low": low,
            "high": high,
            "lfdr": scores.lfdr,
            "log_bf": scores.log_bf,
            "level": level,
            "first_flagged_on": counts.first_day + pd.to_timedelta(flagged, unit="D"),
            "detectable_from_units": detectable_from(expit(scores.logit), bad_share, FALSE_SHARE),
            "detectable_rate": detectable_rate(expit(scores.logit) * seen.units, bad_share, FALSE_SHARE),
            "provisional": drifting & is_red & (flagged - watch.first_sale[scores.batch] < PROVISIONAL_DAYS),
        }
    ).astype({"first_flagged_on": "datetime64[s]"})


def _without_scores(counts: Counts, batch: NDArray[np.int64], day: int) -> pd.DataFrame:
    """Return the rows of batches without exposure, or of a shop without a curve: sold, and nothing to say yet."""
    at = counts.cells(0, day)
    units = total(counts.cell_batch[at], counts.cell_units[at], len(counts.batches))[batch]
    back = total(counts.back_batch, counts.back_units, len(counts.batches))[batch]
    unknown = dict.fromkeys(
        [c for c in BATCH_COLUMNS if c not in {"batch_id", "sku_id", "units", "observed", "rate", "level"}], np.nan
    )
    rows = pd.DataFrame(
        {
            "batch_id": counts.batches[batch],
            "sku_id": counts.skus[counts.sku[batch]],
            "units": units,
            "observed": back,
            "rate": np.divide(back, units, out=np.zeros(len(batch)), where=units > 0),
            "level": "young",
            **unknown,
            "provisional": False,
        }
    )
    return rows.astype({"first_flagged_on": "datetime64[s]"})


def _looks(watch: Watch, looks: list[Look]) -> pd.DataFrame:
    ledger, decoys = watch.ledger, watch.decoys
    days = np.array([look.day for look in looks], dtype=np.int64)
    flags = np.searchsorted(np.sort(ledger.day), days, side="right")
    spent = ledger.lfdr[np.argsort(ledger.day, kind="stable")].cumsum()
    return pd.DataFrame(
        {
            "day": pd.DatetimeIndex([watch.counts.day(int(day)) for day in days]).astype("datetime64[s]"),
            "active": [len(look.scores.batch) for look in looks],
            "flags": flags,
            "decoys": np.searchsorted(np.sort(decoys.day), days, side="right"),
            "estimated_fdr": np.append(np.nan, spent / np.arange(1, len(spent) + 1))[flags],
            "drifting": [look.drifting for look in looks],
        }
    )


def _monitors(watch: Watch, looks: list[Look]) -> Monitors:
    counts = watch.counts
    names = ["dispersion", "bad_share", "delay_dispersion"]
    values = [
        (fit.rates.population.dispersion, fit.rates.population.bad_share, fit.delays.scales.dispersion)
        for fit in watch.fits[-2:]
    ]
    nothing = (np.nan,) * len(names)
    week = counts.arrivals(counts.days - DAYS, counts.days - 1)
    of = counts.category[counts.sku[counts.back_batch[week]]]
    young = BIN_OF_AGE[counts.back_age[week]] < YOUNG_AGES
    return Monitors(
        drifting=bool(looks and looks[-1].drifting),
        drift=pd.DataFrame(
            {
                "category": counts.categories,
                "log_ratio": looks[-1].ratio if looks else np.nan,
                "returns": total(of, counts.back_units[week] * young, len(counts.categories)),
            }
        ),
        decoy_ratio=len(watch.decoys.batch) / len(watch.ledger.batch) if len(watch.ledger.batch) else float("nan"),
        estimated_fdr=watch.ledger.estimated_fdr,
        parameters=pd.DataFrame(
            {
                "name": names,
                "now": values[-1] if values else nothing,
                "week_before": values[-2] if len(values) > 1 else nothing,
            }
        ),
    )
