"""What to do about a batch: one case for every branch, and a sentence for each in both languages."""

from __future__ import annotations

import tomllib
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd
import pytest

import metrics.words
from metrics.batches import Action, advise
from metrics.words import LANGUAGES, say

RED = {
    "level": "red",
    "units": 920,
    "units_in_stock": 320,
    "relative_rate": 2.4,
    "low": 1.8,
    "high": 3.1,
    "detectable_from_units": 566,
    "provisional": False,
    "data_error": False,
    "suspect_dimension": np.nan,
    "suspect": np.nan,
}
YOUNG = {"level": "young", "units": 150, "relative_rate": np.nan, "low": np.nan, "high": np.nan}
COURIER = {"suspect_dimension": "courier", "suspect": "飞雁快递"}

CASES: dict[str, tuple[dict[str, Any], Action, str]] = {
    "red with stock": ({}, "delist", "delist"),
    "red and sold out": ({"units_in_stock": 0}, "inspect", "inspect_sold_out"),
    "red, and nobody knows the stock": ({"units_in_stock": pd.NA}, "inspect", "inspect_unknown_stock"),
    "red by its courier": (COURIER, "inspect", "inspect_courier"),
    "red by its warehouse": (COURIER | {"suspect_dimension": "warehouse"}, "inspect", "inspect_warehouse"),
    "red by where it goes": (COURIER | {"suspect_dimension": "province"}, "inspect", "inspect_province"),
    "red while delays shift": ({"provisional": True}, "inspect", "inspect_provisional"),
    "amber": ({"level": "amber"}, "inspect", "inspect_amber"),
    "amber by its courier": ({"level": "amber"} | COURIER, "inspect", "inspect_courier"),
    "more back than sold": ({"level": "amber", "data_error": True}, "inspect", "inspect_data"),
    "red by what was sold lately": ({"relative_rate": 1.1}, "delist", "delist_lately"),
    "the same, and sold out": ({"relative_rate": 1.1, "units_in_stock": 0}, "inspect", "inspect_lately"),
    "the same, while delays shift": ({"relative_rate": 1.1, "provisional": True}, "inspect", "inspect_lately"),
    "amber by what was sold lately": ({"relative_rate": 1.1, "level": "amber"} | COURIER, "inspect", "inspect_lately"),
    "calm": ({"level": "calm"}, "none", "none"),
    "young": (YOUNG, "wait", "wait_units"),
    "sold enough and too fresh": (YOUNG | {"units": 700}, "wait", "wait_days"),
    "nothing to compare with": (YOUNG | {"detectable_from_units": pd.NA}, "wait", "wait_unknown"),
}


@pytest.mark.parametrize("name", CASES)
def test_every_case_has_its_action_and_its_reason(name: str) -> None:
    change, action, reason = CASES[name]
    advice = advise(RED | change)
    assert (advice.action, advice.reason.code) == (action, f"spikes.{reason}")
    said = [say(advice.reason, language) for language in LANGUAGES]
    assert len(set(said)) == len(LANGUAGES)
    if action == "delist":
        assert all("320" in sentence for sentence in said)
    if reason in ("delist", "inspect_amber", "inspect_courier"):
        assert all(number in sentence for sentence in said for number in ("2.4", "1.8", "3.1"))
    if reason == "inspect_courier":
        assert all("飞雁快递" in sentence for sentence in said)


def test_waiting_is_for_the_units_that_are_missing() -> None:
    assert advise(RED | YOUNG).wait_units == 566 - 150
    assert advise(RED | YOUNG | {"units": 700}).wait_units == 0
    assert advise(RED).wait_units is None


def test_no_sentence_is_left_without_its_twin() -> None:
    folder = Path(metrics.words.__file__).parent
    told = [tomllib.loads((folder / each / "spikes.toml").read_text(encoding="utf-8")) for each in LANGUAGES]
    names = [{code: {part[1] for part in Formatter().parse(text)} - {None} for code, text in t.items()} for t in told]
    for sentences in names:
        sentences["not_available"] -= {"missing", "listed"}  # each language lists with a mark of its own
    assert names[0] == names[1]
