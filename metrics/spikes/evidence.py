"""How strongly a batch's returns speak for a defect: the score of one batch on one day.

Everything here is a closed formula over arrays, one entry a batch. The null is not "exactly the base rate" but "as much
above or below it as good batches of this shop are": without that over-dispersion every large batch is a spike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]

DELTAS = np.array([0.4, 0.7, 1.1, 1.6, 2.3])
"""How much a defect may raise the logit of the return rate: about 1.5, 2, 3, 4.5 and 8 times a small rate."""

NOTHING = 1e-9
"""A share of returns so small is rounding, and means that nothing can be back yet."""

NODES, NODE_WEIGHTS = np.polynomial.hermite.hermgauss(20)
SCORING_STEPS = 8

CURVE_ERROR, ROLLED_ERROR = 0.05, 0.5
"""What is not known of every delay curve, as a share of the delay; and of what the rolling factor corrects."""

POWER_AT_DETECTION = 0.5
"""The chance of being caught at which `detectable_from` speaks of detectable."""

FACTOR_AT_DETECTION = 2.0
"""The relative rate of which `detectable_from` speaks."""

RELATIVE_RATES = np.exp(np.linspace(np.log(0.05), np.log(25.0), 311))
"""The grid on which the posterior of the relative rate is laid out."""

CREDIBILITY = 0.90

RATES_TO_TELL = np.linspace(1.0, 25.0, 2401)


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
    its delays (which bears on young batches and not on mature ones, with a twentieth for the curve itself) and half
    of what the rolling factor corrected: a correction is never known better than that.
    """
    odds = 1 / (1 - rate)
    ratio = np.divide(exposure.arrived, exposure.unrolled, out=np.ones_like(rate), where=exposure.unrolled > 0)
    rolled = np.log(np.where(ratio > 0, ratio, 1.0))
    return np.sqrt(
        dispersion**2
        + rate_variance
        + (delay_variance + CURVE_ERROR**2) * (exposure.elasticity * odds) ** 2
        + (ROLLED_ERROR * rolled * odds) ** 2
    )


def effective(exposure: Exposure) -> tuple[Floats, Floats]:
    """Return n* and F*: so many units, each with that share of its returns back, have the batch's mean and variance.

    The returns of cohorts of different ages are a sum of Bernoulli variables of different chances; n* = e²/e2 and
    F* = e2/e match its first two moments. Where nothing can be back yet, one unit at next to no share
    says nothing for or against the batch.
    """
    something = exposure.arrived > NOTHING * exposure.units
    e, e2 = np.where(something, exposure.arrived, NOTHING), np.where(something, exposure.arrived_sq, NOTHING**2)
    return np.maximum(e**2 / e2, exposure.returned), e2 / e


def log_evidence(logit: Floats, logit_spread: Floats, exposure: Exposure) -> Floats:
    """Return the log probability of each batch's returns, good first and then bad by each of `DELTAS`: `[6, batch]`.

    The returns are binomial, n* units at the share F* of a final rate whose logit is normal around that of the SKU
    with the given spread; the integral over that rate is taken by adaptive Gauss-Hermite quadrature (Q. Liu & D.
    Pierce, Biometrika 81 (1994) 624-629). For a batch of one age the result is exact to ten digits; for one of many
    ages n* and F* match mean and variance. The binomial coefficient, common to all, is left out.
    """
    units, share = effective(exposure)
    centre = logit + np.append(0.0, DELTAS)[:, np.newaxis]
    mode, width = _peak(centre, logit_spread, exposure.returned, units, share)
    at = mode + np.sqrt(2) * width * NODES[:, np.newaxis, np.newaxis]
    now = _now(at, share)
    terms = (
        exposure.returned * np.log(now)
        + (units - exposure.returned) * np.log1p(-now)
        - 0.5 * ((at - centre) / logit_spread) ** 2
        + (NODES**2 + np.log(NODE_WEIGHTS / np.sqrt(np.pi)))[:, np.newaxis, np.newaxis]
    )
    top = terms.max(axis=0)
    return np.asarray(top + np.log(np.exp(terms - top).sum(axis=0)) + np.log(width / logit_spread), dtype=np.float64)


def _now(logit: Floats, share: Floats) -> Floats:
    """Return the share of a batch's units that should be back by now, for a final rate on the logit."""
    return np.asarray(np.clip(share * expit(logit), NOTHING**2, 0.999), dtype=np.float64)


def _peak(
    centre: Floats, logit_spread: Floats, returned: Floats, units: Floats, share: Floats
) -> tuple[Floats, Floats]:
    """Return where prior times likelihood is highest, and how wide it is there, by Fisher scoring."""
    mode = centre.copy()
    for _ in range(SCORING_STEPS):
        remaining, odds, information = _curvature(mode, logit_spread, units, share)
        slope = remaining * (returned - (units - returned) * odds) - (mode - centre) / logit_spread**2
        mode += np.clip(slope / information, -1.0, 1.0)
    return mode, 1 / np.sqrt(_curvature(mode, logit_spread, units, share)[2])


def _curvature(mode: Floats, logit_spread: Floats, units: Floats, share: Floats) -> tuple[Floats, Floats, Floats]:
    now, remaining = _now(mode, share), expit(-mode)
    odds = now / (1 - now)
    return remaining, odds, units * odds * remaining**2 + 1 / logit_spread**2


def log_bayes_factor(evidence: Floats, weights: Floats) -> Floats:
    """Return the log of how many times likelier the returns are for a bad batch than for a good one."""
    relative = evidence[1:] - evidence[0]
    top = relative.max(axis=0)
    return np.asarray(top + np.log(weights @ np.exp(relative - top)), dtype=np.float64)


def local_fdr(log_bf: Floats, bad_share: float) -> Floats:
    """Return the chance that a batch with this evidence is a good one."""
    return np.asarray(expit(-(np.log(bad_share / (1 - bad_share)) + log_bf)), dtype=np.float64)


def relative_rate(
    logit: Floats, logit_spread: Floats, exposure: Exposure, weights: Floats, bad_share: float
) -> tuple[Floats, Floats, Floats]:
    """Return how many times the normal rate each batch has: the posterior median and the 90 % interval.

    The posterior mixes good and bad as the evidence weighs them, so that a young batch with one return too many
    does not read as ten times the normal rate.
    """
    units, share = effective(exposure)
    normal = _now(logit, share)[:, np.newaxis]
    now = RELATIVE_RATES * normal
    reachable = now < np.minimum(share, 1.0)[:, np.newaxis]
    now = np.where(reachable, now, normal)
    final = now / share[:, np.newaxis]
    at = np.log(final / (1 - final))
    likelihood = exposure.returned[:, np.newaxis] * np.log(now) + (units - exposure.returned)[:, np.newaxis] * np.log1p(
        -now
    )
    groups = np.log(np.append(1 - bad_share, bad_share * weights))
    prior = np.zeros_like(now)
    for shift, group in zip(np.append(0.0, DELTAS), groups, strict=True):
        prior += np.exp(group - 0.5 * ((at - logit[:, np.newaxis] - shift) / logit_spread[:, np.newaxis]) ** 2)
    # The grid is even in log(rate), the prior in the logit: d logit / d log(rate) = 1 / (1 - rate).
    density = np.where(reachable, np.log(prior + 1e-300) + likelihood - np.log1p(-final), -np.inf)
    density = np.exp(density - density.max(axis=1, keepdims=True))
    mass = (density.cumsum(axis=1) - density / 2) / density.sum(axis=1, keepdims=True)  # up to the middle of a cell
    tail = (1 - CREDIBILITY) / 2
    low, middle, high = (_quantile(mass, level) for level in (tail, 0.5, 1 - tail))
    return middle, low, high


def detectable_from(rate: Floats, bad_share: float, false_share: float) -> Floats:
    """Return from how many sold and matured units a batch with twice the normal rate can be told.

    A rule that is wrong in `false_share` of its flags may accuse a good batch with a chance of at most alpha in its
    whole life, and any such rule needs on average ln(1/alpha) / I expected returns, where I = 2 ln 2 - 1 is what one
    of them tells about a doubled rate (A. Wald, Sequential Analysis, 1947). Below that no method can know.
    """
    needed = _information_needed(bad_share, false_share)
    return np.asarray(np.ceil(needed / _told_by_one_return(FACTOR_AT_DETECTION) / rate), dtype=np.float64)


def detectable_rate(expected: Floats, bad_share: float, false_share: float) -> Floats:
    """Return from how many times the normal rate a batch with so many expected returns can be told.

    The other side of `detectable_from`: what a batch of ten units can show at most. Infinite where even 25 times
    the normal rate could not.
    """
    needed = _information_needed(bad_share, false_share)
    told = _told_by_one_return(RATES_TO_TELL)
    return np.interp(needed / np.maximum(expected, NOTHING), told, RATES_TO_TELL, right=np.inf)


def _information_needed(bad_share: float, false_share: float) -> float:
    alpha = false_share / (1 - false_share) * bad_share * POWER_AT_DETECTION / (1 - bad_share)
    return float(np.log(1 / alpha))


def _told_by_one_return(factor: Floats | float) -> Floats:
    """Return what one expected return tells, in nats, about a rate that is `factor` times the normal one."""
    return np.asarray(factor * np.log(factor) - factor + 1, dtype=np.float64)


def _quantile(mass: Floats, level: float) -> Floats:
    """Return the relative rate at which the cumulated mass of each row reaches a level."""
    after = np.clip((mass < level).sum(axis=1), 1, mass.shape[1] - 1)
    row = np.arange(len(mass))
    left, right = mass[row, after - 1], mass[row, after]
    part = np.clip((level - left) / np.where(right > left, right - left, 1.0), 0.0, 1.0)
    logs = np.log(RELATIVE_RATES)
    return np.asarray(np.exp(logs[after - 1] + part * (logs[after] - logs[after - 1])), dtype=np.float64)
