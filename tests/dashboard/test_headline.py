"""What a tile says of one week: which week it is, what it is compared with, and what is still young."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from dashboard.headline import Cell, cell, headline, newest_week, observed_days, reading_for, settle, whole
from metrics import CATALOG

NAN = float("nan")
REFUNDS = CATALOG["refund_rate"]


def week(monday: str, value: float, low: float = NAN, high: float = NAN, status: str = "ok") -> dict[str, object]:
    counts = {"n": 100, "numerator": 100 * value, "denominator": 100.0}
    rest = {"projected": NAN, "projected_low": NAN, "projected_high": NAN, "coverage": 1.0, "status": status}
    return {"period": date.fromisoformat(monday), **counts, "value": value, "low": low, "high": high, **rest}


@pytest.mark.parametrize(
    ("as_of", "observed", "monday"),
    [
        # Monday 16 November, 09:00: the week of 2–8 November ended 8 days ago, that of 9–15 only yesterday.
        (datetime(2026, 11, 16, 9), 7, date(2026, 11, 2)),
        (datetime(2026, 11, 16, 9), 0, date(2026, 11, 9)),
        (datetime(2026, 11, 16, 9), 38, date(2026, 9, 28)),
        # On Sunday the 15th the last day of 2–8 November is exactly 7 days old; on Saturday it is not.
        (datetime(2026, 11, 15, 0), 7, date(2026, 11, 2)),
        (datetime(2026, 11, 14, 23), 7, date(2026, 10, 26)),
        # Through Sunday itself the week of that Sunday has not ended.
        (datetime(2026, 11, 15, 23), 0, date(2026, 11, 2)),
    ],
)
def test_the_newest_week_is_the_last_whose_last_day_is_old_enough(as_of: datetime, observed: int, monday: date) -> None:
    last_full = as_of.date() - timedelta(days=as_of.weekday() + 7)
    assert newest_week(as_of, last_full, observed) == monday


def test_a_reading_that_a_metric_does_not_have_gives_way_to_its_own() -> None:
    assert reading_for(REFUNDS, "same_age") == "same_age"
    assert reading_for(CATALOG["satisfaction"], "same_age") == "arrived"
    assert [observed_days(REFUNDS, reading, 7) for reading in ("same_age", "final", "arrived")] == [7, 38, 0]


def test_the_tile_compares_with_the_week_before_and_the_year_before() -> None:
    weeks = pd.DataFrame(
        [
            week("2025-11-03", 0.05, 0.04, 0.06),
            week("2026-10-26", 0.10, 0.09, 0.11),
            week("2026-11-02", 0.20, 0.18, 0.22),
        ]
    )
    found = headline(REFUNDS, "same_age", weeks, cell(weeks.iloc[2]), date(2026, 11, 2), date(2026, 11, 2))
    assert found.before is not None
    assert found.year_before is not None
    assert found.change is not None
    assert (found.now.value, found.before.value, found.year_before.value) == (0.20, 0.10, 0.05)
    assert found.change.diff == pytest.approx(0.10)
    assert found.change.verdict == "worse"


@pytest.mark.parametrize("missing", ["2026-10-26", "2026-11-02"])
def test_without_a_number_on_either_side_there_is_no_change(missing: str) -> None:
    weeks = pd.DataFrame([week("2026-10-26", 0.1, 0.09, 0.11), week("2026-11-02", 0.2, 0.18, 0.22)])
    weeks.loc[weeks["period"] == date.fromisoformat(missing), ["value", "low", "high"]] = NAN
    found = headline(REFUNDS, "same_age", weeks, cell(weeks.iloc[1]), date(2026, 11, 2), date(2026, 11, 2))
    assert found.change is None


def test_the_cost_of_a_week_waits_until_its_tickets_are_paid() -> None:
    assert observed_days(CATALOG["aftersales_cost"], "arrived", 7) == 7
    assert observed_days(CATALOG["satisfaction"], "arrived", 7) == 0


def test_a_week_of_which_only_a_part_is_old_enough_is_not_drawn() -> None:
    weeks = pd.DataFrame([week("2026-11-02", 0.1, 0.08, 0.12), week("2026-11-09", 0.3, 0.2, 0.4)])
    assert settle(weeks, newest=date(2026, 11, 2))["value"].tolist() == [0.1]
    assert weeks.loc[1, "value"] == 0.3  # the frame comes from a cache and is never written to


def test_a_young_week_is_drawn_at_its_projection_and_not_at_what_has_come_so_far() -> None:
    weeks = pd.DataFrame([week("2026-11-02", 0.1), week("2026-11-09", 0.03)]).assign(projected=[NAN, 0.09])
    drawn = settle(weeks, newest=date(2026, 11, 2))
    assert drawn["projected"].tolist()[1] == 0.09
    assert pd.isna(drawn["value"].tolist()[1])


def test_a_file_without_weeks_has_one_number_and_compares_with_nothing() -> None:
    found = whole(REFUNDS, "final", pd.DataFrame([week("2026-11-02", 0.2344, status="undated")]))
    assert (found.week, found.change, found.now.status) == (None, None, "undated")
    assert found.weeks.empty


def test_a_cell_knows_what_it_does_not_know() -> None:
    known = Cell(40, 4, 40, 0.1, NAN, NAN, "ok")
    assert known.known
    assert not known.has_interval
    assert not Cell(2, 0, 2, NAN, NAN, NAN, "insufficient").known
