"""What a simulated shop of batches is like, and what is planted in it: plain frozen values, no behaviour.

A scenario is a world with one thing changed, so that what a rule does worse is owed to that one thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

AGES = 31
"""A unit comes back at an age of 0 to 30 days, or not at all."""
HIGHEST_RATE = 0.9
"""No multiplier makes more than this share of a batch come back."""


@dataclass(frozen=True)
class Kind:
    """A category: the rate of its typical SKU, and how long its buyers take (a gamma law, cut off after 30 days)."""

    name: str
    rate: float
    delay_days: float
    delay_shape: float


@dataclass(frozen=True)
class DelayShift:
    """From a day on the delays are `factor` times as long, reached over `over_days`.

    It holds for what is sold from that day on, or with `in_progress` for every return that has not come yet.
    """

    from_day: int
    factor: float
    over_days: int = 0
    in_progress: bool = False


@dataclass(frozen=True)
class Wave:
    """What a category sells in these days comes back `factor` times as often: no batch is to blame."""

    kind: str
    from_day: int
    days: int
    factor: float


@dataclass(frozen=True)
class Season:
    """The rates of a share of the SKUs swing on the logit, each with a phase of its own."""

    share: float
    swing: float
    period_days: int


@dataclass(frozen=True)
class Ramp:
    """The rates of a share of the SKUs climb by `rise` on the logit over some days, and stay there."""

    share: float
    rise: float
    from_day: int
    days: int


@dataclass(frozen=True)
class BatchWorld:
    """What is normal in a shop, and what is planted in it.

    >>> from dataclasses import replace
    >>> calm = replace(BatchWorld(), bad_share=0.0)
    """

    kinds: tuple[Kind, ...] = (
        Kind("appliance", 0.03, 8.0, 1.5),
        Kind("digital", 0.05, 7.0, 1.6),
        Kind("home", 0.08, 7.5, 1.8),
        Kind("shoes", 0.15, 6.0, 1.8),
        Kind("clothing", 0.25, 5.5, 2.0),
    )
    skus: int = 1200
    first_day: date = date(2026, 1, 5)
    history_days: int = 180
    look_days: int = 60
    rate_spread: float = 0.35
    """Between the SKUs of a category, on the logit."""
    delay_spread: float = 0.10
    """Between the SKUs of a category, on the log of the delay."""
    dispersion: float = 0.15
    """Between the normal batches of a SKU, on the logit."""
    units: float = 440.0
    """Of the typical batch."""
    units_spread: float = 0.75
    life_days: tuple[int, int] = (20, 26)
    """A SKU sells one batch after the other, each for so many days."""
    bad_share: float = 0.03
    multipliers: tuple[float, ...] = (1.5, 2.0, 3.0)
    defect_delay: float = 1.0
    """A defective unit comes back after so many times the usual delay."""
    defect_from: float = 0.0
    """The defect is in what a bad batch sells after this share of its days."""
    bad_together: int = 1
    """So many batches of one category that start in the same week are bad together, as from one supplier."""
    delay_shift: DelayShift | None = None
    wave: Wave | None = None
    season: Season | None = None
    ramp: Ramp | None = None

    @property
    def days(self) -> int:
        """All days on which the shop sells."""
        return self.history_days + self.look_days

    @property
    def looks(self) -> tuple[date, date]:
        """The first day on which a rule decides, and the one before which it stops."""
        return self.first_day + timedelta(self.history_days), self.first_day + timedelta(self.days)


BASE = BatchWorld()
_SHIFT = BASE.history_days + 20
SCENARIOS: Mapping[str, BatchWorld] = MappingProxyType(
    {
        "base": BASE,
        "1 % bad": replace(BASE, bad_share=0.01),
        "dispersion doubled": replace(BASE, dispersion=0.30),
        "delays 25 % faster": replace(BASE, delay_shift=DelayShift(_SHIFT, 0.75)),
        "delays 30 % slower": replace(BASE, delay_shift=DelayShift(_SHIFT, 1.30)),
        "category +15 % for two weeks": replace(BASE, wave=Wave("clothing", _SHIFT, 14, 1.15)),
        "defective units 40 % sooner": replace(BASE, defect_delay=0.60),
        "delays 40 % faster": replace(BASE, delay_shift=DelayShift(_SHIFT, 0.60)),
        "delays 25 % faster over 3 weeks": replace(BASE, delay_shift=DelayShift(_SHIFT, 0.75, over_days=21)),
        "delays 25 % faster, sold ones too": replace(BASE, delay_shift=DelayShift(_SHIFT, 0.75, in_progress=True)),
        "defect starts mid-batch": replace(BASE, defect_from=0.5),
        "eight bad together": replace(BASE, bad_together=8),
        "seasonal SKUs": replace(BASE, season=Season(0.3, 0.3, 120)),
        "climbing SKUs": replace(BASE, ramp=Ramp(0.3, 0.4, BASE.history_days, 60)),
    }
)
"""The worlds of the benchmark: whatever is planted in time starts on the twentieth day of looks."""
