"""How many customers it takes to find the effect that is claimed, and when there will be so many."""

from __future__ import annotations

import math

from metrics.followup.effect import ALPHA

WANTED = 0.8
"""The chance to find an effect of the claimed size that an experiment should have."""

FEWEST, MOST = 2.0, 1e12
"""Customers of an arm between which the number that is needed is looked for."""

YEARS_ARE_NEVER = 100 * 52
"""Weeks beyond which a date is no plan."""


def power_of(claim: float, control: float, customers: float, others: float, comparisons: int) -> float:
    """Return the chance that `customers` in an arm and `others` in the control show an effect of the claimed size.

    `claim` is relative to the share of the control. The level is that of Holm's first step, which an effect has to pass
    where the other arms have none.
    """
    from statsmodels.stats.proportion import power_proportions_2indep  # takes a second to load

    gain = claim * control
    if not 0 < control < 1 or not 0 < control + gain < 1 or min(customers, others) < 1:
        return math.nan
    level = ALPHA / comparisons
    return float(power_proportions_2indep(gain, control, customers, others / customers, level, return_results=False))


def needed_for(claim: float, control: float, comparisons: int) -> float:
    """Return how many mature customers each of two equal arms needs to find the claim in four cases of five."""
    from scipy.optimize import brentq

    if math.isnan(power_of(claim, control, MOST, MOST, comparisons)):
        return math.nan

    def lacking(customers: float) -> float:
        return power_of(claim, control, customers, customers, comparisons) - WANTED

    return math.nan if lacking(MOST) < 0 else math.ceil(brentq(lacking, FEWEST, MOST, xtol=0.1))


def weeks_until(needed: float, assigned: int, a_week: float, mature: int, days: int) -> int | None:
    """Return in how many weeks an arm holds enough mature customers; None where it never will at the present rate.

    >>> weeks_until(1000, assigned=400, a_week=100, mature=300, days=30), weeks_until(1000, 400, 0, 300, 30)
    (11, None)
    """
    if math.isnan(needed):
        return None
    if mature >= needed:
        return 0
    missing = max(0.0, needed - assigned)
    if missing and not a_week:
        return None
    weeks = math.ceil((missing / a_week if missing else 0.0) + days / 7)
    return weeks if weeks <= YEARS_ARE_NEVER else None
