"""The small tables of a shop: its days, its SKUs, their batches, and the true rate of each.

They are drawn with numpy, because they are few and every number in them is a truth that somebody will ask for;
the millions of lines and tickets that follow from them are drawn in DuckDB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.simulate.scenario import Category, Family, Scenario

FAMILIES: tuple[Family, ...] = ("quality", "transit", "fit", "mind")

ORDER_SIZES = (1, 1, 1, 2, 1, 1, 1, 2, 1, 3, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 3, 1, 1, 2, 1)
"""Lines of 25 consecutive orders (34 in all), so that a shop of n lines has exactly n."""

SKU_SLOTS = 16_384

_EPOCH = date(1970, 1, 1)
_NEW_YEAR = (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26))
_WEEKDAY_ORDERS = (1.0, 0.96, 0.95, 0.97, 1.0, 1.1, 1.14)
_HOUR_ORDERS = (20, 11, 6, 4, 3, 4, 9, 18, 30, 44, 54, 52, 48, 46, 47, 48, 49, 47, 46, 58, 76, 84, 72, 44)
_PEAKS = {  # (month, day): (orders, share of the list price)
    (6, 15): (1.4, 0.9),
    (6, 16): (1.6, 0.88),
    (6, 17): (2.2, 0.86),
    (6, 18): (4.2, 0.82),
    (6, 19): (1.5, 0.88),
    (11, 9): (1.3, 0.9),
    (11, 10): (1.9, 0.86),
    (11, 11): (4.5, 0.8),
    (11, 12): (1.5, 0.86),
}
_PROVINCES = (  # name, weight, distance, warehouse
    ("广东", 112, 1, "广州仓"),
    ("江苏", 82, 1, "苏州仓"),
    ("浙江", 78, 1, "苏州仓"),
    ("山东", 70, 2, "天津仓"),
    ("河南", 58, 2, "武汉仓"),
    ("四川", 57, 1, "成都仓"),
    ("河北", 48, 1, "天津仓"),
    ("湖北", 46, 1, "武汉仓"),
    ("北京", 45, 1, "天津仓"),
    ("上海", 45, 1, "苏州仓"),
    ("湖南", 43, 2, "武汉仓"),
    ("安徽", 40, 2, "苏州仓"),
    ("福建", 38, 2, "广州仓"),
    ("陕西", 29, 2, "成都仓"),
    ("江西", 28, 2, "武汉仓"),
    ("辽宁", 28, 2, "天津仓"),
    ("重庆", 27, 1, "成都仓"),
    ("广西", 25, 2, "广州仓"),
    ("云南", 23, 3, "成都仓"),
    ("山西", 22, 2, "天津仓"),
    ("天津", 19, 1, "天津仓"),
    ("贵州", 18, 2, "成都仓"),
    ("黑龙江", 17, 3, "天津仓"),
    ("吉林", 14, 3, "天津仓"),
    ("内蒙古", 13, 3, "天津仓"),
    ("甘肃", 11, 3, "成都仓"),
    ("新疆", 11, 5, "成都仓"),
    ("海南", 7, 3, "广州仓"),
    ("宁夏", 4, 3, "成都仓"),
    ("青海", 3, 4, "成都仓"),
    ("西藏", 2, 5, "成都仓"),
)
_COURIERS = (  # name, warehoused by JD, share, hours a unit of distance
    ("京东物流", True, 100, 18.0),
    ("快马速运", False, 40, 27.0),
    ("远通快递", False, 35, 31.0),
    ("飞雁快递", False, 25, 33.0),
)


@dataclass(frozen=True)
class World:
    """The small tables by name, ready to be joined to, and how many orders there are."""

    tables: Mapping[str, pd.DataFrame]
    orders: int
    full_orders: int
    """Orders before this number come in the pattern of `ORDER_SIZES`; the rest have one line each."""
    customers: int


def seconds(moment: date | datetime) -> int:
    """Return a shop-local day or moment as seconds since 1970, the one unit of time inside the simulator."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return int((moment - datetime(1970, 1, 1)).total_seconds())


def draw_world(scenario: Scenario, lines: int, seed: int) -> World:
    """Return the small tables of a shop of so many lines."""
    rng = np.random.default_rng(seed)
    full_orders = lines // sum(ORDER_SIZES) * len(ORDER_SIZES)
    orders = full_orders + lines % sum(ORDER_SIZES)
    calendar = _calendar(scenario, orders, rng)
    skus = _skus(scenario, lines, rng)
    tables = {
        "calendar": calendar,
        "hours": _hours(),
        "clock": _clock(),
        "provinces": _provinces(),
        "couriers": _couriers(),
        "skus": skus,
        "sku_slots": pd.concat([_sku_slots(scenario, skus, mix) for mix in (0, 1)], ignore_index=True),
        "sku_days": _sku_days(scenario, skus, calendar),
        "courier_days": _courier_days(scenario, calendar),
        "routes": _routes(scenario, skus, calendar),
        "lots": _batches(scenario, skus, calendar, rng),
        "reason_slots": _reason_slots(scenario),
        "arms": _arms(scenario),
    }
    return World(tables, orders, full_orders, customers=max(1, round(orders * 0.62)))


def _calendar(scenario: Scenario, orders: int, rng: np.random.Generator) -> pd.DataFrame:
    """One row a day, the last one cut at the as-of: the peaks, the lull of the new year, and slow growth."""
    last = scenario.as_of.date()
    days = [last - timedelta(days=back) for back in range(scenario.weeks * 7, -1, -1)]
    hour_share = np.cumsum(_HOUR_ORDERS) / sum(_HOUR_ORDERS)
    into_last = (scenario.as_of - datetime.combine(last, time())).total_seconds() / 3600
    fraction = np.ones(len(days))
    fraction[-1] = np.interp(into_last, np.arange(25), np.concatenate([[0.0], hour_share]))
    peaks = [_PEAKS.get((day.month, day.day), (1.0, 1.0)) for day in days]
    weight = np.array(
        [
            _WEEKDAY_ORDERS[day.weekday()] * (1 + 0.3 * number / len(days)) * _lull(day) * peak
            for number, (day, (peak, _)) in enumerate(zip(days, peaks, strict=True))
        ]
    )
    busy = weight / np.median(weight)
    weight = weight * np.exp(rng.normal(0, 0.07, len(days)))
    upto = np.round(np.cumsum(weight * fraction) / np.sum(weight * fraction) * orders).astype(np.int64)
    count = np.diff(upto, prepend=0)
    shift = scenario.mix_shift
    return pd.DataFrame(
        {
            "day_no": np.arange(len(days), dtype=np.int32),
            "day": days,
            "day_s": [seconds(day) for day in days],
            "orders": count,
            "first_order": upto - count,
            "fraction": fraction,
            "mix": np.array([shift is not None and day >= shift.starts_on for day in days], dtype=np.int32),
            "price_factor": [factor for _, factor in peaks],
            "ship_load": np.clip(busy, 1.0, 3.0),
            "desk_load": np.clip(busy, 1.0, 1.5) * np.array([scenario.short_staffed.get(day, 1.0) for day in days]),
            "wide_window": [scenario.window_change is not None and day >= scenario.window_change for day in days],
            "delay_factor": [
                scenario.delay_shift.factor if scenario.delay_shift and day >= scenario.delay_shift.starts_on else 1.0
                for day in days
            ],
        }
    )


def _lull(day: date) -> float:
    near = min(abs((day - new_year).days - 2) for new_year in _NEW_YEAR)
    return 0.4 if near <= 4 else 0.75 if near <= 8 else 1.0


def _hours() -> pd.DataFrame:
    """The time of day in 200 equally likely slices, so that a uniform draw becomes a realistic hour."""
    share = np.concatenate([[0.0], np.cumsum(_HOUR_ORDERS) / sum(_HOUR_ORDERS)])
    edges = np.interp(np.arange(201) / 200, share, np.arange(25)) * 3600
    return pd.DataFrame({"slot": np.arange(200, dtype=np.int32), "from_s": edges[:-1], "span_s": np.diff(edges)})


def _clock() -> pd.DataFrame:
    """How long the desk takes to answer, by weekday and hour: nights wait for nine o'clock, Sundays are thin."""
    rows = []
    for weekday in range(7):
        weekend = {5: 1.5, 6: 1.9}.get(weekday, 1.0)
        for hour in range(24):
            opens = 9 - hour if hour < 9 else 33 - hour if hour >= 22 else 0
            scale = (2.4 if 9 <= hour < 18 else 3.6 if hour < 22 else 3.0) * weekend
            rows.append((weekday, hour, opens * 3600, scale * 3600))
    return pd.DataFrame(rows, columns=["weekday", "hour", "opens_in_s", "scale_s"])


def _slots(weights: NDArray[np.float64], slots: int) -> NDArray[np.int32]:
    """Return for each slot the index that owns it: a weighted urn that one integer draws from."""
    edges = np.round(np.cumsum(weights) / np.sum(weights) * slots).astype(np.int64)
    return np.searchsorted(edges, np.arange(slots), side="right").astype(np.int32)


def _provinces() -> pd.DataFrame:
    owner = _slots(np.array([weight for _, weight, _, _ in _PROVINCES], dtype=float), 1000)
    rows = [(slot, *(_PROVINCES[index][0], *_PROVINCES[index][2:])) for slot, index in enumerate(owner)]
    return pd.DataFrame(rows, columns=["slot", "province", "distance", "warehouse"])


def _couriers() -> pd.DataFrame:
    rows = []
    for by_jd in (True, False):
        mine = [courier for courier in _COURIERS if courier[1] == by_jd]
        owner = _slots(np.array([share for _, _, share, _ in mine], dtype=float), 100)
        rows += [(by_jd, slot, mine[index][0], mine[index][3]) for slot, index in enumerate(owner)]
    return pd.DataFrame(rows, columns=["by_jd", "slot", "courier", "hours"])


def _skus(scenario: Scenario, lines: int, rng: np.random.Generator) -> pd.DataFrame:
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
    skus.insert(1, "sku_id", [str(100_052_000_000 + number * 1_379) for number in range(len(skus))])
    calendar_start = scenario.as_of.date() - timedelta(days=scenario.weeks * 7)
    planted = [(batch.product, batch.starts_on, batch.lasts_days) for batch in scenario.bad_batches]
    planted += [(trouble.product, trouble.starts_on, trouble.lasts_days) for trouble in scenario.courier_troubles]
    for product, starts_on, lasts_days in planted:
        row = skus["product_name"] == product
        skus.loc[row, "batch_days"] = lasts_days
        skus.loc[row, "batch_offset"] = -(starts_on - calendar_start).days % lasts_days
    return skus


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


def _sku_slots(scenario: Scenario, skus: pd.DataFrame, mix: int) -> pd.DataFrame:
    weight = skus["weight"].to_numpy(dtype=float)
    if mix and scenario.mix_shift:
        weight = np.where(skus["category"] == scenario.mix_shift.category, weight * scenario.mix_shift.factor, weight)
    owner = _slots(weight, SKU_SLOTS)
    return pd.DataFrame({"mix": mix, "slot": np.arange(SKU_SLOTS, dtype=np.int32), "sku_no": owner})


def _batches(scenario: Scenario, skus: pd.DataFrame, calendar: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row a batch with its true rate of each family: the SKU's, scattered on the logit, times what is planted."""
    last = len(calendar) - 1
    first_seq = skus["batch_offset"] // skus["batch_days"]
    count = (last + skus["batch_offset"]) // skus["batch_days"] - first_seq + 1
    batches = skus.loc[skus.index.repeat(count)].reset_index(drop=True)
    batches["seq"] = batches.groupby("sku_no").cumcount() + first_seq.repeat(count).to_numpy()
    from_day = batches["seq"] * batches["batch_days"] - batches["batch_offset"]
    batches["batch_key"] = batches["sku_no"] * 10_000 + batches["seq"]
    start = calendar["day"].iloc[0]
    batches["starts_on"] = [start + timedelta(days=int(day)) for day in from_day]
    batches["last_day_no"] = from_day + batches["batch_days"] - 1
    batches["received_on"] = [start + timedelta(days=int(day) - 2) for day in from_day]
    batches["produced_on"] = [start + timedelta(days=int(day) - 16 - int(day) % 13) for day in from_day]
    batches["batch_id"] = [
        f"B{received:%y%m%d}-{sku:02d}" for received, sku in zip(batches["received_on"], batches["sku_no"], strict=True)
    ]
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
        batches.loc[row, ["multiplier", "bad_reason", "planted_stock"]] = [
            planted.multiplier,
            planted.reason,
            planted.units_in_stock,
        ]
    for family in FAMILIES:
        # Parcels know no batch: the way to the buyer scatters by courier, not by lot.
        noise = rng.normal(0, 0.0 if family == "transit" else scenario.dispersion, len(batches))
        rate = batches[family]
        batches[family] = 1 / (1 + (1 - rate) / rate * np.exp(-noise))
    batches["quality"] *= batches["multiplier"]
    return batches


def _sku_days(scenario: Scenario, skus: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """The days on which a SKU's rates are multiplied: decisions that did something, and category-wide waves."""
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


def _courier_days(scenario: Scenario, calendar: pd.DataFrame) -> pd.DataFrame:
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


def _routes(scenario: Scenario, skus: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """The days on which most parcels with a SKU travel with one courier."""
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


def _reason_slots(scenario: Scenario) -> pd.DataFrame:
    rows = []
    for category in scenario.categories:
        for family in FAMILIES:
            texts = list(category.reasons[family])
            owner = _slots(np.array(list(category.reasons[family].values())), 100)
            rows += [(category.name, family, slot, texts[index]) for slot, index in enumerate(owner)]
    return pd.DataFrame(rows, columns=["category", "family", "slot", "reason_text"])


def _arms(scenario: Scenario) -> pd.DataFrame:
    arms = list(scenario.repurchase_uplift)
    uplift = list(scenario.repurchase_uplift.values())
    return pd.DataFrame({"slot": np.arange(len(arms), dtype=np.int32), "arm": arms, "uplift": uplift})
