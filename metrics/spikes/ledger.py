"""Which batches are called bad, day by day, so that the calls taken together are rarely wrong.

A limit for one look (three sigma, or Benjamini-Hochberg at 5 %) that is applied every morning is wrong in every sixth
call. The ledger keeps the chance of being wrong of every call it ever made and spends no more than it may on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FALSE_SHARE = 0.05
"""The share of red batches that may be false alarms."""

CANDIDATE = 0.30
"""A batch that is good with more than this chance is never called bad, however much the ledger could afford."""

STRICT_FALSE_SHARE = 0.10
"""The share for the rule that holds whatever the dependence: the e-values of Wang & Ramdas."""

LEDGER_DAYS = 180
"""Calls older than this no longer pay for new ones."""


@dataclass(frozen=True)
class Ledger:
    """The calls made so far: which batch, on which day, and the chance then that it was a good one."""

    batch: Ints
    day: Ints
    lfdr: Floats

    @classmethod
    def empty(cls) -> Ledger:
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))

    def call(self, day: int, batch: Ints, lfdr: Floats, allowed: Flags) -> Ledger:
        """Return the ledger after a day on which these batches stood at this local false-discovery rate.

        The most certain come first, and each is called as long as the mean chance of being wrong, over all calls of
        the last 180 days, stays within 5 % (W. Sun & T. Cai, JASA 102 (2007) 901-912, kept over time).
        """
        new = allowed & (lfdr <= CANDIDATE) & ~np.isin(batch, self.batch)
        order = np.argsort(lfdr[new], kind="stable")
        candidate, chance = batch[new][order], lfdr[new][order]
        recent = self.lfdr[self.day > day - LEDGER_DAYS]
        mean = (recent.sum() + chance.cumsum()) / (len(recent) + np.arange(1, len(chance) + 1))
        taken = np.logical_and.accumulate(mean <= FALSE_SHARE)
        return Ledger(
            np.append(self.batch, candidate[taken]),
            np.append(self.day, np.full(taken.sum(), day)),
            np.append(self.lfdr, chance[taken]),
        )

    @property
    def estimated_fdr(self) -> float:
        """The share of the calls that should turn out false; NaN without calls."""
        return float(self.lfdr.mean()) if len(self.lfdr) else float("nan")


def beyond_doubt(log_bf: Floats) -> Flags:
    """Return which batches the strict rule calls: those whose Bayes factor is at least m / (k q).

    A Bayes factor against the null is an e-value, and this step-up rule over m of them keeps the share of false
    calls under q however they depend on each other (R. Wang & A. Ramdas, JRSS-B 84 (2022) 822-852). It takes over
    while return delays are shifting and the chances themselves are in doubt. NaN is never called.
    """
    known = np.where(np.isfinite(log_bf), log_bf, -np.inf)
    m = int(np.isfinite(log_bf).sum())
    if m == 0:
        return np.zeros(len(log_bf), dtype=bool)
    falling = np.sort(known)[::-1][:m]
    enough = np.flatnonzero(falling >= np.log(m / (np.arange(1, m + 1) * STRICT_FALSE_SHARE)))
    return known >= falling[enough[-1]] if len(enough) else np.zeros(len(log_bf), dtype=bool)
