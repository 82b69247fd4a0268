"""A gateway on this machine, and a desk to pull onto."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from metrics.ingest.jd import Client, connected, pull
from metrics.ingest.report import ImportReport
from metrics.warehouse.store import Store
from tests.metrics.ingest.jd.gateway import Gateway, serving
from tests.metrics.ingest.jd.world import SINCE

if TYPE_CHECKING:
    from tests.metrics.ingest.conftest import Desk


@dataclass
class Drawer:
    """A keyring of this test alone; `locked` is a machine that has none."""

    kept: dict[str, str] = field(default_factory=dict)
    locked: bool = False

    def read(self, name: str) -> str | None:
        return None if self.locked else self.kept.get(name)

    def write(self, name: str, text: str) -> bool:
        if not self.locked:
            self.kept[name] = text
        return not self.locked


@dataclass
class Counter:
    """Pulls from a gateway onto a desk, and waits for nothing; `waits` is how long it would have waited."""

    desk: Desk
    gateway: Gateway
    drawer: Drawer = field(default_factory=Drawer)
    waits: list[float] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def client(self) -> Client:
        made = {**self.gateway.environment, **self.environment}
        return connected(made, vault=self.drawer, clock=lambda: self.gateway.now, sleep=self.waits.append)

    def pull(self, store: Store | None = None, **how: Any) -> ImportReport:
        how.setdefault("since", SINCE)
        how.setdefault("shop", "jd-shop")
        since = how.pop("since")
        return pull(
            store or self.desk.store, self.client(), since, clock=lambda: self.gateway.now, language="en", **how
        )


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with serving(Gateway()) as made:
        yield made


@pytest.fixture
def counter(desk: Desk, gateway: Gateway) -> Counter:
    return Counter(desk, gateway)
