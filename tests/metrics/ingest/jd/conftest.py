"""A gateway on this machine, a counter at which it is asked, and a desk onto which a whole shop was pulled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.metrics.ingest.jd.counter import Counter
from tests.metrics.ingest.jd.gateway import Gateway, serving

if TYPE_CHECKING:
    from tests.metrics.ingest.conftest import Desk


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with serving(Gateway()) as made:
        yield made


@pytest.fixture
def counter(gateway: Gateway) -> Counter:
    return Counter(gateway)


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk onto which the whole shop was pulled once, with facts and checks."""
    from tests.metrics.ingest.conftest import Desk as Made

    desk = Made(tmp_path_factory.mktemp("pulled"))
    with serving(Gateway()) as gateway:
        report = Counter(gateway).pull(desk.store)
    assert [(file.kind, file.rows_rejected) for file in report.files] == [
        ("orders", 0),
        ("service_orders", 0),
        ("refunds", 0),
        ("comments", 0),
    ]
    return desk
