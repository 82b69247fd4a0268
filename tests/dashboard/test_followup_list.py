"""`aftersales followup` and `followup assign` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.terminal import words
from metrics.words import Finding, say
from tests.dashboard.test_cli import run
from tests.metrics.filled import contract, fill
from tests.metrics.followup.made import small_shop
from tests.metrics.shops import AS_OF

ARMS: dict[str, list[tuple[int, int | None]]] = {
    "control": [(70, 10)] * 8 + [(70, None)] * 32,
    "coupon": [(70, 10)] * 24 + [(70, None)] * 16,
}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("followups")
    made = small_shop(ARMS | {"message": [(70, None)] * 9}, AS_OF)
    followups = made["followups"]
    fill(root, contract([made | {"followups": followups[followups["arm"] != "message"]}], as_of=AS_OF))
    return root


def test_it_says_what_the_experiment_comes_to(store: Path) -> None:
    shown = run("followup", "--store", str(store))
    assert shown.exit_code == 0, shown.output
    assert "Coupon: 60.0% bought again within 30 days, against 20.0% of the control" in shown.output
    assert "better" in shown.output
    assert "24/40" in shown.output


def test_a_program_gets_the_frame(store: Path) -> None:
    rows = json.loads(run("followup", "--store", str(store), "--format", "json").output)
    months = {row["arm"]: row for row in rows if row["days"] == 30}
    assert (months["coupon"]["numerator"], months["coupon"]["denominator"]) == (24, 40)
    assert months["control"]["change"] is None
    assert months["coupon"]["outcome"] == "better"


def test_a_ratio_that_was_meant_otherwise_is_an_alarm(store: Path) -> None:
    shown = run("followup", "--store", str(store), "--arms", "control=9,coupon=1")
    assert "no difference between them can be trusted" in shown.output
    assert "better" not in shown.output


def test_a_list_is_written_with_all_its_arms(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    shown = run("followup", "assign", "--out", str(out), "--size", "5", "--coupon", "10", "--store", str(store))
    assert shown.exit_code == 0, shown.output
    assert "5 customers" in shown.output
    rows = [line for line in out.read_text(encoding="utf-8-sig").splitlines() if line.startswith('"T-message')]
    assert len(rows) == 5
    assert all("j***" in row for row in rows)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--size", "some"), "bad_count"),
        (("--size", "0"), "bad_count"),
        (("--arms", "control"), "bad_arms"),
        (("--arms", "coupon=1,message=1"), "no_control"),
    ],
)
def test_what_makes_no_list_is_refused(options: tuple[str, ...], code: str, store: Path, tmp_path: Path) -> None:
    shown = run("followup", "assign", "--out", str(tmp_path / "list.csv"), "--store", str(store), *options)
    assert shown.exit_code == 1
    values = {"text": options[1]} if code.startswith("bad") else {}
    assert say(Finding(f"followup.{code}", values), "en") in shown.output
    assert not (tmp_path / "list.csv").exists()


def test_both_commands_explain_themselves() -> None:
    assert words("help_assign").split(":")[0] in " ".join(run("followup", "--help").output.split())
