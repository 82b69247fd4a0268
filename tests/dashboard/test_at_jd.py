"""`aftersales pull jd` and `aftersales delist`, as a person types them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboard.cli import app
from metrics.ingest.jd import session
from metrics.ingest.jd.actions import DELIST
from metrics.ingest.jd.ledger import Ledger
from metrics.ingest.jd.settings import NEEDED
from tests.metrics.ingest.jd.gateway import Gateway, serving
from tests.metrics.ingest.jd.world import World, shop

WARE = "10001234"


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """A small shop at JD, and an environment that is set up for it."""
    whole = shop()
    world = World(whole.orders[:5], whole.tickets[:3], whole.refunds[10:12], whole.comments[:2])
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with serving(Gateway(world, now=session.now())) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


def test_a_pull_says_what_became_of_every_row(gateway: Gateway, tmp_path: Path) -> None:
    said = run("pull", "jd", "--since", "2026-11-05", "--shop", "myshop", "--store", str(tmp_path / "store"))
    assert said.exit_code == 0, said.output
    assert "jd_api · orders" in said.output
    assert "Version 1 stands" in said.output
    assert all(secret not in said.output for secret in gateway.secrets)


def test_a_pull_that_jd_turns_down_is_one_sentence(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERSALES_JD_APP_SECRET", "another-secret")
    said = run("pull", "jd", "--since", "2026-11-05", "--store", str(tmp_path / "store"))
    assert said.exit_code == 1
    assert "code 12" in said.output
    assert "another-secret" not in said.output
    assert gateway.calls == []


def test_a_pull_without_keys_names_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NEEDED:
        monkeypatch.delenv(name, raising=False)
    said = run("pull", "jd", "--since", "2026-11-05", "--store", str(tmp_path))
    assert said.exit_code == 1
    assert all(name in said.output for name in NEEDED)
    assert run("pull", "tmall", "--since", "2026-11-05").exit_code == 2


def test_a_ware_goes_down_where_its_number_is_typed_again(gateway: Gateway, tmp_path: Path) -> None:
    gateway.answers[DELIST] = lambda _: {"success": True}
    said = run("delist", WARE, "--store", str(tmp_path), typed=f"{WARE}\n")
    assert said.exit_code == 0, said.output
    assert f"Ware {WARE} goes off the shelf at JD as a WHOLE, with every SKU of it" in said.output
    assert gateway.calls == [(DELIST, {"wareId": WARE, "opType": 2, "note": "aftersales delist"})]
    assert [line.state for line in Ledger(tmp_path).lines()] == ["begun", "done"]


@pytest.mark.parametrize("typed", ["yes\n", "y\n", "1000123\n", ""])
def test_anything_else_that_is_typed_takes_nothing_down(gateway: Gateway, tmp_path: Path, typed: str) -> None:
    said = run("delist", WARE, "--store", str(tmp_path), typed=typed)
    assert said.exit_code == 1
    assert gateway.requests == 0
    assert Ledger(tmp_path).lines() == []


def test_there_is_no_way_around_the_question() -> None:
    assert run("delist", WARE, "--yes").exit_code == 2


def test_in_chinese_it_says_the_whole_ware_too(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    said = run("delist", WARE, "--store", str(tmp_path), typed="no\n")
    assert f"整个商品 {WARE}（全部 SKU）" in said.output
    assert gateway.requests == 0


def test_the_doctor_names_what_is_missing_and_shows_no_value(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("doctor", "--store", str(tmp_path), "--format", "csv")
    assert "JD open platform,set up," in said.output
    monkeypatch.delenv("AFTERSALES_JD_SELLER")
    lacks = run("doctor", "--store", str(tmp_path), "--format", "csv")
    assert "missing: AFTERSALES_JD_SELLER" in lacks.output
    monkeypatch.setenv("AFTERSALES_JD_SELLER", "1")
    monkeypatch.setenv("AFTERSALES_JD_GATEWAY", "http://api.jd.com/")
    wrong = run("doctor", "--store", str(tmp_path), "--format", "csv")
    assert "AFTERSALES_JD_GATEWAY must be an address" in wrong.output
    monkeypatch.delenv("AFTERSALES_JD_GATEWAY")
    (tmp_path / "JD_STOP").touch()
    stopped = run("doctor", "--store", str(tmp_path), "--format", "csv")
    assert "actions are stopped" in stopped.output
    for secret in gateway.secrets:
        assert secret not in said.output + lacks.output + wrong.output + stopped.output
