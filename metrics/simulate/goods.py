"""What is sold: SKUs and their batches, each with its true rate of every family."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from metrics.simulate.scenario import FAMILIES, Category, Scenario
from metrics.simulate.urn import urn
from metrics.words import Refused

SKU_SLOTS = 16_384


def draw_skus(scenario: Scenario, lines: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row a SKU: popularity, price, batch length, and its own true rate of each family.

    The effects of the SKUs are scaled so that the category's rate is exactly what the scenario says.
    """
    total = scenario.skus or int(np.clip(lines // 8000, 40, 1200))
    shares = np.array([category.share for category in scenario.categories])
    counts = np.diff(np.round(np.cumsum(shares) / shares.sum() * total).astype(int), prepend=0)
    frames = [
        _category_skus(scenario, category, int(count), rng)
        for category, count in zip(scenario.categories, counts, strict=True)
    ]
    skus = pd.concat(frames, ignore_index=True)
    skus.insert(0, "sku_no", np.arange(len(skus), dtype=np.int32))
    skus.insert(
        1, "sku_id", pd.Series([str(100_052_000_000 + number * 1_379) for number in range(len(skus))], dtype="category")
    )
    calendar_start = scenario.as_of.date() - timedelta(days=scenario.weeks * 7)
    for product, starts_on, lasts_days in _planted_batches(scenario):
        row = skus["product_name"] == product
        skus.loc[row, "batch_days"] = lasts_days
        skus.loc[row, "batch_offset"] = -(starts_on - calendar_start).days % lasts_days
    known = set(skus["product_name"])
    for product in [*(planted[0] for planted in _planted_batches(scenario)), *(d.product for d in scenario.decisions)]:
        if product not in known:
            raise Refused("simulate.no_such_product", product=product, skus=len(skus))
    return skus


def _planted_batches(scenario: Scenario) -> list[tuple[str, date, int]]:
    bad = [(batch.product, batch.starts_on, batch.lasts_days) for batch in scenario.bad_batches]
    return bad + [(trouble.product, trouble.starts_on, trouble.lasts_days) for trouble in scenario.courier_troubles]


def _category_skus(scenario: Scenario, category: Category, count: int, rng: np.random.Generator) -> pd.DataFrame:
    names = [
        category.products[number % len(category.products)]
        + (f" {number // len(category.products) + 1}代" if number >= len(category.products) else "")
        for number in range(count)
    ]
    hot = np.array([scenario.hot.get(name, 0.0) for name in names])
    rest = np.where(hot > 0, 0.0, 1 / (np.arange(count) + 4.0))
    weight = hot + rest / rest.sum() * (category.share - hot.sum())
    low, high = np.log(category.price)
    price = np.floor(np.exp(rng.uniform(low, high, count)) / 10) * 10 + 9
    skus = pd.DataFrame(
        {
            "product_name": names,
            "category": category.name,
            "weight": weight,
            "price": price,
            "unit_cost": np.round(price * rng.uniform(0.38, 0.55, count), 2),
            "settle_days": category.settle_days,
            "repair": category.repair,
            "exchange": category.exchange,
            "batch_days": rng.integers(21, 50, count),
            "batch_offset": rng.integers(0, 49, count),
        }
    )
    for family in FAMILIES:
        effect = np.exp(rng.normal(0, 0.2, count))
        skus[family] = category.rates[family] * effect / np.average(effect, weights=weight)
    return skus


def sku_slots(scenario: Scenario, skus: pd.DataFrame, mix: int) -> pd.DataFrame:
    """Return the urn of SKUs, before (0) or after (1) the mix shift."""
    weight = skus["weight"].to_numpy(dtype=float)
    if mix and scenario.mix_shift:
        weight = np.where(skus["category"] == scenario.mix_shift.category, weight * scenario.mix_shift.factor, weight)
    owner = urn(weight, SKU_SLOTS)
    return pd.DataFrame({"mix": mix, "slot": np.arange(SKU_SLOTS, dtype=np.int32), "sku_no": owner})


def draw_batches(
    scenario: Scenario, skus: pd.DataFrame, calendar: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """One row a batch with its true rate of each family: the SKU's, scattered on the logit, times what is planted."""
    last = len(calendar) - 1
    first_seq = skus["batch_offset"] // skus["batch_days"]
    count = (last + skus["batch_offset"]) // skus["batch_days"] - first_seq + 1
    batches = skus.loc[skus.index.repeat(count)].reset_index(drop=True)
    batches["seq"] = batches.groupby("sku_no").cumcount() + np.repeat(first_seq.to_numpy(), count.to_numpy())
    from_day = batches["seq"] * batches["batch_days"] - batches["batch_offset"]
    batches["batch_key"] = batches["sku_no"] * 10_000 + batches["seq"]
    start = calendar["day"].iloc[0]
    batches["starts_on"] = [start + timedelta(days=int(day)) for day in from_day]
    batches["last_day_no"] = from_day + batches["batch_days"] - 1
    batches["received_on"] = [start + timedelta(days=int(day) - 2) for day in from_day]
    batches["produced_on"] = [start + timedelta(days=int(day) - 16 - int(day) % 13) for day in from_day]
    batches["batch_id"] = pd.Categorical(
        [f"B{day:%y%m%d}-{sku:02d}" for day, sku in zip(batches["received_on"], batches["sku_no"], strict=True)]
    )
    batches["supplier"] = [f"供应商{'ABCDEFGH'[sku * 5 % 8]}" for sku in batches["sku_no"]]
    batches["multiplier"] = 1.0
    batches["bad_reason"] = ""
    batches["planted_stock"] = -1
    bad = rng.random(len(batches)) < scenario.bad_share
    batches.loc[bad, "multiplier"] = rng.choice(scenario.bad_multipliers, int(bad.sum()))
    favourite = {category.name: next(iter(category.reasons["quality"])) for category in scenario.categories}
    batches.loc[bad, "bad_reason"] = batches.loc[bad, "category"].map(favourite)
    for planted in scenario.bad_batches:
        row = (batches["product_name"] == planted.product) & (batches["starts_on"] == planted.starts_on)
        batches.loc[row, "multiplier"] = planted.multiplier
        batches.loc[row, "bad_reason"] = planted.reason
        batches.loc[row, "planted_stock"] = planted.units_in_stock
    for trouble in scenario.courier_troubles:
        row = (batches["product_name"] == trouble.product) & (batches["starts_on"] == trouble.starts_on)
        batches.loc[row, "planted_stock"] = trouble.units_in_stock
    for family in FAMILIES:
        # Parcels know no batch: the way to the buyer scatters by courier, not by lot.
        noise = rng.normal(0, 0.0 if family == "transit" else scenario.dispersion, len(batches))
        rate = batches[family]
        batches[family] = 1 / (1 + (1 - rate) / rate * np.exp(-noise))
    batches["quality"] *= batches["multiplier"]
    return batches


def reason_slots(scenario: Scenario) -> pd.DataFrame:
    """Return an urn of reason texts for every category and family."""
    rows = []
    for category in scenario.categories:
        for family in FAMILIES:
            texts = list(category.reasons[family])
            owner = urn(list(category.reasons[family].values()), 100)
            rows += [(category.name, family, slot, texts[index]) for slot, index in enumerate(owner)]
    return pd.DataFrame(rows, columns=["category", "family", "slot", "reason_text"])
