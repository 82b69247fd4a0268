"""Twenty weeks of a simulated shop: no title over a trend claims a direction that the interval denies."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from dashboard import wording
from dashboard.headline import cell, headline
from dashboard.text import Text
from metrics import CATALOG
from tests.conftest import MadeOnce
from tests.metrics.drivers.simulated import MONDAYS, Made, Weeks, newcombe, twenty_weeks


@pytest.fixture(scope="module")
def weeks(made_once: MadeOnce) -> tuple[Made, Weeks]:
    return twenty_weeks(made_once)


@pytest.mark.parametrize("metric", ["refund_rate", "satisfaction"])
def test_no_title_claims_a_direction_that_the_interval_denies(weeks: tuple[Made, Weeks], metric: str) -> None:
    planted, counted = weeks
    definition = CATALOG[metric]
    reading = "same_age" if "same_age" in definition.readings else "arrived"
    frame = planted.shop.query(metric, grain="week", reading=reading)
    by_week = frame.set_index(pd.to_datetime(frame["period"]).dt.date)
    claimed = 0
    for monday in MONDAYS:
        line = headline(definition, reading, frame, cell(by_week.loc[monday]), monday, MONDAYS[-1])
        low, high = newcombe(counted.count(metric, monday), counted.count(metric, monday - timedelta(weeks=1)))
        allowed = {"▲"} if low > 0 else {"▼"} if high < 0 else set()
        for text in (Text("zh"), Text("en")):
            said = wording.finding(line, text)
            assert {arrow for arrow in "▲▼" if arrow in said} == allowed, said
            assert (text("verdict.unclear") in said) == (not allowed)
        claimed += bool(allowed)
    assert claimed < len(MONDAYS)
    assert claimed >= 2 or metric == "satisfaction"
