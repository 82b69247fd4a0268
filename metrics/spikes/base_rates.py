"""What is normal: the base rate of every SKU, how much good batches differ, and how many are bad.

A two-group model fitted to the history: the logit of a batch's rate is normal around that of its SKU if the batch is
good, and around a raised one if it is bad. So the bad batches of the past are told apart and not averaged into what
counts as normal. All rates live on one grid of logits, where the scatter of batches is a convolution.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from metrics.spikes.evidence import DELTAS

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

STEP = 0.05
"""Width of the grid of logits."""

LOGITS = np.arange(-9.0, 3.0 + STEP / 2, STEP)
"""Rates from 0.01 % to 95 %."""

DISPERSION, DISPERSION_PRIOR = 0.20, 0.35
"""Dispersion before there is history, and how sure that is, on the log: a few hundred batches outweigh it."""

PRIOR_BAD, PRIOR_GOOD = 1, 50
"""Batches that seem to have been seen before the first: one bad in fifty, so that no shop ends at none."""

PRIOR_OF_EACH_DELTA = 2

NEGLIGIBLE = 1e-16
"""Densities are cut off here: what single precision cannot hold slows arithmetic a tenfold."""

CATEGORY_SPREAD = 0.35

LEAST_DISPERSION, MOST_DISPERSION = 0.05, 0.60
LEAST_CATEGORY_SPREAD = 0.05

FIRST_ROUNDS, LATER_ROUNDS = 12, 3
"""Rounds of the fit: the first begins with the defaults, later ones where last week's ended."""


@dataclass(frozen=True)
class Population:
    """What the batches of a shop have in common. The values given here serve until there is history.

    `dispersion` is the standard deviation of good batches of one SKU on the logit, `bad_share` the share of bad
    ones, `weights` how the bad ones fall on `DELTAS`; `centre` and `category_spread` describe the SKUs of each
    category.
    """

    centre: Floats
    category_spread: Floats
    dispersion: float = DISPERSION
    bad_share: float = 0.02
    weights: Floats = field(default_factory=lambda: np.full(len(DELTAS), 1 / len(DELTAS)))

    @property
    def surplus(self) -> Floats:
        """How many times the returns of its good batches each category has, because some are bad: `[category]`."""
        raised = expit(self.centre[:, np.newaxis] + DELTAS) / expit(self.centre)[:, np.newaxis]
        return np.asarray(1 + self.bad_share * ((raised - 1) @ self.weights), dtype=np.float64)


@dataclass(frozen=True)
class BaseRates:
    """The base rate of every SKU on the logit with the variance of what is unknown of it, and the population.

    `batches` is how many the fit rests on.
    """

    logit: Floats
    variance: Floats
    population: Population
    batches: int

    def bad_share(self, confirmed: int, false_alarms: int) -> float:
        """Return the share of bad batches, with what people found out about flags counted in.

        The share is the mean of a beta distribution of one bad in fifty-one and of the batches of the history; each
        confirmed flag is one more bad batch, and each false alarm one more good. It bears on what is judged and not
        on what is normal: the fit has seen the returns of these batches already.
        """
        if not confirmed + false_alarms:
            return self.population.bad_share
        seen = self.batches + PRIOR_BAD + PRIOR_GOOD
        return (self.population.bad_share * seen + confirmed) / (seen + confirmed + false_alarms)


@dataclass(frozen=True)
class History:
    """The batches that the fit rests on, sorted by SKU: one entry a batch.

    `returned` of so many effective `units`, each with the `share` of its returns back; `sku` of the batch.
    """

    returned: Floats
    units: Floats
    share: Floats
    sku: Ints


def unfitted(history: History, category: Ints, categories: int) -> Population:
    """Return the population of a shop that has no fit yet: the pooled rate of each category, and the defaults."""
    back = np.bincount(category[history.sku], history.returned, categories)
    due = np.bincount(category[history.sku], history.units * history.share, categories)
    overall = (back.sum() + 0.5) / (due.sum() + 25.0)
    rate = np.clip((back + 20 * overall) / (due + 20), 1e-4, 0.9)
    return Population(np.log(rate / (1 - rate)), np.full(categories, CATEGORY_SPREAD))


def fit_base_rates(history: History, category: Ints, categories: int, before: Population | None) -> BaseRates:
    """Fit the model to the history; `category` is that of every SKU, `before` the population of the last fit.

    Expectation-maximisation, in which the posterior of every SKU's base rate is held on the grid and the
    dispersion is moved along the marginal likelihood. A shop with few batches stays near the defaults, which are
    the priors of the fit.
    """
    population = before or unfitted(history, category, categories)
    likelihood = _likelihoods(history)
    begins = np.flatnonzero(np.diff(history.sku, prepend=-1))
    skus = history.sku[begins]
    of = category[skus]
    for turn in range(FIRST_ROUNDS if before is None else LATER_ROUNDS):
        if before is None or turn == 0:  # from one week to the next it moves by less than one step
            population = replace(population, dispersion=_dispersion(likelihood, begins, of, population))
        kernels = _kernels(population.dispersion)
        mixed = _mixed(likelihood, kernels, population)
        population = _moved(
            population, likelihood, kernels, mixed, _posterior(mixed, begins, of, population), begins, of
        )
    mixed = _mixed(likelihood, _kernels(population.dispersion), population)
    logit = population.centre[category].copy()
    variance = (population.category_spread[category] ** 2).copy()
    logit[skus], variance[skus] = _moments(_posterior(mixed, begins, of, population))
    return BaseRates(logit, variance, population, len(mixed))


def _likelihoods(history: History) -> Singles:
    """Return the likelihood of every batch's own rate on the grid, each row with the maximum 1.

    A likelihood narrower than the grid is widened to it, so that it cannot fall between two of its points.
    """
    units = np.maximum(history.units, history.returned)[:, np.newaxis]
    returned = history.returned[:, np.newaxis]
    rate = np.clip(expit(LOGITS)[np.newaxis, :] * history.share[:, np.newaxis], 1e-12, 0.999)
    found = returned * np.log(rate) + (units - returned) * np.log1p(-rate)
    information = history.returned * (1 - history.returned / np.maximum(units[:, 0], 1.0)) + 0.5
    found = (found - found.max(axis=1, keepdims=True)) * np.minimum(1.0, 1 / (information * STEP**2))[:, np.newaxis]
    return np.asarray(np.exp(np.maximum(found, np.log(NEGLIGIBLE))), dtype=np.float32)


def _kernels(dispersion: float) -> Singles:
    """Return the chance of every own rate given every base rate, `[6, own, base]`: good first, then by `DELTAS`."""
    centre = np.minimum(LOGITS + np.append(0.0, DELTAS)[:, np.newaxis], LOGITS[-1])
    density = np.exp(-0.5 * ((LOGITS[np.newaxis, :, np.newaxis] - centre[:, np.newaxis, :]) / dispersion) ** 2)
    density[density < NEGLIGIBLE] = 0.0
    return np.asarray(density / density.sum(axis=1, keepdims=True), dtype=np.float32)


def _shares(population: Population) -> Floats:
    """Return how many batches are good, and how many bad by each of `DELTAS`."""
    return np.append(1 - population.bad_share, population.bad_share * population.weights)


def _mixed(likelihood: Singles, kernels: Singles, population: Population) -> Singles:
    """Return the likelihood of the base rate, whether the batch is good or bad: `[batch, base]`."""
    kernel = np.tensordot(_shares(population).astype(np.float32), kernels, axes=1)
    return np.asarray(np.maximum(likelihood @ kernel, 1e-30), dtype=np.float32)


def _log_joint(mixed: Singles, begins: Ints, category: Ints, population: Population) -> Floats:
    """Return the log of prior times likelihood of every SKU's base rate on the grid."""
    spread = population.category_spread[category][:, np.newaxis]
    from_centre = (LOGITS[np.newaxis, :] - population.centre[category][:, np.newaxis]) / spread
    return np.asarray(
        np.add.reduceat(np.log(mixed), begins, axis=0) - 0.5 * from_centre**2 - np.log(spread), dtype=np.float64
    )


def _posterior(mixed: Singles, begins: Ints, category: Ints, population: Population) -> Floats:
    joint = _log_joint(mixed, begins, category, population)
    density = np.exp(joint - joint.max(axis=1, keepdims=True))
    density[density < NEGLIGIBLE] = 0.0
    return np.asarray(density / density.sum(axis=1, keepdims=True), dtype=np.float64)


def _moments(posterior: Floats) -> tuple[Floats, Floats]:
    mean = posterior @ LOGITS
    return mean, posterior @ LOGITS**2 - mean**2


def _dispersion(likelihood: Singles, begins: Ints, category: Ints, population: Population) -> float:
    """Return the dispersion one step nearer to where the marginal likelihood is highest."""
    reach = 0.15
    tried = np.log(population.dispersion) + np.array([-reach, 0.0, reach])
    low, here, high = (
        _log_marginal(_mixed(likelihood, _kernels(float(np.exp(at))), population), begins, category, population)
        - 0.5 * ((at - np.log(DISPERSION)) / DISPERSION_PRIOR) ** 2
        for at in tried
    )
    bend = low + high - 2 * here
    step = reach / 2 * (low - high) / bend if bend < 0 else reach * np.sign(high - low)
    moved = float(np.exp(tried[1] + np.clip(step, -2 * reach, 2 * reach)))
    return min(max(moved, LEAST_DISPERSION), MOST_DISPERSION)


def _log_marginal(mixed: Singles, begins: Ints, category: Ints, population: Population) -> float:
    joint = _log_joint(mixed, begins, category, population)
    top = joint.max(axis=1)
    return float((top + np.log(np.exp(joint - top[:, np.newaxis]).sum(axis=1))).sum())


def _moved(
    population: Population,
    likelihood: Singles,
    kernels: Singles,
    mixed: Singles,
    posterior: Floats,
    begins: Ints,
    category: Ints,
) -> Population:
    """Return the population that fits the posterior of the base rates best."""
    mean, variance = _moments(posterior)
    skus = np.bincount(category, minlength=len(population.centre))
    centre = np.where(skus > 0, np.bincount(category, mean, len(skus)) / np.maximum(skus, 1), population.centre)
    scatter = np.bincount(category, variance + (mean - centre[category]) ** 2, len(skus))
    # As if one more SKU had been seen: a category of two SKUs must not believe that all of its SKUs are alike.
    spread = np.sqrt((scatter + CATEGORY_SPREAD**2) / (skus + 1))
    of_batch = np.repeat(posterior.astype(np.float32), np.diff(np.append(begins, len(mixed))), axis=0) / mixed
    shares = _shares(population)[1:] * np.tensordot(kernels[1:], likelihood.T @ of_batch, axes=2)
    return Population(
        centre=centre,
        category_spread=np.maximum(spread, LEAST_CATEGORY_SPREAD),
        dispersion=population.dispersion,
        bad_share=float((shares.sum() + PRIOR_BAD) / (len(mixed) + PRIOR_BAD + PRIOR_GOOD)),
        weights=(shares + PRIOR_OF_EACH_DELTA) / (shares.sum() + PRIOR_OF_EACH_DELTA * len(shares)),
    )
