"""A method of JD's, called until it answers: signed, paced, again after a limit or a dropped line.

What JD turns down is one sentence in the reader's language, which names the code and what to do. Whatever stands in
it that is a secret of ours is struck out, should JD ever repeat one.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

from metrics.ingest.jd.envelope import Garbled, Record, TurnedDown, opened
from metrics.ingest.jd.session import BEIJING, Clock, Post, Session
from metrics.ingest.jd.settings import Settings
from metrics.ingest.jd.signing import signature
from metrics.ingest.jd.transport import Answered, Unavailable, post
from metrics.words import Refused

WAITS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds before each further attempt, each of them half longer or shorter: two that were stopped at once part."""

LIMIT = "2"
STALE = frozenset({"18", "19"})
_ADVICE = {
    LIMIT: "busy",
    "4": "version",
    "5": "version",
    "7": "clock",
    "8": "clock",
    "11": "sign",
    "12": "sign",
    "14": "method",
    "15": "method",
    "18": "token_refused",
    "19": "token_refused",
    "20": "app_key",
    "21": "app_key",
    "24": "permission",
}


class Client:
    """Calls methods in the name of one seller. `sleep` waits, `clock` gives the moment that a call is stamped with."""

    def __init__(
        self,
        settings: Settings,
        session: Session,
        *,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
        send: Post = post,
    ) -> None:
        self.settings = settings
        self._session = session
        self._clock = clock
        self._sleep = sleep
        self._send = send
        self._last = float("-inf")

    def __repr__(self) -> str:
        return f"Client({self.settings.gateway})"

    def call(self, method: str, parameters: Mapping[str, Any]) -> Record:
        """Return what a method answers, inside its envelope.

        Raises `Refused` where JD turns it down, or where it still cannot be reached after the last attempt.
        """
        fresh = False
        for wait in (*WAITS, None):
            try:
                return self.attempt(method, parameters)
            except Unavailable as error:
                reason = Refused("jd.unreachable", kind=str(error))
            except TurnedDown as error:
                if error.code in STALE and not fresh:
                    fresh = True
                    reason = self._refreshed(method, error)
                elif error.code == LIMIT:
                    reason = Refused("jd.busy", method=method)
                else:
                    raise self.refusal(method, error) from None
            if wait is None:
                raise reason
            self._sleep(wait * random.uniform(0.5, 1.5))
        raise AssertionError("the last wait is None")

    def attempt(self, method: str, parameters: Mapping[str, Any]) -> Record:
        """Call a method once. Raises `Unavailable` where nobody knows whether it was carried out, or `TurnedDown`."""
        self._pace()
        form = {
            "method": method,
            "app_key": self.settings.app_key.text,
            "access_token": self._session.token(),
            "timestamp": f"{self._clock().astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
            "v": "2.0",
            "format": "json",
            "360buy_param_json": json.dumps(parameters, ensure_ascii=False, sort_keys=True),
        }
        form["sign"] = signature(form, self.settings.app_secret.text)
        try:
            return opened(method, self._send(self.settings.gateway, form))
        except Garbled:
            raise Unavailable("Garbled") from None
        except Answered as error:
            raise Refused("jd.no_gateway", kind=str(error)) from None

    def refusal(self, method: str, error: TurnedDown) -> Refused:
        """Return the sentence for what JD turned down."""
        advice = _ADVICE.get(error.code, "turned_down")
        said = error.said
        for secret in self._session.secrets:
            said = said.replace(secret, "***")
        return Refused(f"jd.{advice}", method=method, answer=error.code, said=said or "–")

    def _refreshed(self, method: str, error: TurnedDown) -> Refused:
        """Refresh a token that JD calls stale; return what to say should there be no further attempt."""
        try:
            self._session.refresh()
        except Unavailable as unavailable:
            return Refused("jd.unreachable", kind=str(unavailable))
        return self.refusal(method, error)

    def _pace(self) -> None:
        """Wait until the next call is due; the gateway closes to whoever asks too fast."""
        rest = self._last + 1 / self.settings.calls - time.monotonic()
        if rest > 0:
            self._sleep(rest)
        self._last = time.monotonic()
