"""`aftersales promotion` as a person types it, on the sample."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import metrics
from dashboard.cli import app
from metrics.response import busiest
from metrics.words import say

DAY = date(2026, 11, 11)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def store(sample_store: Path) -> str:
    return str(sample_store)


@pytest.fixture(scope="module")
def frame(sample_store: Path) -> pd.DataFrame:
    return metrics.open_shop(sample_store).promotion(DAY)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["promotion", *arguments])


def test_the_busiest_day_is_told_over_a_line_for_each(store: str, frame: pd.DataFrame) -> None:
    answer = run("--day", f"{DAY}", "--store", store)
    assert answer.exit_code == 0, answer.output
    caption, _, *lines = answer.stdout.splitlines()
    assert caption.startswith(say(busiest(frame), "en"))
    assert "the days from 2025-11-11 on" in caption
    assert [line.split()[0] for line in lines] == [f"{day:%Y-%m-%d}" for day in frame["day"]]
    for line, row in zip(lines, frame.to_dict("records"), strict=True):
        came = [] if pd.isna(row["tickets_now"]) else [f"{row['tickets_now']:.0f}"]
        assert line.split()[2:4] == [f"{row['tickets_then']:.0f}", f"{row['expected']:.0f}"]
        assert line.split()[5:] == came


def test_csv_and_json_hold_the_frame(store: str, frame: pd.DataFrame) -> None:
    told = list(csv.DictReader(io.StringIO(run("--day", f"{DAY}", "--store", store, "--format", "csv").stdout)))
    assert list(told[0]) == list(frame.columns)
    assert [float(row["expected"]) for row in told] == pytest.approx(list(frame["expected"]))
    assert told[-1]["tickets_now"] == ""
    rows = json.loads(run("--day", f"{DAY}", "--store", store, "--format", "json").stdout)
    assert rows[-1]["tickets_now"] is None
    assert [row["status"] for row in rows] == list(frame["status"])


def test_the_days_are_as_many_as_wanted_and_told_the_same(store: str, frame: pd.DataFrame) -> None:
    rows = json.loads(run("--day", f"{DAY}", "--days", "3", "--store", store, "--format", "json").stdout)
    assert len(rows) == 3
    assert [row["high"] for row in rows] == pytest.approx(list(frame["high"].head(3)))


def test_against_another_promotion_it_tells_from_that_one(store: str) -> None:
    arguments = ("--day", "2026-11-11", "--against", "2026-06-18", "--store", store, "--format", "json")
    assert json.loads(run(*arguments).stdout)[0]["day_then"].startswith("2026-06-18")


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_where_nothing_can_be_told_it_is_one_sentence_and_exit_code_one(store: str, form: str) -> None:
    answer = run("--day", "2026-06-18", "--store", store, "--format", form)
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert len(answer.stderr.strip().splitlines()) == 1
    assert "2025-06-18" in answer.stderr


def test_a_promotion_before_that_comes_after_is_refused(store: str) -> None:
    answer = run("--day", "2026-11-11", "--against", "2026-12-12", "--store", store)
    assert answer.exit_code == 1
    assert "2026-12-12" in answer.stderr


@pytest.mark.parametrize("arguments", [(), ("--day", "11.11"), ("--day", "2026-11-11", "--days", "0")])
def test_what_is_mistyped_is_a_usage_error(arguments: tuple[str, ...], store: str) -> None:
    assert run(*arguments, "--store", store).exit_code == 2


def test_it_speaks_chinese_too(store: str, frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run("--day", f"{DAY}", "--store", store).stdout.startswith(say(busiest(frame), "zh"))
