from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from metrics.warehouse.store import Store
from tests.metrics.warehouse.clean_shop import publish


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store: a folder that is not there yet."""
    return Store(tmp_path / "store")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clean shop, built once."""
    root = tmp_path_factory.mktemp("published") / "store"
    publish(Store(root))
    return root


@pytest.fixture
def clean(store: Store, published: Path) -> Store:
    """A store whose version 1 is the clean shop."""
    shutil.copytree(published, store.root)
    return store
