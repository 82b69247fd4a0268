"""The small tables of a shop: its days, its SKUs, their batches, and the true rate of each.

They are drawn with numpy, because they are few and every number in them is a truth that somebody will ask for;
the millions of lines and tickets that follow from them are drawn in DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from metrics.simulate.complaints import complaints
from metrics.simulate.days import clock, draw_calendar, hours
from metrics.simulate.effects import arms, courier_days, routes, sku_days
from metrics.simulate.goods import draw_batches, draw_skus, reason_slots, sku_slots
from metrics.simulate.places import couriers, provinces
from metrics.simulate.scenario import Scenario
from metrics.words import Refused

ORDER_SIZES = (1, 1, 1, 2, 1, 1, 1, 2, 1, 3, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 3, 1, 1, 2, 1)
"""Lines of 25 consecutive orders (34 in all), so that a shop of n lines has exactly n."""


@dataclass(frozen=True)
class World:
    """The small tables by name, ready to be joined to, and how many orders there are."""

    tables: Mapping[str, pd.DataFrame]
    full_orders: int
    """Orders before this number come in the pattern of `ORDER_SIZES`; the rest have one line each."""
    customers: int


def draw_world(scenario: Scenario, lines: int, seed: int) -> World:
    """Return the small tables of a shop of so many lines."""
    if lines < 1:
        raise Refused("simulate.too_few_lines", lines=lines)
    rng = np.random.default_rng(seed)
    full_orders = lines // sum(ORDER_SIZES) * len(ORDER_SIZES)
    orders = full_orders + lines % sum(ORDER_SIZES)
    calendar = draw_calendar(scenario, orders, rng)
    skus = draw_skus(scenario, lines, rng)
    tables = {
        "calendar": calendar,
        "hours": hours(),
        "clock": clock(),
        "provinces": provinces(),
        "couriers": couriers(),
        "skus": skus,
        "sku_slots": pd.concat([sku_slots(scenario, skus, mix) for mix in (0, 1)], ignore_index=True),
        "sku_days": sku_days(scenario, skus, calendar),
        "courier_days": courier_days(scenario, calendar),
        "routes": routes(scenario, skus, calendar),
        "lots": draw_batches(scenario, skus, calendar, rng),
        "reason_slots": reason_slots(scenario),
        "complaints": complaints(),
        "arms": arms(scenario),
    }
    return World(tables, full_orders, customers=max(1, round(orders * 0.62)))
