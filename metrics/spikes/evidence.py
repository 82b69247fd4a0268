"""How strongly a batch's returns speak for a defect: the score of one batch on one day.

Everything here is a closed formula over arrays, one entry a batch. The null is not "exactly the base rate" but "as much
above or below it as good batches of this shop are": without that over-dispersion every large batch is a spike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, expit, xlog1py, xlogy

Floats = NDArray[np.float64]

DELTAS = np.array([0.4, 0.7, 1.1, 1.6, 2.3])
"""How much a defect may raise the logit of the return rate: about 1.5, 2, 3, 4.5 and 8 times a small rate."""

POWER_AT_DETECTION = 0.5
"""The chance of being caught at which `detectable_from` speaks of detectable."""

FACTOR_AT_DETECTION = 2.0
"""The relative rate of which `detectable_from` speaks."""

RELATIVE_RATES = np.exp(np.linspace(np.log(0.05), np.log(25.0), 311))
"""The grid on which the posterior of the relative rate is laid out."""

CREDIBILITY = 0.90


@dataclass(frozen=True)
class Exposure:
    """What a batch has been through by a day: one entry a batch.

    `units` sold and `returned` of them; `arrived` is the sum over its units of the share of their returns that
    should be back (e), `arrived_sq` that of the squares (e2), `unrolled` the same as `arrived` without the rolling
    factor; `elasticity` says by how many percent `arrived` falls when returns come one percent later.
    """

    units: Floats
    returned: Floats
    arrived: Floats
    arrived_sq: Floats
    unrolled: Floats
    elasticity: Floats


def spread(
    rate: Floats, exposure: Exposure, dispersion: float, rate_variance: Floats, delay_variance: Floats
) -> Floats:
    """Return the standard deviation, on the logit, of what a good batch's rate may be.

    It adds what good batches differ by (`dispersion`), what is unknown of the SKU's base rate, what is unknown of
    its delays (which bears on young batches and not on mature ones), a twentieth for the model itself and half of
    what the rolling factor corrected: a correction is never known better than that.
    """
    odds = 1 / (1 - rate)
    rolled = np.log(np.where(exposure.unrolled > 0, exposure.arrived / exposure.unrolled, 1.0))
    return np.sqrt(
        dispersion**2
        + rate_variance
        + (delay_variance + 0.05**2) * (exposure.elasticity * odds) ** 2
        + 0.05**2
        + (0.5 * rolled * odds) ** 2
    )


def concentration(rate: Floats, rate_now: Floats, logit_spread: Floats) -> Floats:
    """Return kappa of the beta distribution of a rate with this spread, at least 1.

    The beta has the mean `rate_now`, what should be back by now, and the relative spread of the logit-normal
    around the final `rate`.
    """
    return np.maximum((1 - rate_now) / (rate_now * ((1 - rate) * logit_spread) ** 2) - 1, 1.0)


def log_beta_binomial(returned: Floats, units: Floats, rate: Floats, kappa: Floats) -> Floats:
    """Return the log probability of so many returns, but for the binomial coefficient."""
    return betaln(returned + rate * kappa, units - returned + (1 - rate) * kappa) - betaln(
        rate * kappa, (1 - rate) * kappa
    )


def effective(exposure: Exposure) -> tuple[Floats, Floats]:
    """Return n* and F*: so many units, each with that share of its returns back, have the batch's mean and variance.

    The returns of cohorts of different ages are a sum of Bernoulli variables of different chances; n* = e²/e2 and
    F* = e2/e match its first two moments. NaN without exposure.
    """
    e = np.where(exposure.arrived > 0, exposure.arrived, np.nan)
    return np.maximum(e**2 / exposure.arrived_sq, exposure.returned), exposure.arrived_sq / e


def log_evidence(logit: Floats, logit_spread: Floats, exposure: Exposure) -> Floats:
    """Return the log probability of each batch's returns, good first and then bad by each of `DELTAS`: `[6, batch]`."""
    units, share = effective(exposure)
    found = []
    for shift in np.append(0.0, DELTAS):
        rate = expit(logit + shift)
        now = np.clip(rate * share, 1e-12, 0.999)
        kappa = concentration(rate, now, logit_spread)
        found.append(log_beta_binomial(exposure.returned, units, now, kappa))
    return np.array(found)


def log_bayes_factor(evidence: Floats, weights: Floats) -> Floats:
    """Return the log of how many times likelier the returns are for a bad batch than for a good one."""
    relative = evidence[1:] - evidence[0]
    top = relative.max(axis=0)
    return np.asarray(top + np.log(weights @ np.exp(relative - top)), dtype=np.float64)


def local_fdr(log_bf: Floats, bad_share: float) -> Floats:
    """Return the chance that a batch with this evidence is a good one."""
    return expit(-(np.log(bad_share / (1 - bad_share)) + log_bf))


def relative_rate(
    logit: Floats, logit_spread: Floats, exposure: Exposure, evidence: Floats, weights: Floats, bad_share: float
) -> tuple[Floats, Floats, Floats]:
    """Return how many times the normal rate each batch has: the posterior median and the 90 % interval.

    The posterior mixes good and bad as the evidence weighs them, so that a young batch with one return too many
    does not read as ten times the normal rate.
    """
    units, share = effective(exposure)
    normal = np.clip(expit(logit) * share, 1e-12, 0.999)
    weight = np.log(np.append(1 - bad_share, bad_share * weights))[:, np.newaxis] + evidence
    weight = np.exp(weight - weight.max(axis=0))
    rates = np.clip(RELATIVE_RATES[np.newaxis, :] * normal[:, np.newaxis], 1e-300, 1.0)
    reachable = RELATIVE_RATES[np.newaxis, :] * normal[:, np.newaxis] < 1
    density = np.zeros_like(rates)
    for shift, share_of in zip(np.append(0.0, DELTAS), weight / weight.sum(axis=0), strict=True):
        final = expit(logit + shift)
        now = np.clip(final * share, 1e-12, 0.999)
        kappa = concentration(final, now, logit_spread)
        a = (exposure.returned + now * kappa)[:, np.newaxis]
        b = (units - exposure.returned + (1 - now) * kappa)[:, np.newaxis]
        density += share_of[:, np.newaxis] * np.exp(xlogy(a, rates) + xlog1py(b - 1, -rates) - betaln(a, b)) * reachable
    mass = density.cumsum(axis=1)
    mass /= mass[:, -1:]
    tail = (1 - CREDIBILITY) / 2
    low, middle, high = (_quantile(mass, level) for level in (tail, 0.5, 1 - tail))
    return middle, low, high


def detectable_from(rate: Floats, bad_share: float, false_share: float) -> Floats:
    """Return from how many sold and matured units a batch with twice the normal rate can be told.

    A rule that is wrong in `false_share` of its flags may accuse a good batch with a chance of at most alpha in its
    whole life, and any such rule needs on average ln(1/alpha) / I expected returns, where I = 2 ln 2 - 1 is what one
    of them tells about a doubled rate (A. Wald, Sequential Analysis, 1947). Below that no method can know.
    """
    alpha = false_share / (1 - false_share) * bad_share * POWER_AT_DETECTION / (1 - bad_share)
    told = FACTOR_AT_DETECTION * np.log(FACTOR_AT_DETECTION) - FACTOR_AT_DETECTION + 1
    return np.asarray(np.ceil(np.log(1 / alpha) / told / rate), dtype=np.float64)


def _quantile(mass: Floats, level: float) -> Floats:
    """Return the relative rate at which the cumulated mass of each row reaches a level; NaN for rows without."""
    known = np.isfinite(mass[:, -1])
    after = np.clip((mass < level).sum(axis=1), 1, mass.shape[1] - 1)
    row = np.arange(len(mass))
    left, right = mass[row, after - 1], mass[row, after]
    part = np.clip((level - left) / np.where(right > left, right - left, 1.0), 0.0, 1.0)
    logs = np.log(RELATIVE_RATES)
    return np.where(known, np.exp(logs[after - 1] + part * (logs[after] - logs[after - 1])), np.nan)
