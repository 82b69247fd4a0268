"""One POST to a robot, again where that may help, and a sentence where it does not."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from dashboard.webhook.robots import Robot
from metrics.words import Refused

WAITS = (1.0, 4.0, 15.0)
"""Seconds before each further attempt. Whoever looks every few minutes tries again by himself after that."""

TIMEOUT = 10.0
MOST_READ = 64_000
LONGEST_WAIT = 60.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: a message for one group belongs to no other address, and a robot sends nobody on."""

    def redirect_request(self, *_: Any) -> None:
        return None


class _Busy(Exception):
    """The robot did not take the message and may do so later; `wait` is how long it asks for."""

    def __init__(self, reason: Refused, wait: float = 0.0) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.wait = wait


def send(
    robot: Robot, words: str, *, waits: Sequence[float] = WAITS, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Send a message. Raises `Refused` where the robot turns it down, or still is busy after the last attempt.

    No error holds the address or the secret: what comes from below is told by its kind and its code alone.
    """
    for wait in (*waits, None):
        try:
            _attempt(robot, words)
            return
        except _Busy as busy:
            if wait is None:
                raise busy.reason from None
            sleep(min(max(wait, busy.wait), LONGEST_WAIT))


def _attempt(robot: Robot, words: str) -> None:
    address, message = robot.request(words, datetime.now(UTC))
    post = urllib.request.Request(  # the scheme was looked at where the setting was read
        address,
        data=json.dumps(message, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
        method="POST",
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(post, timeout=TIMEOUT) as answer:
            body = answer.read(MOST_READ)
    except urllib.error.HTTPError as error:
        refused = Refused("alarm.http", status=error.code)
        if error.code == 429 or error.code >= 500:
            raise _Busy(refused, _seconds(error.headers.get("Retry-After"))) from None
        raise refused from None
    except (OSError, http.client.HTTPException) as error:
        raise _Busy(Refused("alarm.unreachable", kind=_kind(error))) from None
    _judge(robot, body)


def _judge(robot: Robot, body: bytes) -> None:
    try:
        answer = json.loads(body)
        code = robot.code(answer) if isinstance(answer, dict) else None
    except ValueError:
        code = None
    if code is None:
        raise Refused("alarm.no_answer")
    if robot.is_busy(code):
        raise _Busy(Refused("alarm.busy", answer=code))
    if code != 0:
        raise Refused("alarm.turned_down", answer=code)


def _kind(error: BaseException) -> str:
    """Return what kind of error it was: its text may hold the address."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    return type(reason).__name__ if isinstance(reason, BaseException) else type(error).__name__


def _seconds(text: str | None) -> float:
    return float(text) if text is not None and text.isdigit() else 0.0
