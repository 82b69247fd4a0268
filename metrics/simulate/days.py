"""When people buy and when the desk answers: the calendar with its peaks, and the clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd

from metrics.simulate.scenario import Scenario

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


def seconds(moment: date | datetime) -> int:
    """Return a shop-local day or moment as seconds since 1970, the one unit of time inside the simulator."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return int((moment - datetime(1970, 1, 1)).total_seconds())


def draw_calendar(scenario: Scenario, orders: int, rng: np.random.Generator) -> pd.DataFrame:
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


def hours() -> pd.DataFrame:
    """Cut the day into 200 equally likely slices, so that a uniform draw becomes a realistic hour."""
    share = np.concatenate([[0.0], np.cumsum(_HOUR_ORDERS) / sum(_HOUR_ORDERS)])
    edges = np.interp(np.arange(201) / 200, share, np.arange(25)) * 3600
    return pd.DataFrame({"slot": np.arange(200, dtype=np.int32), "from_s": edges[:-1], "span_s": np.diff(edges)})


def clock() -> pd.DataFrame:
    """How long the desk takes to answer, by weekday and hour: nights wait for nine o'clock, Sundays are thin."""
    rows = []
    for weekday in range(7):
        weekend = {5: 1.5, 6: 1.9}.get(weekday, 1.0)
        for hour in range(24):
            opens = 9 - hour if hour < 9 else 33 - hour if hour >= 22 else 0
            scale = (2.4 if 9 <= hour < 18 else 3.6 if hour < 22 else 3.0) * weekend
            rows.append((weekday, hour, opens * 3600, scale * 3600))
    return pd.DataFrame(rows, columns=["weekday", "hour", "opens_in_s", "scale_s"])
