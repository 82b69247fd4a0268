"""A simulated shop of a year, whose evenings, repairs and promotions can be told beforehand and looked up after."""

from __future__ import annotations

import pytest

import metrics
from metrics.ingest import import_files
from metrics.simulate import simulate
from metrics.warehouse.store import Store


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> metrics.Shop:
    folder = tmp_path_factory.mktemp("simulated")
    simulate(30_000, folder, seed=4)
    import_files(sorted(folder.glob("*.parquet")), store=Store(folder / "store"), profile="generic", shop="模拟店")
    return metrics.open_shop(folder / "store")
