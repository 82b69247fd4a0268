"""What an arm cost in coupons and what it brought in margin, per customer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from metrics.compare import Difference, Estimate, compare
from metrics.followup.arms import ArmName

MarginSource = Literal["unit_cost", "rate"]
"""Whence the margin is known: from the unit costs of the goods, or as a share of their price that somebody typed."""

Unknown = Literal["no_costs", "some_costs", "no_coupons", "few"]


@dataclass(frozen=True)
class Spread:
    """A value with its interval, scaled."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, row: Estimate, factor: float = 1.0) -> Spread:
        """Return a row of an answer, times a factor that is not below 0."""
        return cls(float(row.value) * factor, float(row.low) * factor, float(row.high) * factor)


@dataclass(frozen=True)
class Worth:
    """The margin that an arm brought beyond the control within 30 days, and its coupons, in yuan per customer.

    `net` is the one less the other, with the interval of both; its verdict says whether the coupons paid. `unknown`
    says why it cannot be told. `customers` are those whose 30 days are over.
    """

    arm: ArmName
    customers: int
    source: MarginSource | None = None
    gained: Difference | None = None
    cost: Spread | None = None
    net: Difference | None = None
    unknown: Unknown | None = None


def worth(arm: ArmName, customers: int, margin: Spread, control: Spread, cost: Spread, source: MarginSource) -> Worth:
    """Return what an arm was worth against the control.

    Coupons differ from customer to customer as well, so that their interval goes into that of the net gain.
    """
    gained = compare(margin, control, "up")
    # A cost that is the same for everybody has no interval, but is known.
    known = Spread(cost.value, *(cost.value if math.isnan(each) else each for each in (cost.low, cost.high)))
    net = compare(Spread(gained.diff, gained.low, gained.high), known, "up")
    return Worth(arm, customers, source, gained, known, net)
