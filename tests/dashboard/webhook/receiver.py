"""A robot of a chat group as a receiver on this machine: it checks signatures the way each of the three says it does.

The checks are written from the vendors' descriptions and share nothing with the code that signs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "SECret+for/tests=="
TOKEN = "token-that-nobody-may-see"
Reply = tuple[int, Any, dict[str, str]] | None
"""Status, body and headers of an answer; None: the connection is dropped without one."""


def wecom(query: dict[str, list[str]], body: dict[str, Any]) -> dict[str, Any]:
    if query.get("key") != [TOKEN]:
        return {"errcode": 93000, "errmsg": "invalid webhook url"}
    if body.get("msgtype") != "text" or len(body["text"]["content"].encode()) > 2048:
        return {"errcode": 40008, "errmsg": "invalid message type"}
    return {"errcode": 0, "errmsg": "ok"}


def dingtalk(query: dict[str, list[str]], body: dict[str, Any]) -> dict[str, Any]:
    stamp = query.get("timestamp", [""])[0]
    digest = hmac.digest(SECRET.encode(), (stamp + "\n" + SECRET).encode(), "sha256")
    fresh = stamp.isdigit() and abs(int(stamp) / 1000 - time.time()) < 3600
    if query.get("access_token") != [TOKEN] or not fresh or query.get("sign") != [base64.b64encode(digest).decode()]:
        return {"errcode": 310000, "errmsg": "sign not match"}
    return {"errcode": 0 if body["msgtype"] == "text" and body["text"]["content"] else 40035, "errmsg": ""}


def feishu(_: dict[str, list[str]], body: dict[str, Any]) -> dict[str, Any]:
    stamp = body.get("timestamp", "")
    digest = hmac.new((stamp + "\n" + SECRET).encode(), b"", hashlib.sha256).digest()
    fresh = stamp.isdigit() and abs(int(stamp) - time.time()) < 3600
    if not fresh or body.get("sign") != base64.b64encode(digest).decode():
        return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
    if body.get("msg_type") != "text" or not body["content"]["text"]:
        return {"code": 9499, "msg": "Bad Request"}
    return {"code": 0, "msg": "success", "data": {}}


CHECKS: dict[str, Callable[[dict[str, list[str]], dict[str, Any]], dict[str, Any]]] = {
    "wecom": wecom,
    "dingtalk": dingtalk,
    "feishu": feishu,
}


@dataclass
class Receiver:
    """What arrived, in words; `replies` are given first, one a request, and then what the vendor's check says."""

    kind: str
    port: int = 0
    replies: list[Reply] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    requests: int = 0

    @property
    def address(self) -> str:
        name = "key" if self.kind == "wecom" else "access_token"
        return f"http://127.0.0.1:{self.port}/robot/send?{name}={TOKEN}"

    def answer(self, path: str, body: dict[str, Any]) -> Reply:
        self.requests += 1
        if self.replies:
            return self.replies.pop(0)
        told = CHECKS[self.kind](parse_qs(urlsplit(path).query), body)
        if told.get("errcode", told.get("code")) == 0:
            self.taken.append(body["text"]["content"] if "text" in body else body["content"]["text"])
        return 200, told, {}


@contextmanager
def receiving(kind: str) -> Iterator[Receiver]:
    receiver = Receiver(kind)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = receiver.answer(self.path, body)
            if reply is None:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                self.close_connection = True
                return
            status, told, headers = reply
            content = told.encode() if isinstance(told, str) else json.dumps(told).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a connection dropped on purpose
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=partial(server.serve_forever, 0.02), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
