"""`aftersales queue` as a person types it, on the sample."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import metrics
from dashboard.cli import app
from metrics.words import say

LATER = "2026-11-16T12:30+08:00"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def store(sample_store: Path) -> str:
    return str(sample_store)


@pytest.fixture(scope="module")
def shop(sample_store: Path) -> metrics.Shop:
    return metrics.open_shop(sample_store)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["queue", *arguments])


def test_the_most_urgent_stands_first_in_words(store: str, shop: metrics.Shop) -> None:
    answer = run("--store", store)
    assert answer.exit_code == 0, answer.output
    caption, header, first, *rest = answer.stdout.splitlines()
    rows = shop.queue()
    late, soon = int(rows["late"].sum()), int((rows["hours_left"] <= 4).sum())
    assert caption.startswith(f"{late} late, {soon - late} more due before 13:00")
    assert len([title for title in header.split("  ") if title.strip()]) <= 8
    assert rows["ticket_id"].iloc[0] in first
    assert "late" in first
    assert len(rest) == len(rows) - 1
    assert "left" in rest[-1]


def test_every_line_ends_the_guessing_why_it_stands_there(store: str, shop: metrics.Shop) -> None:
    """The same sentence in the table and in the data, and no code of ours in either."""
    whys = [say(why, "en") for why in shop.queue()["why"]]
    printed = run("--store", store).stdout.splitlines()[2:]
    assert all(why in line for why, line in zip(whys, printed, strict=True))
    assert [row["why"] for row in json.loads(run("--store", store, "--format", "json").stdout)] == whys


def test_whatever_is_due_sets_off_the_exit_code(store: str, shop: metrics.Shop) -> None:
    answer = run("--store", store, "--due-within", "4h", "--format", "json")
    assert answer.exit_code == 3
    due = shop.queue(due_within=timedelta(hours=4))
    assert [row["ticket_id"] for row in json.loads(answer.stdout)] == list(due["ticket_id"])
    assert run("--store", store, "--due-within", "0m", "--now", "2026-11-14T12:00+08:00").exit_code == 0


def test_a_calm_moment_says_what_comes_next(store: str) -> None:
    answer = run("--store", store, "--due-within", "1h", "--now", "2026-11-15T12:00+08:00")
    assert answer.exit_code == 0
    assert answer.stdout.startswith("Nothing due within 1 h, the next at ")
    assert "0 listed" in answer.stdout


def test_hours_are_counted_from_the_moment_that_is_given(store: str, shop: metrics.Shop) -> None:
    local = run("--store", store, "--now", LATER, "--format", "csv").stdout
    assert run("--store", store, "--now", "2026-11-16T04:30Z", "--format", "csv").stdout == local
    found = [float(row["hours_left"]) for row in csv.DictReader(io.StringIO(local))]
    assert found == pytest.approx(list(shop.queue(now=datetime(2026, 11, 16, 12, 30))["hours_left"]))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--now", "2026-11-16T12:30"), "does not say in which time zone. Add the offset: 2026-11-16T12:30+08:00."),
        (("--now", "noon"), "noon is not a time"),
        (("--due-within", "4 hours"), "4 hours is not a length of time"),
        (("--due-within", "-1h"), "-1h is not a length of time"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_a_sentence(store: str, arguments: tuple[str, ...], told: str) -> None:
    answer = run("--store", store, *arguments)
    assert answer.exit_code == 2
    assert told in answer.output


def test_it_speaks_chinese_too(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    caption, header, first, *_ = run("--store", store).stdout.splitlines()
    assert "单已超时" in caption
    assert "处理人" in header
    assert "超时" in first


@pytest.mark.parametrize("command", ["queue", "alarm"])
def test_neither_the_queue_nor_the_alarm_pays_for_a_page(command: str, store: str) -> None:
    """They run every few minutes, on whatever machine is on."""
    arguments = {"queue": ["--store", store], "alarm": ["--help"]}[command]
    script = (
        "import sys\n"
        "import dashboard.alarm, dashboard.queue_table\n"
        "from dashboard.cli import app\n"
        f"app({[command, *arguments]!r}, standalone_mode=False)\n"
        "assert not {'streamlit', 'plotly', 'scipy'} & set(sys.modules), sorted(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
