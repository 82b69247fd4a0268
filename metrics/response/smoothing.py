"""A share of few cases, drawn towards what its margins make one expect (an empirical Bayes estimate)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

MARGIN_TICKETS = 30.0
"""Tickets that the whole shop's share weighs in the share of one reason, type or length of waiting."""

LEAST_WEIGHT, MOST_WEIGHT = 10.0, 2_000.0
"""Bounds of the tickets that the expected share weighs in a cell: below, noise; above, the margins alone decide."""


def probabilities(history: pd.DataFrame, asked: pd.DataFrame, events: str, trials: str) -> pd.Series[float]:
    """Return the probability of an event for each row of `asked` (shop, reason, type, waited); NaN in a shop without.

    The prior of a cell is what it would be if reason, type and waiting worked apart: the share of all that waited so
    long, times how many times as often its reason and its type come to that as the shop's tickets do. The share is
    beta-binomial: (events + weight x prior) / (trials + weight), where the weight is told by how far the cells
    scatter around their priors beyond chance (by moments, as J. Kleinman, JASA 68 (1973) 46-54).
    """
    laid = _Laid.of(history, asked)
    hit, of = history[events].to_numpy(float), history[trials].to_numpy(float)
    prior = laid.prior(hit, of)
    weight = _weight(hit, of, prior[: laid.known])
    own_hit, own_of = (laid.sums(laid.cell, counts)[laid.known :] for counts in (hit, of))
    return pd.Series((own_hit + weight * prior[laid.known :]) / (own_of + weight), index=asked.index)


def usual(history: pd.DataFrame, asked: pd.DataFrame, events: str, trials: str) -> pd.Series[float]:
    """Return the share of each row's shop, whatever the reason, the type and the waiting; NaN in a shop without."""
    base = history[history["waited"] == 0].groupby("shop")[[events, trials]].sum()
    share = base[events] / base[trials].where(base[trials] > 0)
    return asked["shop"].map(share).astype("float64")


@dataclass(frozen=True)
class _Laid:
    """The rows of a history, and after them those that are asked for, each with the number of its place."""

    known: int
    at_request: Floats
    shop: Places
    reason: Places
    type: Places
    waited: Places
    cell: Places

    @staticmethod
    def of(history: pd.DataFrame, asked: pd.DataFrame) -> _Laid:
        names = ["shop", "reason", "type", "waited"]
        both = pd.concat([history[names], asked[names]], ignore_index=True)
        codes = {name: pd.factorize(both[name])[0].astype(np.int64) for name in names}
        shop = cell = codes["shop"]
        within: dict[str, Places] = {}
        for name in names[1:]:
            size = int(codes[name].max(initial=0)) + 1
            within[name] = shop * size + codes[name]
            cell = cell * size + codes[name]
        at_request = np.asarray(history["waited"] == 0, dtype=np.float64)
        return _Laid(len(history), at_request, shop, within["reason"], within["type"], within["waited"], cell)

    def sums(self, place: Places, counts: Floats) -> Floats:
        """Return for every row the sum of the counts of the history that stand in its place."""
        whole = np.bincount(place[: self.known], counts, minlength=int(place.max(initial=0)) + 1)
        return np.asarray(whole[place], dtype=np.float64)

    def prior(self, hit: Floats, of: Floats) -> Floats:
        """Return for every row what its margins make one expect; NaN in a shop without a case."""
        base_hit, base_of = hit * self.at_request, of * self.at_request
        total = self.sums(self.shop, base_of)
        # A shop without a single event is no shop in which none can come.
        overall = np.where(total > 0, (self.sums(self.shop, base_hit) + 0.5) / (total + 1.0), np.nan)
        expected = self._margin(self.waited, hit, of, overall)
        for place in (self.reason, self.type):
            expected = expected * self._margin(place, base_hit, base_of, overall) / overall
        return np.clip(expected, 0.0, 0.99)

    def _margin(self, place: Places, hit: Floats, of: Floats, overall: Floats) -> Floats:
        """Return the share of each row's reason, type or waiting, drawn towards its shop's."""
        return (self.sums(place, hit) + MARGIN_TICKETS * overall) / (self.sums(place, of) + MARGIN_TICKETS)


def _weight(hit: Floats, of: Floats, prior: Floats) -> float:
    """Return the weight of the prior in tickets: the fewer, the further the cells lie from it beyond chance."""
    hit, of, prior = (counts[of > 0] for counts in (hit, of, prior))
    chance = prior * (1 - prior)
    beyond = float(np.sum((hit - of * prior) ** 2 - of * chance))
    scatter = beyond / max(float(np.sum(of * (of - 1) * chance)), 1e-12)
    return float(np.clip(1 / scatter - 1, LEAST_WEIGHT, MOST_WEIGHT)) if scatter > 0 else MOST_WEIGHT
