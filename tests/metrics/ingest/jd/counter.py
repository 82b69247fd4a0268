"""A counter at which a gateway is asked, by somebody who waits for nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from metrics.ingest.jd import Client, connected, pull
from metrics.ingest.jd.pull import read_exports
from metrics.ingest.jd.spool import spooled
from metrics.ingest.report import ImportReport
from metrics.warehouse.store import Store
from tests.metrics.ingest.jd.gateway import Gateway
from tests.metrics.ingest.jd.world import NOW, SINCE


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
    """Asks a gateway, and waits for nothing; `waits` is how long it would have waited."""

    gateway: Gateway
    drawer: Drawer = field(default_factory=Drawer)
    waits: list[float] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def client(self) -> Client:
        made = {**self.gateway.environment, **self.environment}
        return connected(made, vault=self.drawer, clock=lambda: self.gateway.now, sleep=self.waits.append)

    def pull(self, store: Store, **how: Any) -> ImportReport:
        how = {"since": SINCE, "shop": "jd-shop", "language": "en", **how}
        since = how.pop("since")
        return pull(store, self.client(), since, clock=lambda: self.gateway.now, **how)

    def read(self, folder: Path) -> dict[str, list[dict[str, Any]]]:
        """Return the exports that a pull would import, row by row."""
        with spooled(folder, {}) as spool:
            paths = read_exports(self.client(), spool, SINCE, NOW.replace(tzinfo=None), lambda _: None)
        return {path.name: pq.read_table(path).to_pylist() for path in paths}
