"""Predicted disputes beside observed ones: planted shares come out, and a simulated shop is told right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import metrics
from metrics.response.calibration import grouped
from tests.metrics.filled import contract, fill
from tests.metrics.shops import AS_OF, ShopSpec, make_shop


def test_cases_are_grouped_by_their_risk_and_none_is_lost() -> None:
    cases = pd.DataFrame({"risk": np.linspace(0.01, 0.2, 40), "tickets": 25, "disputes": [1, 2] * 20})
    found = grouped(cases)
    assert list(found["decile"]) == list(range(1, 11))
    assert found["tickets"].sum() == 40 * 25
    assert found["disputes"].sum() == 60
    assert (found["tickets"] == 100).all()
    assert list(found["predicted"]) == sorted(found["predicted"])
    assert ((found["low"] < found["observed"]) & (found["observed"] < found["high"])).all()


def test_cases_of_one_risk_stay_together() -> None:
    cases = pd.DataFrame({"risk": [0.1, 0.1, 0.3], "tickets": [50, 50, 100], "disputes": [5, 4, 30]})
    found = grouped(cases)
    assert list(found["predicted"]) == pytest.approx([0.1, 0.3])
    assert list(found["observed"]) == pytest.approx([0.09, 0.3])


def test_a_simulated_shop_is_told_right(simulated: metrics.Shop) -> None:
    """Told on two thirds of the history, seven in ten of the groups later came to what their interval holds."""
    found = simulated.queue_calibration()
    assert found["tickets"].sum() > 300
    inside = (found["low"] <= found["predicted"]) & (found["predicted"] <= found["high"])
    assert inside.mean() >= 0.7
    whole = (found["predicted"] * found["tickets"]).sum() / found["tickets"].sum()
    assert whole == pytest.approx(found["disputes"].sum() / found["tickets"].sum(), abs=0.015)


def test_without_disputes_there_is_nothing_to_calibrate(tmp_path: Path) -> None:
    fill(tmp_path, contract([make_shop(ShopSpec("甲店", 1, 60, frozenset({"no disputes"})))], as_of=AS_OF))
    assert metrics.open_shop(tmp_path).queue_calibration().empty
