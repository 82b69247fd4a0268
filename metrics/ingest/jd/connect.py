"""A client out of what is set up on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from metrics.ingest.jd.client import Client
from metrics.ingest.jd.session import Clock, Session, now
from metrics.ingest.jd.settings import settings
from metrics.ingest.jd.vault import SystemKeyring, Vault


def connected(
    environment: Mapping[str, str],
    *,
    vault: Vault | None = None,
    clock: Clock = now,
    sleep: Callable[[float], None] = time.sleep,
) -> Client:
    """Return a client; nothing is asked yet. Raises `Refused` where a setting is missing or makes no sense."""
    vault = vault or SystemKeyring()
    made = settings(environment, vault)
    return Client(made, Session(made, environment, vault, clock=clock), clock=clock, sleep=sleep)
