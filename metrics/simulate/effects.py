"""What is planted beside bad batches, spread over the days on which it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from metrics.simulate.scenario import FAMILIES, Family, Scenario


def sku_days(scenario: Scenario, skus: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """List the days on which a SKU's rates are multiplied, by a decision that did something or by a wave."""
    effects: list[tuple[pd.Series[bool], date, date, Mapping[Family, float]]] = []
    after = scenario.as_of.date() + timedelta(days=1)
    for decision in scenario.decisions:
        chosen = skus["product_name"] == decision.product
        effects.append((chosen, decision.starts_on, after, {decision.family: decision.multiplier}))
    for wave in scenario.waves:
        chosen = skus["category"] == wave.category
        effects.append((chosen, wave.starts_on, wave.stops_on, dict.fromkeys(FAMILIES, wave.multiplier)))
    touched: dict[tuple[int, int], dict[Family, float]] = {}
    for chosen, starts_on, stops_on, factors in effects:
        for day_no in calendar.loc[(calendar["day"] >= starts_on) & (calendar["day"] < stops_on), "day_no"]:
            for sku_no in skus.loc[chosen, "sku_no"]:
                now = touched.setdefault((int(sku_no), int(day_no)), dict.fromkeys(FAMILIES, 1.0))
                for family, factor in factors.items():
                    now[family] *= factor
    rows = [
        (sku_no, day_no, *(factors[family] for family in FAMILIES)) for (sku_no, day_no), factors in touched.items()
    ]
    columns = ["sku_no", "day_no", *(f"{family}_factor" for family in FAMILIES)]
    return pd.DataFrame(rows, columns=columns).astype({"sku_no": "int32", "day_no": "int32"})


def courier_days(scenario: Scenario, calendar: pd.DataFrame) -> pd.DataFrame:
    """List the days on which a courier damages parcels, how much more often, and what buyers then say."""
    rows = [
        (trouble.courier, int(day_no), trouble.multiplier, trouble.reason)
        for trouble in scenario.courier_troubles
        for day_no in calendar.loc[
            (calendar["day"] >= trouble.starts_on) & (calendar["day"] < trouble.stops_on), "day_no"
        ]
    ]
    return pd.DataFrame(rows, columns=["courier", "day_no", "damage_factor", "damage_reason"]).astype(
        {"courier": "str", "day_no": "int32", "damage_factor": "float64", "damage_reason": "str"}
    )


def routes(scenario: Scenario, skus: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """List the days on which most parcels with a SKU travel with one courier."""
    rows = [
        (int(sku_no), int(day_no), trouble.courier, trouble.routed)
        for trouble in scenario.courier_troubles
        for sku_no in skus.loc[skus["product_name"] == trouble.product, "sku_no"]
        for day_no in calendar.loc[
            (calendar["day"] >= trouble.starts_on) & (calendar["day"] < trouble.stops_on), "day_no"
        ]
    ]
    columns = ["sku_no", "day_no", "routed_courier", "routed"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"sku_no": "int32", "day_no": "int32", "routed_courier": "str", "routed": "float64"}
    )


def arms(scenario: Scenario) -> pd.DataFrame:
    """Return the arms of the follow-up, equally likely, each with its true uplift."""
    rows = [(slot, arm, uplift) for slot, (arm, uplift) in enumerate(scenario.repurchase_uplift.items())]
    return pd.DataFrame(rows, columns=["slot", "arm", "uplift"]).astype({"slot": "int32"})
