"""What may be done to a service order at JD: approve it, refuse it, ask the customer back. And taking a ware down.

JD's own lock is the version of the order: whoever changed it first wins. So an order is read before it is acted on and
again where JD turns the action down; one that moved on meanwhile is left alone, and one that is already as wished is a
success. A call whose answer never came is not repeated blindly: the order itself says whether it arrived.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from metrics.ingest.jd.brakes import refuse_to_act
from metrics.ingest.jd.client import Client
from metrics.ingest.jd.envelope import Record, TurnedDown, one
from metrics.ingest.jd.ledger import Ledger
from metrics.ingest.jd.session import Clock
from metrics.ingest.jd.streams import VIEW
from metrics.ingest.jd.transport import Unavailable
from metrics.words import Refused

Action = Literal["approve", "refuse", "ask"]
Result = Literal["done", "already", "dry"]

METHODS: dict[Action, str] = {
    "approve": "jingdong.asc.audit.send",  # the customer sends the goods back; other ways want an address as well
    "refuse": "jingdong.asc.audit.refuse",
    "ask": "jingdong.asc.audit.waitFeedback",
}
WAITING: dict[Action, frozenset[str]] = {
    "approve": frozenset({"10000", "10001", "10002"}),
    "refuse": frozenset({"10000", "10001", "10002"}),
    "ask": frozenset({"10000", "10001"}),
}
AS_WISHED: dict[Action, frozenset[str]] = {
    "approve": frozenset({"10005", "10006", "10007", "10009", "10010"}),
    "refuse": frozenset({"10004"}),
    "ask": frozenset({"10002"}),
}
DELIST = "jingdong.ware.write.upOrDown"
_DOWN = 2


@dataclass(frozen=True)
class Bench:
    """From where actions are taken: a client, the store whose ledger keeps them, and the environment with the brakes.

    `live` is off unless somebody says it: everything is then checked and noted, and nothing done.
    """

    client: Client
    store: Path
    environment: Mapping[str, str]
    clock: Clock
    live: bool = False

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.store)


def act(
    bench: Bench, action: Action, service_id: str, order_id: str, note: str, *, reason: str | None = None
) -> Result:
    """Act on one service order; return what became of it.

    `note` is what JD shows to the customer as the shop's opinion, `reason` the number of a reason of JD's, which a
    refusal and a question need. Raises `Refused` where the order has moved on, where a brake holds, or JD says no.
    """
    with bench.ledger.held():
        refuse_to_act(bench.environment, bench.store, bench.ledger, bench.clock())
        order = _order(bench, service_id, order_id)
        if _as_wished(action, order):
            _note(bench, action, service_id, "already", note)
            return "already"
        _refuse_moved(bench, action, service_id, order)
        if not bench.live:
            _note(bench, action, service_id, "dry", note, order)
            return "dry"
        return _carried_out(bench, action, order, {"approveNotes": note, "approveReasonCid1": reason})


def delist(bench: Bench, ware_id: str, note: str) -> Result:
    """Take a ware off the shelf, with every SKU of it: JD knows no way to take down a single one."""
    with bench.ledger.held():
        refuse_to_act(bench.environment, bench.store, bench.ledger, bench.clock())
        if not bench.live:
            _note(bench, "delist", ware_id, "dry", note)
            return "dry"
        _note(bench, "delist", ware_id, "begun", note)
        try:
            bench.client.call(DELIST, {"wareId": ware_id, "opType": _DOWN, "note": note})  # down twice is down
        except Refused as refused:
            lost = refused.finding.code == "jd.unreachable"
            _note(bench, "delist", ware_id, "unknown" if lost else "refused", note)
            raise
        _note(bench, "delist", ware_id, "done", note)
        return "done"


def _carried_out(bench: Bench, action: Action, order: Record, said: Mapping[str, Any]) -> Result:
    """Call, and where that did not end well, read the order once more before anything else."""
    service_id, order_id, note = str(order["serviceId"]), str(order["orderId"]), str(said["approveNotes"])
    for last in (False, True):
        _note(bench, action, service_id, "begun", note, order)
        try:
            bench.client.attempt(METHODS[action], _asked(bench, order, said))
            _note(bench, action, service_id, "done", note, order)
            return "done"
        except TurnedDown as error:
            failed, lost = bench.client.refusal(METHODS[action], error), False
        except Unavailable as error:
            failed, lost = Refused("jd.unanswered", service=service_id, kind=str(error)), True
        before, order = order, _again(bench, action, service_id, order_id, note)
        if _as_wished(action, order):  # it did arrive, or somebody else was faster
            _note(bench, action, service_id, "done", note, order)
            return "done"
        _refuse_moved(bench, action, service_id, order)
        if last or (not lost and order.get("sysVersion") == before.get("sysVersion")):
            break  # nobody changed it, so it was not the lock: JD would say the same again
    _note(bench, action, service_id, "refused", note, order)
    raise failed


def _again(bench: Bench, action: Action, service_id: str, order_id: str, note: str) -> Record:
    """Read an order after a call that did not end well; that it cannot be read is noted as not known."""
    try:
        return _order(bench, service_id, order_id)
    except Refused:
        _note(bench, action, service_id, "unknown", note)
        raise


def _order(bench: Bench, service_id: str, order_id: str) -> Record:
    asked = {**bench.client.settings.caller, "serviceId": service_id, "orderId": order_id}
    order = one(bench.client.call(VIEW, asked))
    if order is None:
        raise Refused("jd.no_order", service=service_id)
    return {"serviceId": service_id, "orderId": order_id, **order}


def _asked(bench: Bench, order: Record, said: Mapping[str, Any]) -> dict[str, Any]:
    lock = {name: order.get(name) for name in ("serviceId", "orderId", "sysVersion")}
    return {**bench.client.settings.caller, **lock, **{name: value for name, value in said.items() if value}}


def _refuse_moved(bench: Bench, action: Action, service_id: str, order: Record) -> None:
    if _status(order) not in WAITING[action]:
        name = str(order.get("serviceStatusName") or _status(order))
        _note(bench, action, service_id, "refused", name, order)
        raise Refused("jd.moved_on", service=service_id, state=name)


def _as_wished(action: Action, order: Record) -> bool:
    """Whether an order is in the state that an action leads to; one that ended may have been turned down before."""
    turned_down = re.search("拒|不通过|驳回", str(order.get("approveResultName") or ""))
    return _status(order) in AS_WISHED[action] and not (action == "approve" and turned_down)


def _status(order: Record) -> str:
    return str(order.get("serviceStatus"))


def _note(bench: Bench, action: str, about: str, state: Any, note: str, order: Record | None = None) -> None:
    version = str(order.get("sysVersion", "")) if order else ""
    bench.ledger.write(bench.clock(), action, about, state, note, version)
