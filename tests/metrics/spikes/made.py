"""Small shops with known truth for the tests of the rule: made here, so that rule and benchmark share no mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import gamma

FIRST_DAY = pd.Timestamp("2026-01-05")
LIFE = 24  # days over which a batch is sold; the next one of its SKU follows at once
AGES = 31

RATES = {"clothing": 0.22, "shoes": 0.14, "home": 0.08}
DELAYS = {"clothing": 5.0, "shoes": 6.0, "home": 7.0}  # mean days


@dataclass(frozen=True)
class Made:
    """The frames of `replay`, which batches are bad, and the days of the shop."""

    units: pd.DataFrame
    returns: pd.DataFrame
    bad: frozenset[str]
    days: int

    def day(self, number: int) -> pd.Timestamp:
        return FIRST_DAY + pd.Timedelta(days=number)


def usual(_: int) -> float:
    return 1.0


def make_shop(
    seed: int,
    *,
    skus: int = 30,
    days: int = 120,
    a_day: float = 15.0,
    bad_share: float = 0.0,
    bad_factor: float = 3.0,
    rate_factor: Callable[[int], float] = usual,
    delay_factor: Callable[[int], float] = usual,
    dispersion: float = 0.15,
) -> Made:
    """Draw a shop; both factors are functions of the day of sale."""
    draw = np.random.default_rng(seed)
    names = list(RATES)
    sold, back, bad = [], [], set()
    for sku in range(skus):
        category = names[sku % len(names)]
        base = logit(RATES[category]) + 0.3 * draw.standard_normal()
        slow = np.exp(0.1 * draw.standard_normal())
        begins = -int(draw.integers(0, LIFE))
        for number, first in enumerate(range(begins, days, LIFE)):
            batch = f"{category[0]}{sku:03d}-{number:02d}"
            is_bad = draw.random() < bad_share
            own = base + dispersion * draw.standard_normal()
            if is_bad:
                bad.add(batch)
            size = a_day * np.exp(0.5 * draw.standard_normal())
            for day in range(max(first, 0), min(first + LIFE, days)):
                units = int(draw.poisson(size))
                if not units:
                    continue
                sold.append((batch, f"S{sku:03d}", category, FIRST_DAY + pd.Timedelta(days=day), units))
                rate = min(float(expit(own)) * rate_factor(day) * (bad_factor if is_bad else 1.0), 0.9)
                at = np.diff(gamma.cdf(np.arange(AGES + 1), 2.0, scale=DELAYS[category] * slow * delay_factor(day) / 2))
                ages = draw.multinomial(draw.binomial(units, rate), at / at.sum())
                back += [(batch, sold[-1][3], int(age), int(ages[age])) for age in np.flatnonzero(ages)]
    units = pd.DataFrame(sold, columns=["batch_id", "sku_id", "category", "sold_on", "units"])
    returns = pd.DataFrame(back, columns=["batch_id", "sold_on", "age", "units"])
    returns["returned_on"] = returns["sold_on"] + pd.to_timedelta(returns.pop("age"), unit="D")
    return Made(units, returns[["batch_id", "sold_on", "returned_on", "units"]], frozenset(bad), days)
