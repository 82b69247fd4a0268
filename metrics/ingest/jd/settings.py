"""What the environment and the system keyring say of JD: the gateway, the keys, and in whose name is asked.

No secret stands in a file of ours. Each one is read from its variable, or from the keyring under the variable's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from metrics.ingest.jd.vault import Vault
from metrics.words import Refused

APP_KEY = "AFTERSALES_JD_APP_KEY"
APP_SECRET = "AFTERSALES_JD_APP_SECRET"
ACCESS_TOKEN = "AFTERSALES_JD_ACCESS_TOKEN"
REFRESH_TOKEN = "AFTERSALES_JD_REFRESH_TOKEN"
TOKEN_EXPIRES = "AFTERSALES_JD_TOKEN_EXPIRES"
SELLER = "AFTERSALES_JD_SELLER"
OPERATOR = "AFTERSALES_JD_OPERATOR"
GATEWAY = "AFTERSALES_JD_GATEWAY"
OAUTH = "AFTERSALES_JD_OAUTH"
CALLS = "AFTERSALES_JD_CALLS"

NEEDED = (APP_KEY, APP_SECRET, ACCESS_TOKEN, SELLER, OPERATOR)
REAL_GATEWAY = "https://api.jd.com/routerjson"
REAL_OAUTH = "https://open-oauth.jd.com/oauth2/refresh_token"
USUAL_CALLS = 5.0
"""Calls a second. JD publishes no limit; this is slow enough for a small application."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Secret:
    """A text that may be sent and never shown: its `repr` is empty, and so is that of whatever holds it."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """Where to ask, as whom, and how often. `seller` is JD's buId, `operator` the account that asks."""

    gateway: str
    oauth: str
    app_key: Secret
    app_secret: Secret
    seller: str
    operator: str
    calls: float = USUAL_CALLS

    @property
    def caller(self) -> dict[str, str]:
        """The three parameters that every method of service orders wants."""
        return {"buId": self.seller, "operatePin": self.operator, "operateNick": self.operator}


def found(name: str, environment: Mapping[str, str], vault: Vault) -> str:
    """Return what a setting says, from the environment or else from the keyring; nothing where neither knows it."""
    return environment.get(name, "").strip() or (vault.read(name) or "").strip()


def missing(environment: Mapping[str, str], vault: Vault) -> tuple[str, ...]:
    """Return the settings that JD cannot be asked without and that nobody has made."""
    return tuple(name for name in NEEDED if not found(name, environment, vault))


def settings(environment: Mapping[str, str], vault: Vault) -> Settings:
    """Return the settings. Raises `Refused`, which names a setting and never its value."""
    if absent := missing(environment, vault):
        raise Refused("jd.not_set_up", settings=", ".join(absent))
    return Settings(
        gateway=_address(GATEWAY, environment, REAL_GATEWAY),
        oauth=_address(OAUTH, environment, REAL_OAUTH),
        app_key=Secret(found(APP_KEY, environment, vault)),
        app_secret=Secret(found(APP_SECRET, environment, vault)),
        seller=found(SELLER, environment, vault),
        operator=found(OPERATOR, environment, vault),
        calls=_calls(environment),
    )


def _address(name: str, environment: Mapping[str, str], usual: str) -> str:
    """Return an address; keys travel over the network encrypted, or not at all."""
    address = environment.get(name, "").strip() or usual
    try:
        parts = urlsplit(address)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    except ValueError:
        raise Refused("jd.bad_address", setting=name) from None
    if not (secure and parts.hostname):
        raise Refused("jd.bad_address", setting=name)
    return address


def _calls(environment: Mapping[str, str]) -> float:
    text = environment.get(CALLS, "").strip()
    try:
        calls = float(text or USUAL_CALLS)
    except ValueError:
        calls = 0.0
    if not 0 < calls <= 1000:
        raise Refused("jd.bad_calls", setting=CALLS)
    return calls
