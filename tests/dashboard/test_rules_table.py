"""`aftersales rules …` as a person types it: replay, dry run, and live, which does nothing unless it is told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import metrics
from dashboard.cli import app
from metrics.ingest.jd import session
from metrics.ingest.jd.actions import METHODS, VIEW
from metrics.ingest.jd.ledger import NAME, Ledger
from metrics.ingest.jd.settings import NEEDED
from metrics.policy.live import approve
from metrics.words import Refused
from tests.metrics.ingest.jd.gateway import Gateway, serving
from tests.metrics.ingest.jd.world import World


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["rules", *arguments])


@pytest.fixture
def store(sample_store: Path, tmp_path: Path) -> Path:
    """The sample's newest version under a ledger of the test's own."""
    for path in sample_store.iterdir():
        if path.is_file() and path.name not in (NAME, "rules.toml"):
            (tmp_path / path.name).symlink_to(path)
    return tmp_path


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """JD, where every ticket waits for its audit until it is approved."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    audited: set[str] = set()

    def view(asked: dict[str, object]) -> dict[str, object]:
        number = str(asked["serviceId"])
        order = {"serviceId": number, "orderId": asked["orderId"], "sysVersion": 1}
        return {"result": {"success": True, "data": {**order, "serviceStatus": 10005 if number in audited else 10001}}}

    def send(asked: dict[str, object]) -> dict[str, object]:
        audited.add(str(asked["serviceId"]))
        return {"result": {"success": True, "code": "0"}}

    with serving(Gateway(World([], [], [], []), now=session.now())) as made:
        made.answers |= {VIEW: view, METHODS["approve"]: send}
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


def sent(gateway: Gateway) -> list[str]:
    return [str(asked["serviceId"]) for method, asked in gateway.calls if method == METHODS["approve"]]


def test_replay_and_dry_run_give_a_program_the_frames(store: Path) -> None:
    shop = metrics.open_shop(store)
    said = run("replay", "--store", str(store), "--format", "json")
    assert said.exit_code == 0, said.output
    rows = json.loads(said.output)
    assert [row["tickets"] for row in rows] == shop.replay_rules().summary["tickets"].tolist()
    assert rows[-1]["rule"] is None
    said = run("dry-run", "--store", str(store), "--format", "json", "--rule", "尺码不合换货")
    listed = shop.approvable([shop.approval_rules()[2]])
    assert [row["ticket_id"] for row in json.loads(said.output)] == listed["ticket_id"].tolist()
    assert run("dry-run", "--store", str(store), "--rule", "none such").exit_code == 1


@pytest.mark.parametrize(("locale", "shown"), [("zh_CN.UTF-8", "尺码不合换货"), ("C.UTF-8", "Exchanges for size")])
def test_a_rule_is_shown_under_its_name_in_the_readers_language_and_can_be_asked_for_by_it(
    store: Path, monkeypatch: pytest.MonkeyPatch, locale: str, shown: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    for command in ("replay", "dry-run"):
        said = run(command, "--store", str(store), "--rule", shown)
        assert said.exit_code == 0, said.output
        assert shown in said.output
    same = [
        run("dry-run", "--store", str(store), "--format", "json", "--rule", name).output
        for name in (shown, "尺码不合换货")
    ]
    assert same[0] == same[1]


def test_a_file_of_rules_is_refused_by_its_line(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[[rule]]\nname = "a"\ntype = ["return"]\nmax_amount = 9\nlimit = 1\n', encoding="utf-8")
    said = run("replay", "--store", str(store), "--rules", str(file))
    assert said.exit_code == 1
    assert "line 5" in said.output


def test_without_credentials_nothing_goes_live(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NEEDED:
        monkeypatch.delenv(name, raising=False)
    said = run("live", "--live", "--store", str(store))
    assert said.exit_code == 1
    assert "AFTERSALES_JD_APP_KEY" in said.output
    assert not (store / NAME).exists()


def test_without_live_every_ticket_is_looked_at_and_none_approved(gateway: Gateway, store: Path) -> None:
    said = run("live", "--store", str(store))
    assert said.exit_code == 0, said.output
    assert "Without --live" in said.output
    assert "Went wrong" in said.output  # the replay stands before it
    assert sent(gateway) == []
    assert {line.state for line in Ledger(store).lines()} == {"dry"}


def test_live_approves_each_once_with_its_rule_in_the_ledger(gateway: Gateway, store: Path) -> None:
    only = ("--rule", "尺码不合换货")
    waiting = metrics.open_shop(store).approvable(now=session.now())
    mine = waiting.loc[waiting["type"] == "exchange", "ticket_id"].tolist()
    assert len(mine) >= 2
    said = run("live", "--live", "--store", str(store), *only)
    assert said.exit_code == 0, said.output
    assert sent(gateway) == mine
    assert all("尺码不合换货" in line.note for line in Ledger(store).lines())
    again = run("live", "--live", "--store", str(store), *only)
    assert "approved before" in again.output
    assert sent(gateway) == mine


def test_the_cap_and_the_switch_stop_the_round(gateway: Gateway, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERSALES_JD_CAP", "3")
    said = run("live", "--live", "--store", str(store))
    assert said.exit_code == 1
    assert len(sent(gateway)) == 3
    assert "not reached" in said.output
    monkeypatch.setenv("AFTERSALES_JD_CAP", "200")
    (store / "JD_STOP").touch()
    assert run("live", "--live", "--store", str(store)).exit_code == 1
    assert len(sent(gateway)) == 3


def test_what_pays_without_goods_is_left_to_a_person_and_a_moved_ticket_alone() -> None:
    asked: list[str] = []

    def approver(ticket_id: str, order_id: str, note: str) -> str:
        asked.append(ticket_id)
        if ticket_id == "2":
            raise Refused("jd.moved_on", service=ticket_id, state="完成")
        assert note == f"by r{{}} for {order_id}"[:6]
        return "done"

    tickets = pd.DataFrame(
        {"ticket_id": ["1", "2", "3", "4"], "order_id": ["a", "b", "c", None], "rule": "r{}",
         "type": ["return", "exchange", "refund_only", "return"]}
    )  # fmt: skip
    told, stopped = approve(tickets, approver, "by {rule}")
    assert told["result"].tolist() == ["done", "moved", "person", "person"]
    assert asked == ["1", "2"]
    assert stopped is None
