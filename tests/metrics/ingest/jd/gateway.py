"""JD's gateway on this machine: it checks signature and time, shows pages, and fails as the real one may.

It is written from JD's description and shares nothing with the code that calls it.
"""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.metrics.ingest.jd.world import BEIJING, NOW, Record, World, brief, shop

KEY, SECRET, TOKEN, REFRESH = "app-key-1f", "app-secret-77", "token-first-3c", "refresh-once-9d"
COMMENTS = "jingdong.pop.PopCommentJsfService.getVenderCommentsForJos"
FAULTS = ("limit", "drop", "unavailable", "garbage", "stale", "repeat", "reorder", "late")


@dataclass
class Gateway:
    """`faults` says what goes wrong, by the number of the request; `now` is the clock of the gateway."""

    world: World = field(default_factory=shop)
    faults: dict[int, str] = field(default_factory=dict)
    now: datetime = NOW
    port: int = 0
    requests: int = 0
    refreshed: int = 0
    token: str = TOKEN
    refresh: str = REFRESH
    calls: list[tuple[str, Record]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    answers: dict[str, Callable[[Record], Any]] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AFTERSALES_JD_APP_KEY": KEY,
            "AFTERSALES_JD_APP_SECRET": SECRET,
            "AFTERSALES_JD_ACCESS_TOKEN": TOKEN,
            "AFTERSALES_JD_REFRESH_TOKEN": REFRESH,
            "AFTERSALES_JD_SELLER": "10706",
            "AFTERSALES_JD_OPERATOR": "shop-operator",
            "AFTERSALES_JD_GATEWAY": f"http://127.0.0.1:{self.port}/routerjson",
            "AFTERSALES_JD_OAUTH": f"http://127.0.0.1:{self.port}/oauth2/refresh_token",
            "AFTERSALES_JD_CALLS": "1000",
        }

    @property
    def secrets(self) -> list[str]:
        return [SECRET, TOKEN, REFRESH, *self.seen]

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, bytes, bool]:
        """Return status and body, and whether the line is cut in the middle of it."""
        self.requests += 1
        if path == "/oauth2/refresh_token":
            return 200, json.dumps(self._refreshed(form)).encode(), False
        fault = self.faults.get(self.requests)
        match fault:
            case "limit":
                return 200, _error("2", "超过调用限制"), False
            case "unavailable":
                return 503, b"", False
            case "garbage":
                return 200, b"<html>busy</html>", False
            case "stale":
                self.token = f"token-nobody-has-{self.requests}"
                self.seen.append(self.token)
            case "late":
                self.world.touch()
        body = json.dumps(self._called(form, fault), ensure_ascii=False).encode()
        return 200, body, fault == "drop"

    def _called(self, form: dict[str, str], fault: str | None) -> Record:
        sent = dict(form)
        sign = sent.pop("sign", "")
        glued = SECRET + "".join(name + sent[name] for name in sorted(sent) if sent[name]) + SECRET
        if hashlib.md5(glued.encode()).hexdigest().upper() != sign:
            return json.loads(_error("12", "无效签名"))
        stamp = datetime.strptime(sent["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
        if abs(stamp - self.now) > timedelta(minutes=6):
            return json.loads(_error("8", "非法的时间戳参数"))
        if sent["access_token"] != self.token:
            return json.loads(_error("19", f"无效access_token {sent['access_token']}"))
        if (sent["v"], sent["format"], sent["app_key"]) != ("2.0", "json", KEY):
            return json.loads(_error("21", "无效App Key"))
        method, asked = sent["method"], json.loads(sent["360buy_param_json"])
        self.calls.append((method, asked))
        inside = self.answers[method](asked) if method in self.answers else self._list(method, asked, fault)
        if inside is None:
            return json.loads(_error("15", "不存在的方法名"))
        return (
            inside if "error_response" in inside else {method.replace(".", "_") + "_responce": {"code": "0", **inside}}
        )

    def _list(self, method: str, asked: Record, fault: str | None) -> Record | None:
        world = self.world
        match method:
            case "jingdong.pop.order.enSearch":
                assert asked["page_size"] <= 100
                assert asked["optional_fields"]
                assert _moment(asked["end_date"]) - _moment(asked["start_date"]) <= timedelta(days=31)
                rows = _within(world.orders, "modified", asked["start_date"], asked["end_date"], fault)
                shown, total = _page(rows, asked["page"], asked["page_size"], fault)
                return {
                    "searchorderinfo_result": {
                        "apiResult": {"success": True},
                        "orderTotal": total,
                        "orderInfoList": shown,
                    }
                }
            case "jingdong.asc.sync.list":
                assert asked["buId"] == "10706"
                assert asked["operatePin"] == asked["operateNick"] == "shop-operator"
                assert 1 <= asked["pageSize"] <= 50
                rows = _within(world.tickets, "updateDate", asked["updateTimeBegin"], asked["updateTimeEnd"], fault)
                shown, total = _page([brief(row) for row in rows], asked["pageNumber"], asked["pageSize"], fault)
                return {"pageResult": {"success": True, "totalCount": total, "data": shown}}
            case "jingdong.asc.query.view":
                found = [row for row in world.tickets if str(row["serviceId"]) == str(asked["serviceId"])]
                return {"result": {"success": True, "data": found[0] if found else None}}
            case "jingdong.asc.serviceAndRefund.view":
                paid = [
                    {
                        "sameOrderServiceBill": {"serviceId": row["serviceId"], "orderId": row["orderId"]},
                        "refoundAmount": 19.9,
                        "completeTime": row["processDate"],
                        "status": 13,
                    }
                    for row in world.tickets
                    if str(row["orderId"]) == str(asked["orderId"]) and row["processDate"]
                ]
                return {"pageResult": {"success": True, "totalCount": len(paid), "data": paid}}
            case "jingdong.pop.afs.soa.refundapply.queryPageList":
                assert 1 <= asked["pageIndex"] <= 100
                assert 1 <= asked["pageSize"] <= 50
                rows = _within(world.refunds, "applyTime", asked["applyTimeStart"], asked["applyTimeEnd"], fault)
                shown, total = _page(rows, asked["pageIndex"], asked["pageSize"], fault)
                return {"queryResult": {"success": True, "totalCount": total, "result": shown}}
            case "jingdong.pop.PopCommentJsfService.getVenderCommentsForJos":
                rows = _within(world.comments, "creationTime", asked["beginTime"], asked["endTime"], fault)
                rows = [row for row in rows if row["score"] == asked["score"]]
                shown, total = _page(rows, asked["page"], asked["pageSize"], fault)
                return {"totalItem": total, "comments": shown}
        return None

    def _refreshed(self, form: dict[str, str]) -> Record:
        if (form["app_key"], form["app_secret"], form["refresh_token"]) != (KEY, SECRET, self.refresh):
            return {"code": 402, "msg": f"refresh_token {form['refresh_token']} 已失效"}
        self.refreshed += 1
        self.token, self.refresh = f"token-again-{self.refreshed}", f"refresh-again-{self.refreshed}"
        self.seen += [self.token, self.refresh]
        return {"access_token": self.token, "refresh_token": self.refresh, "expires_in": 86400}


def _error(code: str, said: str) -> bytes:
    return json.dumps({"error_response": {"code": code, "zh_desc": said}}).encode()


def _moment(value: str | int) -> datetime:
    if isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, BEIJING).replace(tzinfo=None)
    return datetime.strptime(value, "%Y-%m-%d %H:%M:%S")


def _within(rows: list[Record], by: str, start: str, stop: str, fault: str | None) -> list[Record]:
    inside = [row for row in rows if _moment(start) <= _moment(row[by]) <= _moment(stop)]
    return sorted(inside, key=lambda row: _moment(row[by]), reverse=fault == "reorder")


def _page(rows: list[Record], number: int, size: int, fault: str | None) -> tuple[list[Record], int]:
    shown = rows[(number - 1) * size : number * size]
    if fault == "repeat" and shown:
        shown = [rows[0], *shown[1:]]  # what stood on the first page comes again, in the place of another
    return shown, len(rows)


@contextmanager
def serving(gateway: Gateway) -> Iterator[Gateway]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(
                parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
            )
            status, body, cut = gateway.answer(self.path, form)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not cut:
                self.wfile.write(body)
                return
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a connection dropped on purpose
        gateway.port = server.server_address[1]
        thread = threading.Thread(target=partial(server.serve_forever, 0.02), daemon=True)
        thread.start()
        try:
            yield gateway
        finally:
            server.shutdown()
            thread.join()
