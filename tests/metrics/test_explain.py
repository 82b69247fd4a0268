"""The SELECT that the glossary shows is the one that the numbers come from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import metrics
from metrics import CATALOG, Question, Shop
from metrics.warehouse.engine import open_reader
from metrics.warehouse.store import Store
from metrics.words import Refused
from tests.metrics.filled import opened
from tests.metrics.shops import SMALL

READINGS = [(name, reading) for name, metric in CATALOG.items() for reading in metric.readings]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("explained")


@pytest.fixture(scope="module")
def shop(store: Path) -> Shop:
    return opened(store, [SMALL])[0]


@pytest.fixture(scope="module")
def blank() -> Shop:
    return metrics.blank_shop()


def test_the_select_gives_the_sums_of_the_number(shop: Shop, store: Path) -> None:
    number = Store(store).current
    assert number is not None
    reader = open_reader(Store(store).path(number))
    compared = set()
    for name, reading in READINGS:
        question = Question(name, reading=reading)
        told = shop.explain(question)
        sums, answer = reader.sql(told.sql, told.parameters).iloc[0], shop.query(question).iloc[0]
        laid = CATALOG[name].readings[reading]
        for side, unit in (("numerator", laid.numerator_unit), ("denominator", laid.denominator_unit)):
            if not pd.isna(answer[side]):
                assert answer[side] == pytest.approx(sums[side] / unit), (name, reading, side)
                compared.add(name)
    reader.close()
    assert compared == set(CATALOG)


@pytest.mark.parametrize(("name", "reading"), READINGS)
def test_every_metric_is_explained_before_there_are_data(name: str, reading: str, blank: Shop) -> None:
    told = blank.explain(Question(name, reading=reading))  # type: ignore[arg-type]
    assert told.sql.startswith(("WITH scope", "SELECT"))
    assert "AS numerator" in told.sql


def test_the_as_of_cuts_by_a_bound_value_without_data_too(blank: Shop, shop: Shop) -> None:
    question = Question("refund_rate")
    assert "$last_day" in blank.explain(question).sql
    assert "projected" not in blank.explain(question).sql
    assert blank.query(question)["status"].tolist() == ["not_available"]
    assert shop.explain(question).parameters.keys() >= {"last_day"}


def test_values_are_never_written_into_the_select(blank: Shop) -> None:
    hostile = "x' OR 1=1 --"
    told = blank.explain(Question("refund_rate", where={"province": (hostile,)}))
    assert hostile not in told.sql
    assert hostile in told.parameters.values()


def test_what_cannot_be_asked_cannot_be_explained(blank: Shop) -> None:
    with pytest.raises(Refused):
        blank.explain(Question("response_hours", reading="same_age"))
