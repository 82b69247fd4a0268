"""`aftersales spikes` as a person types it, on the sample."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import metrics
from dashboard import spikes
from dashboard.cli import app


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["spikes", *arguments])


@pytest.fixture(scope="module")
def shop(sample_store: Path) -> metrics.Shop:
    return metrics.open_shop(sample_store)


@pytest.fixture(scope="module")
def frame(shop: metrics.Shop) -> pd.DataFrame:
    return shop.spikes()


@pytest.fixture
def store(sample_store: Path, shop: metrics.Shop, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every command opens the store anew and would judge anew; here it finds the shop that has done so."""
    monkeypatch.setattr(metrics, "open_shop", lambda _: shop)
    return str(sample_store)


def test_the_worst_stands_first_with_what_to_do_about_it(store: str, frame: pd.DataFrame) -> None:
    answer = run("--store", store)
    assert answer.exit_code == 0, answer.output
    caption, header, first, *_ = answer.stdout.splitlines()
    assert "2026-11-15" in caption
    assert len([title for title in header.split("  ") if title.strip()]) <= 8
    worst = frame.iloc[0]
    times = f"{worst['relative_rate']:.1f} ({worst['low']:.1f}–{worst['high']:.1f})"
    for told in ("red", worst["batch_id"], worst["sku_id"], times, "640", "delist"):
        assert told in first


def test_the_courier_is_named_and_not_the_batch(store: str) -> None:
    (lamp,) = [row for row in run("--store", store).stdout.splitlines() if "B261010-26" in row]
    assert lamp.split()[-2:] == ["inspect", "飞雁快递"]


def test_the_last_line_counts_them_all(store: str, frame: pd.DataFrame) -> None:
    last = run("--store", store).stdout.splitlines()[-1]
    counts = frame["level"].value_counts()
    told = ", ".join(f"{level} {counts.get(level, 0)}" for level in ("red", "amber", "calm", "young"))
    assert last.startswith(f"watching {len(frame)}: {told}; about 1 in ")
    assert last.endswith(" of the red ones is a false alarm")


def test_in_chinese_it_is_chinese(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    lines = run("--store", store).stdout.splitlines()
    assert "下架" in lines[2]
    assert lines[-1].startswith("在看 ")
    assert "个里错 1 个" in lines[-1]


def test_json_is_a_list_of_objects_with_the_columns_of_the_frame(store: str, frame: pd.DataFrame) -> None:
    rows = json.loads(run("--store", store, "--format", "json").stdout)
    assert [list(row) for row in rows] == [list(frame.columns)] * len(frame)
    assert rows[0]["units"] == frame.iloc[0]["units"]
    assert rows[0]["suspect"] is None


def test_csv_has_the_same_rows(store: str, frame: pd.DataFrame) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--store", store, "--format", "csv").stdout)))
    assert [row["batch_id"] for row in rows] == frame["batch_id"].tolist()


def test_an_earlier_morning_and_all_returns_can_be_asked_for(store: str) -> None:
    answer = run("--store", store, "--as-of", "2026-10-01", "--family", "all")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.startswith("All returns by batch at the end of 2026-09-30")


def test_a_day_that_is_still_to_come_is_refused(sample_store: Path) -> None:
    answer = run("--store", str(sample_store), "--as-of", "2026-12-01")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "2026-11-15" in answer.stderr


@pytest.mark.parametrize(
    ("red", "share", "told"),
    [
        (2, 1 / 30, "about 1 in 30 of the red ones is a false alarm"),
        (2, 0.0, "about 1 in 1,000 of the red ones is a false alarm"),
        (2, float("nan"), None),
        (0, 0.03, None),
    ],
)
def test_of_false_alarms_it_speaks_only_where_there_can_be_some(red: int, share: float, told: str | None) -> None:
    report: Any = SimpleNamespace(
        batches=range(412),
        levels={"red": red, "amber": 5, "calm": 331, "young": 74},
        monitors=SimpleNamespace(estimated_fdr=share),
    )
    counts = f"watching 412: red {red}, amber 5, calm 331, young 74"
    assert spikes.watching(report) == counts + (f"; {told}" if told else "")


def test_a_banner_is_up_only_while_delays_shift(shop: metrics.Shop, capsys: pytest.CaptureFixture[str]) -> None:
    report = shop.spike_report()
    for drifting in (False, True):
        told = SimpleNamespace(drifting=drifting, estimated_fdr=report.monitors.estimated_fdr)
        shown: Any = SimpleNamespace(
            family="quality", as_of=report.as_of, batches=report.batches, levels=report.levels, monitors=told
        )
        spikes.show_spikes(shop, shown, "table")
        assert ("Return delays are shifting" in capsys.readouterr().out) == drifting
