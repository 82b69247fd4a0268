"""What a simulated shop is like, and what is planted in it: plain frozen values, no behaviour.

Everything a test or a benchmark may want to know the truth of stands here, because a method can only be
judged on data whose truth was decided before a single row was drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

Family = Literal["quality", "transit", "fit", "mind"]
"""Why goods come back: the goods, the way to the buyer, the size, or a change of mind."""
FAMILIES: tuple[Family, ...] = get_args(Family)


@dataclass(frozen=True)
class Category:
    """A category: its share of the lines, how often its lines come back, why, and how soon.

    `rates` is the share of sold lines with a request of that family; `repair` the share that asks for a repair.
    `settle_days` is the scale of the days between delivery and request.
    """

    name: str
    share: float
    products: tuple[str, ...]
    price: tuple[float, float]
    rates: Mapping[Family, float]
    reasons: Mapping[Family, Mapping[str, float]]
    settle_days: float
    repair: float = 0.0
    exchange: float = 0.15


@dataclass(frozen=True)
class BadBatch:
    """A batch whose quality requests are `multiplier` times the SKU's normal rate, most of them for `reason`.

    The batches of that SKU are `lasts_days` long, one of them begins on `starts_on`; `units_in_stock` of it are left.
    """

    product: str
    starts_on: date
    lasts_days: int
    multiplier: float
    reason: str
    units_in_stock: int


@dataclass(frozen=True)
class CourierTrouble:
    """A courier that damages parcels for a while, and a batch that mostly travels with it: a false suspect.

    Most buyers give `reason`, which blames the goods: the batch of `product` that begins on `starts_on` looks bad, and
    `units_in_stock` of it are left to be taken off sale for nothing.
    """

    courier: str
    multiplier: float
    reason: str
    starts_on: date
    stops_on: date
    product: str
    lasts_days: int
    routed: float
    units_in_stock: int


@dataclass(frozen=True)
class MixShift:
    """From a day on a category's weight among the lines is `factor` times what it was; no rate moves."""

    category: str
    factor: float
    starts_on: date


@dataclass(frozen=True)
class Decision:
    """Something decided in a meeting about a product, and what it really does to one family's rate."""

    week: str
    product: str
    text: str
    owner: str
    due: date
    status: str
    family: Family
    starts_on: date
    multiplier: float


@dataclass(frozen=True)
class Wave:
    """A whole category runs `multiplier` times higher for a while: nobody's batch is to blame."""

    category: str
    starts_on: date
    stops_on: date
    multiplier: float


@dataclass(frozen=True)
class DelayShift:
    """From a day on every request comes `factor` times as late: it fakes spikes (or hides them) everywhere."""

    starts_on: date
    factor: float


@dataclass(frozen=True)
class Scenario:
    """A whole shop: what is normal in it, and what is planted.

    >>> from metrics.simulate import SHOP
    >>> from dataclasses import replace
    >>> calm = replace(SHOP, bad_share=0.0)
    """

    categories: tuple[Category, ...]
    as_of: datetime = datetime(2026, 11, 16, 9)
    weeks: int = 65
    skus: int | None = None
    hot: Mapping[str, float] = field(default_factory=dict)
    dispersion: float = 0.15
    bad_share: float = 0.03
    bad_multipliers: tuple[float, ...] = (1.5, 2.0, 3.0)
    bad_delay: float = 1.0
    window_days: int = 7
    wider_window_days: int = 15
    window_change: date | None = None
    late_share: float = 0.3
    repurchase_uplift: Mapping[str, float] = field(
        default_factory=lambda: {"control": 0.0, "message": 0.03, "coupon": 0.09}
    )
    bad_batches: tuple[BadBatch, ...] = ()
    courier_troubles: tuple[CourierTrouble, ...] = ()
    mix_shift: MixShift | None = None
    decisions: tuple[Decision, ...] = ()
    waves: tuple[Wave, ...] = ()
    delay_shift: DelayShift | None = None
    short_staffed: Mapping[date, float] = field(default_factory=dict)
    """Days on which the desk answers so many times more slowly."""
