from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from metrics.simulate.scenario import MixShift
from tests.metrics.drivers.simulated import CALM, Made, made


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A quarter of a shop with a wider window for returns and more apparel from one Monday on."""
    scenario = replace(
        CALM, window_change=date(2026, 10, 19), late_share=0.8, mix_shift=MixShift("服饰", 2.5, date(2026, 10, 19))
    )
    return made(tmp_path_factory.mktemp("shop"), scenario, 70_000)
