"""What is done at JD is done once, on the order as it was seen, and is kept in a ledger."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from metrics.ingest.jd.actions import DELIST, METHODS, VIEW, Action, Bench, act, delist
from metrics.ingest.jd.brakes import CAP, STOP, STOP_FILE
from metrics.ingest.jd.ledger import Ledger
from metrics.words import Refused
from tests.metrics.ingest.jd.counter import Counter
from tests.metrics.ingest.jd.world import Record

WAITS = "2000000000"  # 10001, to be audited
ORDER = "300000000000000000"
AFTER = {"approve": 10005, "refuse": 10004, "ask": 10002}


class Auditor:
    """JD's side of an action: it holds the order's version against the caller's, and changes the order."""

    def __init__(self, counter: Counter) -> None:
        self.order = next(each for each in counter.gateway.world.tickets if str(each["serviceId"]) == WAITS)
        self.carried_out: list[Action] = []
        self.elsewhere: list[dict[str, Any]] = []  # what others do to the order just before a call arrives
        for action in METHODS:
            counter.gateway.answers[METHODS[action]] = lambda asked, action=action: self.take(action, asked)

    def take(self, action: Action, asked: Record) -> Record:
        if self.elsewhere:
            self.order |= self.elsewhere.pop(0)
        if int(asked["sysVersion"]) != self.order["sysVersion"] or self.order["serviceStatus"] != 10001:
            return {"result": {"success": False, "code": "30010", "msg": "服务单已变更"}}
        assert asked["orderId"] == ORDER
        assert asked["approveNotes"]
        self.order |= {"serviceStatus": AFTER[action], "sysVersion": self.order["sysVersion"] + 1}
        self.carried_out.append(action)
        return {"result": {"success": True, "code": "0"}}


@pytest.fixture
def auditor(counter: Counter) -> Auditor:
    return Auditor(counter)


def bench(counter: Counter, store: Path, *, live: bool = True, **environment: str) -> Bench:
    return Bench(counter.client(), store, environment, lambda: counter.gateway.now, live=live)


def states(store: Path) -> list[str]:
    return [line.state for line in Ledger(store).lines()]


@pytest.mark.parametrize("action", METHODS)
def test_an_action_is_carried_out_and_noted(counter: Counter, auditor: Auditor, tmp_path: Path, action: Action) -> None:
    assert act(bench(counter, tmp_path), action, WAITS, ORDER, "请寄回 13812345678") == "done"
    assert auditor.carried_out == [action]
    begun, done = Ledger(tmp_path).lines()
    assert (begun.state, begun.action, begun.about, begun.version) == ("begun", action, WAITS, "3")
    assert begun.at == "2026-11-08T12:00:00+0800"
    assert begun.note == done.note == "请寄回 138****5678"


def test_nothing_is_done_unless_it_is_told_to_be(counter: Counter, auditor: Auditor, tmp_path: Path) -> None:
    made = Bench(counter.client(), tmp_path, {}, lambda: counter.gateway.now)
    assert act(made, "approve", WAITS, ORDER, "同意") == "dry"
    assert auditor.carried_out == []
    assert [method for method, _ in counter.gateway.calls] == [VIEW]
    assert states(tmp_path) == ["dry"]


def test_what_is_approved_already_is_not_approved_again(counter: Counter, auditor: Auditor, tmp_path: Path) -> None:
    act(bench(counter, tmp_path), "approve", WAITS, ORDER, "同意")
    assert act(bench(counter, tmp_path), "approve", WAITS, ORDER, "同意") == "already"
    assert auditor.carried_out == ["approve"]
    assert states(tmp_path) == ["begun", "done", "already"]


def test_what_ended_after_a_refusal_was_not_approved(counter: Counter, auditor: Auditor, tmp_path: Path) -> None:
    auditor.order |= {"serviceStatus": 10010, "approveResultName": "审核不通过"}
    with pytest.raises(Refused) as refused:
        act(bench(counter, tmp_path), "approve", WAITS, ORDER, "同意")
    assert refused.value.finding.code == "jd.moved_on"
    assert auditor.carried_out == []


def test_only_one_process_acts_at_a_time(
    counter: Counter, auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.ingest.jd.ledger.PATIENCE", 0)
    with Ledger(tmp_path).held(), pytest.raises(Refused) as refused:
        act(bench(counter, tmp_path), "approve", WAITS, ORDER, "同意")
    assert refused.value.finding.code == "jd.already_acting"
    assert auditor.carried_out == []


def test_a_new_version_in_the_same_state_is_tried_once_more(counter: Counter, auditor: Auditor, tmp_path: Path) -> None:
    auditor.elsewhere = [{"sysVersion": 4}]
    assert act(bench(counter, tmp_path), "approve", WAITS, ORDER, "同意") == "done"
    assert auditor.carried_out == ["approve"]
    assert [line.version for line in Ledger(tmp_path).lines()] == ["3", "4", "4"]


def test_a_version_that_changes_again_and_again_is_given_up(counter: Counter, auditor: Auditor, tmp_path: Path) -> None:
    auditor.elsewhere = [{"sysVersion": 4}, {"sysVersion": 5}]
    with pytest.raises(Refused, match="服务单已变更"):
        act(bench(counter, tmp_path), "approve", WAITS, ORDER, "同意")
    assert auditor.carried_out == []
    assert states(tmp_path) == ["begun", "begun", "refused"]


def test_an_order_that_moved_on_meanwhile_is_left_alone(counter: Counter, auditor: Auditor, tmp_path: Path) -> None:
    auditor.elsewhere = [{"sysVersion": 4, "serviceStatus": 10011, "serviceStatusName": "客户取消"}]
    with pytest.raises(Refused) as refused:
        act(bench(counter, tmp_path), "approve", WAITS, ORDER, "同意")
    assert (refused.value.finding.code, refused.value.finding.values["state"]) == ("jd.moved_on", "客户取消")
    assert auditor.carried_out == []


def test_an_order_that_somebody_else_approved_meanwhile_is_a_success(
    counter: Counter, auditor: Auditor, tmp_path: Path
) -> None:
    auditor.elsewhere = [{"sysVersion": 4, "serviceStatus": 10005}]
    assert act(bench(counter, tmp_path), "approve", WAITS, ORDER, "同意") == "done"
    assert auditor.carried_out == []


def test_what_jd_turns_down_for_good_is_asked_once(counter: Counter, auditor: Auditor, tmp_path: Path) -> None:
    said = {"result": {"success": False, "code": "30005", "msg": "售后分类不存在"}}
    asked = []
    counter.gateway.answers[METHODS["refuse"]] = lambda params: asked.append(params) or said
    with pytest.raises(Refused, match="30005: 售后分类不存在"):
        act(bench(counter, tmp_path), "refuse", WAITS, ORDER, "超过时限", reason="77")
    assert [each["approveReasonCid1"] for each in asked] == ["77"]
    assert auditor.carried_out == []


def test_a_call_that_arrived_without_an_answer_is_not_made_again(
    counter: Counter, auditor: Auditor, tmp_path: Path
) -> None:
    """The order was approved and the line dropped: the order itself says so."""
    counter.gateway.faults = {2: "drop"}
    assert act(bench(counter, tmp_path), "approve", WAITS, ORDER, "同意") == "done"
    assert auditor.carried_out == ["approve"]


def test_a_call_that_never_arrived_is_made_again_under_the_same_lock(
    counter: Counter, auditor: Auditor, tmp_path: Path
) -> None:
    counter.gateway.faults = {2: "unavailable"}
    assert act(bench(counter, tmp_path), "approve", WAITS, ORDER, "同意") == "done"
    assert auditor.carried_out == ["approve"]
    assert states(tmp_path) == ["begun", "begun", "done"]


@pytest.mark.parametrize("switch", ["variable", "file"])
def test_one_switch_stops_everything(counter: Counter, auditor: Auditor, tmp_path: Path, switch: str) -> None:
    if switch == "file":
        (tmp_path / STOP_FILE).touch()
    made = bench(counter, tmp_path, **({STOP: "1"} if switch == "variable" else {}))
    for deed in (lambda: act(made, "approve", WAITS, ORDER, "同意"), lambda: delist(made, "1", "")):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.finding.code == "jd.stopped"
    assert counter.gateway.requests == 0
    assert auditor.carried_out == []


@pytest.mark.usefixtures("auditor")
def test_the_cap_counts_a_day_of_beijing_s(counter: Counter, tmp_path: Path) -> None:
    earlier = counter.gateway.now - timedelta(hours=13)  # yesterday there, today in London
    for at in (earlier, counter.gateway.now, counter.gateway.now):
        Ledger(tmp_path).write(at, "approve", "1", "begun")
    with pytest.raises(Refused) as refused:
        act(bench(counter, tmp_path, **{CAP: "2"}), "approve", WAITS, ORDER, "同意")
    assert refused.value.finding.code == "jd.cap_reached"
    assert act(bench(counter, tmp_path, **{CAP: "3"}), "approve", WAITS, ORDER, "同意") == "done"
    with pytest.raises(Refused, match="whole number"):
        act(bench(counter, tmp_path, **{CAP: "many"}), "approve", WAITS, ORDER, "同意")


def test_a_line_that_a_crash_cut_off_hides_no_other(tmp_path: Path, counter: Counter) -> None:
    ledger = Ledger(tmp_path)
    ledger.write(counter.gateway.now, "approve", "1", "begun")
    with ledger.path.open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-')
    assert states(tmp_path) == ["begun"]


def test_an_unknown_order_is_named(counter: Counter, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no service order 42"):
        act(bench(counter, tmp_path), "approve", "42", ORDER, "同意")


def test_a_ware_goes_down_whole(counter: Counter, tmp_path: Path) -> None:
    asked: list[Record] = []
    counter.gateway.answers[DELIST] = lambda params: asked.append(params) or {"success": True}
    assert delist(bench(counter, tmp_path, live=False), "10001", "批次召回") == "dry"
    assert asked == []
    assert delist(bench(counter, tmp_path), "10001", "批次召回") == "done"
    assert asked == [{"wareId": "10001", "opType": 2, "note": "批次召回"}]
    assert states(tmp_path) == ["dry", "begun", "done"]
    counter.gateway.faults = dict.fromkeys(range(1, 99), "unavailable")
    with pytest.raises(Refused):
        delist(bench(counter, tmp_path), "10001", "批次召回")
    assert states(tmp_path)[3:] == ["begun", "unknown"]  # nobody knows whether it arrived
