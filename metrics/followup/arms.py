"""The arms of a follow-up, and what one of them came to against the control: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from metrics.compare import Difference

ArmName = Literal["control", "message", "coupon"]
ARMS: tuple[ArmName, ...] = get_args(ArmName)
CONTROL: ArmName = "control"
COUPON: ArmName = "coupon"

Days = Literal[30, 60]
HORIZONS: tuple[Days, ...] = get_args(Days)
METRICS: dict[Days, str] = {30: "repurchase_rate", 60: "repurchase_rate_60"}
"""The share that bought again within so many days; the first is what a follow-up is judged by."""

Outcome = Literal["better", "worse", "no_difference", "undecided", "immature", "imbalanced", "not_available"]
"""What can be said of an arm. `undecided` is an answer: neither an effect nor its absence is shown yet.
`no_difference`: the interval covers zero and is too narrow for the claim, which is thereby ruled out."""


@dataclass(frozen=True)
class Arm:
    """One arm at one horizon, by intention to treat.

    `assigned` are all assignments, `immature` those younger than the horizon, which count in neither part of the
    share; `untraced` those whose customer nobody knows.
    """

    name: ArmName
    days: Days
    assigned: int
    mature: int
    immature: int
    untraced: int
    repurchased: int
    value: float
    low: float
    high: float
    status: str


@dataclass(frozen=True)
class Effect:
    """What an arm came to against the control, at one horizon.

    `difference` is in shares, `ratio` to the control less one: both with their 95 % interval, each by itself. `p_value`
    is of the score test, `p_holm` the same once the other arms are reckoned with (Holm 1979); it decides. `power` is
    the chance to have found the claim by now, `needed` how many mature customers each arm takes to find it in four
    cases of five, and `weeks` how long that takes at the present rate (None: never, for nobody is being assigned).
    """

    arm: ArmName
    days: Days
    outcome: Outcome
    difference: Difference
    ratio: Difference
    p_value: float
    p_holm: float
    power: float
    needed: float
    weeks: int | None
