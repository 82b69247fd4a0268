"""Follow-ups made up by a generator of chance: many experiments at once, whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from metrics.followup.arms import Arm, ArmName
from metrics.interval import wilson


def drawn_arm(name: ArmName, rng: np.random.Generator, customers: int, chance: float, experiments: int) -> list[Arm]:
    """Return one arm of each experiment: how many of its customers bought again, with the interval of `query`."""
    again = rng.binomial(customers, chance, experiments)
    low, high = wilson(again.astype(float), np.full(experiments, float(customers)))
    return [
        Arm(name, 30, customers, customers, 0, 0, int(k), k / customers, float(least), float(most), "ok")
        for k, least, most in zip(again, low, high, strict=True)
    ]


def small_shop(arms: dict[str, list[tuple[int, int | None]]], as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Return the tables of a shop with one follow-up: for each customer his age in days and when he bought again.

    The second number is the days from the assignment to the next order, None where there was none. Every customer has
    an order with a ticket before, goods cost 60 and sell for 100, and a coupon is worth 10.
    """
    lines, tickets, followups = [], [], []
    for arm, customers in arms.items():
        for place, (age, again) in enumerate(customers):
            who = f"{arm}-{place:04d}"
            assigned = as_of - pd.Timedelta(days=age)
            orders = [(f"{who}-a", assigned - pd.Timedelta(days=20))]
            orders += [(f"{who}-b", assigned + pd.Timedelta(days=again))] if again is not None else []
            lines += [
                {
                    "order_id": order,
                    "line_id": "1",
                    "sku_id": "1",
                    "customer_id": f"jd_{who}",
                    "quantity": 1,
                    "amount": 100.0,
                }
                | {"ordered_at": at, "paid_at": at, "cancelled": False}
                for order, at in orders
            ]
            asked = assigned - pd.Timedelta(days=10)
            closed = asked + pd.Timedelta(days=2)
            tickets.append(
                {"ticket_id": f"T-{who}", "order_id": f"{who}-a", "line_id": "1", "type": "return"}
                | {"outcome": "approved", "requested_at": asked, "closed_at": closed, "refunded_at": None}
            )
            coupon = 10.0 if arm == "coupon" else None
            of_customer = {"ticket_id": f"T-{who}", "customer_id": f"jd_{who}", "arm": arm}
            followups.append(of_customer | {"assigned_at": assigned, "coupon_amount": coupon})
    frames = {
        "order_lines": pd.DataFrame(lines),
        "tickets": pd.DataFrame(tickets),
        "followups": pd.DataFrame(followups),
        "products": pd.DataFrame([{"sku_id": "1", "product_name": "水壶", "category": "小家电", "unit_cost": 60.0}]),
    }
    return {name: frame.assign(shop="甲店") for name, frame in frames.items()}
