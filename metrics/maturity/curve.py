"""How much of a cohort's returns has arrived by a given age: the delay curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

AGES_KNOWN = 31
"""Ages in days, 0 to 30, over which returns arrive: what comes later is outside every cut."""

MIN_RETURNS = 200
"""Returns below which a category borrows the curve of the whole shop."""

LEAST_ARRIVED = 0.10
"""Share of its returns that must be back before anything is said of a batch: below, it is too young."""


def delay_curve(days: Floats, ages: Floats, counts: Floats, last_day: float, length: int = AGES_KNOWN) -> Floats:
    """Return F, where F[a] is the share of a cohort's returns that has arrived by the end of age a.

    The reverse-time hazard g(a) = R(a) / R(<= a), over the cohorts that have lived through age a, needs no
    denominator and uses young cohorts for the ages that they have; F(a) = prod over j > a of (1 - g(j)), so that
    F of the last age is 1. It is the chain-ladder estimator of reserving (T. Mack, ASTIN Bulletin 23 (1993)).

    `days` are day numbers of the cohorts, `ages` and `counts` the returns of each, one entry per (day, age);
    `last_day` is the last complete day. Without any return all of it counts as arrived at once.

    >>> delay_curve(np.zeros(2), np.array([0.0, 1.0]), np.array([30.0, 10.0]), last_day=9, length=3).tolist()
    [0.75, 1.0, 1.0]
    """
    table = np.zeros((length, length))  # [age lived through, age of the return]
    inside = (ages >= 0) & (ages < length) & (days + ages <= last_day)
    lived = np.minimum(last_day - days[inside], length - 1).astype(int)
    np.add.at(table, (lived, ages[inside].astype(int)), counts[inside])
    by_age = table[::-1].cumsum(axis=0)[::-1]  # cohorts that lived through at least age a
    at = np.diagonal(by_age)
    up_to = np.tril(by_age).sum(axis=1)
    hazard = np.divide(at, up_to, out=np.zeros(length), where=up_to > 0)
    hazard[0] = 0.0
    return np.append(np.cumprod((1 - hazard)[:0:-1])[::-1], 1.0)


@dataclass(frozen=True)
class DelayCurves:
    """The delay curve of every category with enough returns, and of the shop for the others."""

    by_category: dict[str, Floats]
    shop: Floats

    @classmethod
    def fit(cls, delays: pd.DataFrame, last_day: pd.Timestamp) -> DelayCurves:
        """Fit the curves to returned lines: one row per day, category and age_days, with `lines`."""
        numbers = (delays["day"] - pd.Timestamp(0)).dt.days.to_numpy().astype(np.float64)
        last = float((last_day - pd.Timestamp(0)).days)
        ages = delays["age_days"].to_numpy().astype(np.float64)
        counts = delays["lines"].to_numpy().astype(np.float64)
        categories = delays["category"].to_numpy()
        enough = delays.groupby("category")["lines"].sum()
        return cls(
            by_category={
                str(name): delay_curve(numbers[own], ages[own], counts[own], last)
                for name in enough.index[enough >= MIN_RETURNS]
                if (own := categories == name).any()
            },
            shop=delay_curve(numbers, ages, counts, last),
        )

    def as_frame(self) -> pd.DataFrame:
        """Return the curves as rows `category, age, arrived`; that of the shop has no category and comes first."""
        curves: list[tuple[str | None, Floats]] = [(None, self.shop), *self.by_category.items()]
        frame = pd.DataFrame(
            {
                "category": [name for name, _ in curves for _ in self.shop],
                "age": np.tile(np.arange(len(self.shop)), len(curves)),
                "arrived": np.concatenate([curve for _, curve in curves]),
            }
        )
        return frame.astype({"category": "str"})

    def laid_out(self) -> tuple[list[float], dict[str, int]]:
        """Return all curves in one list, and where that of each category begins; the shop's begins at 0.

        Each begins with the share of a cohort that has not lived a single day, which is none: age a stands at
        a + 1. In this form a query can weigh each cohort where it lies.
        """
        curves = {"": self.shop, **self.by_category}
        starts = {name: i * (AGES_KNOWN + 1) for i, name in enumerate(curves)}
        return [share for curve in curves.values() for share in (0.0, *curve.tolist())], starts
