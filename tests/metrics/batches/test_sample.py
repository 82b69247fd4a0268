"""The sample shop: what its README says of the days on which the planted batches turn red is what the shop answers."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import metrics
from dashboard.demo import SAMPLE as FOLDER
from metrics.simulate import SAMPLE

ROW = re.compile(r"^\| (\S+) (\d+)，批次 (\S+) \| ([\d-]+) \| (\d+)/(\d+) \| (\S+) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def shop(sample_store: Path) -> metrics.Shop:
    return metrics.open_shop(sample_store)


def test_the_readme_tells_every_red_batch_and_its_day(shop: metrics.Shop) -> None:
    batches = shop.spikes()
    red = batches[batches["level"] == "red"].sort_values("first_flagged_on")
    told = ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))
    assert told == [
        (
            row.product_name,
            row.sku_id,
            row.batch_id,
            f"{row.first_flagged_on:%Y-%m-%d}",
            str(row.observed),
            f"{row.expected:.0f}",
            row.top_reason,
        )
        for row in red.itertuples()
    ]


def test_what_was_planted_is_what_is_found(shop: metrics.Shop) -> None:
    red = shop.spikes().query("level == 'red'").set_index("product_name")
    (trouble,) = SAMPLE.courier_troubles
    assert set(red.index) == {bad.product for bad in SAMPLE.bad_batches} | {trouble.product}
    for bad in SAMPLE.bad_batches:
        row = red.loc[bad.product]
        assert row["top_reason"] == bad.reason
        assert row["low"] < bad.multiplier < row["high"] * 1.1
        assert row["advice"] == ("delist" if bad.units_in_stock else "inspect")
        assert row["first_flagged_on"].date() > bad.starts_on


def test_the_false_suspect_is_said_to_be_the_courier(shop: metrics.Shop) -> None:
    (trouble,) = SAMPLE.courier_troubles
    row = shop.spikes().set_index("product_name").loc[trouble.product]
    suspected = row if row.ndim == 1 else row[row["level"] == "red"].iloc[0]
    assert (suspected["suspect_dimension"], suspected["suspect"]) == ("courier", trouble.courier)
    report = shop.spike_report()
    assert report.advice(suspected["batch_id"], suspected["sku_id"]).reason.code == "spikes.inspect_courier"
    couriers = shop.batch_suspects(suspected["batch_id"], suspected["sku_id"]).query("dimension == 'courier'")
    worst = couriers.sort_values("relative_rate").groupby("scope").last()
    assert worst.loc["others", "value"] == trouble.courier
    assert worst.loc["others", "low"] > 1.5


def test_a_month_of_mornings_tells_the_same_day(shop: metrics.Shop) -> None:
    """The looks of one month begin on one day, so that what was flagged stays flagged on its day."""
    days = [date(2026, 11, day) for day in (5, 11, 16)]
    told = [shop.spikes(as_of=day).set_index("batch_id")["first_flagged_on"].dropna() for day in days]
    assert len(told[0])
    for earlier in told[:-1]:
        assert earlier.to_dict().items() <= told[-1].to_dict().items()
