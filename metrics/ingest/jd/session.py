"""The access token, refreshed before it runs out.

A refreshed token is kept in the system keyring where there is one, and otherwise in this process alone: the next one
refreshes again from the variable. In the keyring it stands beside a fingerprint of the token that it grew out of, so
that a token which somebody has newly typed goes before one that was refreshed from an older.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from metrics.ingest.jd.settings import ACCESS_TOKEN, REFRESH_TOKEN, TOKEN_EXPIRES, Secret, Settings, found
from metrics.ingest.jd.transport import Answered, post
from metrics.ingest.jd.vault import Vault
from metrics.words import Refused

BEIJING = ZoneInfo("Asia/Shanghai")
EARLY = timedelta(minutes=10)
"""How long before its end a token is refreshed: a page of a list must not be its last act."""

_KEPT = "jd_tokens"
Post = Callable[[str, Mapping[str, str]], bytes]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Tokens:
    """An access token, what it can be refreshed with, and its end where that is known."""

    access: Secret
    refresh: Secret | None
    ends: datetime | None


class Session:
    """Has the token of the moment. `clock` gives a moment with its offset."""

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], vault: Vault, *, clock: Clock, send: Post = post
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._clock = clock
        self._send = send
        typed = _typed(environment, vault)
        self._grown_from = hashlib.sha256(f"{typed.access.text}\n{_text(typed.refresh)}".encode()).hexdigest()
        self._tokens = self._kept() or typed

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that must not be repeated in words, whoever says it."""
        settings, tokens = self._settings, self._tokens
        known = (settings.app_key.text, settings.app_secret.text, tokens.access.text, _text(tokens.refresh))
        return tuple(secret for secret in known if secret)

    def token(self) -> str:
        """Return a token that is still good."""
        ends = self._tokens.ends
        if ends is not None and self._clock() >= ends - EARLY and self._tokens.refresh is not None:
            self.refresh()
        return self._tokens.access.text

    def refresh(self) -> None:
        """Exchange the token for a new one.

        Raises `Refused` where there is nothing to do it with or JD will not, and `Unavailable` where it may be tried
        again.
        """
        if self._tokens.refresh is None:
            raise Refused("jd.token", setting=ACCESS_TOKEN, other=REFRESH_TOKEN)
        form = {
            "app_key": self._settings.app_key.text,
            "app_secret": self._settings.app_secret.text,
            "grant_type": "refresh_token",
            "refresh_token": self._tokens.refresh.text,
        }
        try:
            said = json.loads(self._send(self._settings.oauth, form))
            self._tokens = self._renewed(said)
        except (Answered, ValueError, KeyError, TypeError):
            raise Refused("jd.token", setting=ACCESS_TOKEN, other=REFRESH_TOKEN) from None
        self._keep()

    def _renewed(self, said: Mapping[str, Any]) -> Tokens:
        seconds = int(said["expires_in"]) if said.get("expires_in") else None
        again = str(said["refresh_token"]) if said.get("refresh_token") else _text(self._tokens.refresh)
        ends = None if seconds is None else self._clock() + timedelta(seconds=seconds)
        return Tokens(Secret(str(said["access_token"])), Secret(again), ends)

    def _keep(self) -> None:
        kept = {
            "access": self._tokens.access.text,
            "refresh": _text(self._tokens.refresh),
            "ends": self._tokens.ends.isoformat() if self._tokens.ends else None,
            "grown_from": self._grown_from,
        }
        self._vault.write(_KEPT, json.dumps(kept))

    def _kept(self) -> Tokens | None:
        try:
            kept = json.loads(self._vault.read(_KEPT) or "{}")
            if kept.get("grown_from") != self._grown_from:
                return None
            ends = datetime.fromisoformat(kept["ends"]) if kept["ends"] else None
            return Tokens(Secret(kept["access"]), Secret(kept["refresh"]) if kept["refresh"] else None, ends)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def _typed(environment: Mapping[str, str], vault: Vault) -> Tokens:
    refresh = found(REFRESH_TOKEN, environment, vault)
    return Tokens(
        Secret(found(ACCESS_TOKEN, environment, vault)), Secret(refresh) if refresh else None, _ends(environment)
    )


def _ends(environment: Mapping[str, str]) -> datetime | None:
    """Return when the typed token runs out; a time without an offset is one of Beijing's."""
    text = environment.get(TOKEN_EXPIRES, "").strip()
    if not text:
        return None
    try:
        ends = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("jd.bad_end", setting=TOKEN_EXPIRES) from None
    return ends if ends.tzinfo else ends.replace(tzinfo=BEIJING)


def _text(secret: Secret | None) -> str:
    return secret.text if secret else ""


def now() -> datetime:
    """Return the moment, with its offset."""
    return datetime.now(UTC)
