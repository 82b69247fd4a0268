"""The robots of the three chats of the trade: which message each takes, how it is signed, and what its answer means.

DingTalk wants the signature in the address, and signs time and secret with the secret. Feishu wants it in the message,
and signs nothing at all with time and secret. WeCom trusts its address alone. All three answer 200 to a message that
they turn down, and say why in a code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from urllib.parse import quote_plus, urlsplit

Kind = Literal["wecom", "dingtalk", "feishu"]
KINDS: tuple[Kind, ...] = get_args(Kind)
HOSTS: dict[str, Kind] = {
    "qyapi.weixin.qq.com": "wecom",
    "oapi.dingtalk.com": "dingtalk",
    "oapi.dingtalk.io": "dingtalk",
    "open.feishu.cn": "feishu",
    "open.larksuite.com": "feishu",
}
BUSY: dict[Kind, frozenset[int]] = {
    "wecom": frozenset({-1, 45009}),
    "dingtalk": frozenset({-1, 130101}),
    "feishu": frozenset({2200, 11232}),
}
"""Codes by which a robot says: not now. Whatever else it says, it would say again."""

LONGEST = 2000
"""Bytes of a message: WeCom takes 2,048, and the others more."""


@dataclass(frozen=True)
class Robot:
    """The robot of one group. Its address and its secret are as good as a key, so it never shows them."""

    kind: Kind
    address: str
    secret: str | None = None

    def __repr__(self) -> str:
        return f"Robot({self.kind})"

    def request(self, words: str, at: datetime) -> tuple[str, dict[str, Any]]:
        """Return the address and the message of a POST that is made at a moment: a signature holds for an hour."""
        if self.kind == "feishu":
            message: dict[str, Any] = {"msg_type": "text", "content": {"text": words}}
            if self.secret:
                time = str(int(at.timestamp()))
                message |= {"timestamp": time, "sign": _signed(f"{time}\n{self.secret}", "")}
            return self.address, message
        message = {"msgtype": "text", "text": {"content": words}}
        if self.kind == "dingtalk" and self.secret:
            time = str(round(at.timestamp() * 1000))
            sign = quote_plus(_signed(self.secret, f"{time}\n{self.secret}"))
            joint = "&" if urlsplit(self.address).query else "?"
            return f"{self.address}{joint}timestamp={time}&sign={sign}", message
        return self.address, message

    def code(self, answer: Mapping[str, Any]) -> int | None:
        """Return the code of an answer, 0 where the message was taken; None where there is none to be found."""
        names = ("code", "StatusCode") if self.kind == "feishu" else ("errcode",)
        return next((int(answer[name]) for name in names if isinstance(answer.get(name), int)), None)

    def is_busy(self, code: int) -> bool:
        """Whether a code means that the same message may be taken later."""
        return code in BUSY[self.kind]


def recognised(address: str) -> Kind | None:
    """Return whose robot an address belongs to; None where the host tells nothing.

    >>> recognised("https://oapi.dingtalk.com/robot/send?access_token=…")
    'dingtalk'
    """
    return HOSTS.get((urlsplit(address).hostname or "").lower())


def _signed(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()
