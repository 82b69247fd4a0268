"""Every code of the contract has a word in both languages, and nothing that a shop named itself is touched."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from metrics.meeting import Liable, ReasonName
from metrics.warehouse import store as warehouse
from metrics.words import LANGUAGES, Language, value_label

CONTRACT = (Path(warehouse.__file__).parent / "tables.sql").read_text(encoding="utf-8")
CODED = {
    "type": "tickets",
    "outcome": "tickets",
    "kind": "offers",
    "liable": "disputes",
    "arm": "followups",
    "batch_source": "order_lines",
    "reason": "reasons",
}
"""The coded dimensions, and the table of the contract that lists their codes."""


def codes(dimension: str) -> list[str]:
    table = re.search(rf"CREATE TABLE {CODED[dimension]} \((.*?)\n\);", CONTRACT, re.DOTALL)
    assert table is not None
    listed = re.search(rf"CHECK \({dimension} IN \((.*?)\)\)", table[1], re.DOTALL)
    assert listed is not None
    return re.findall(r"'(\w+)'", listed[1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dimension", CODED)
def test_every_code_of_the_contract_has_a_word_of_its_own(dimension: str, language: Language) -> None:
    words = [value_label(dimension, code, language) for code in codes(dimension)]
    assert len(words) > 2
    assert len(set(words)) == len(words)
    for word in words:
        assert ("\u4e00" <= word[0] <= "\u9fff") if language == "zh" else word[0].isupper()


def test_what_people_may_type_has_a_word_too() -> None:
    for dimension, names in (("reason", get_args(ReasonName)), ("liable", get_args(Liable))):
        assert set(names) <= set(codes(dimension)) | {"none"}
        assert all(value_label(dimension, name, "en") != name for name in names)


@pytest.mark.parametrize("dimension", ["auto_approved", "in_time", "contacted", "insured"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_truth_values_say_what_is_true(dimension: str, language: Language) -> None:
    said = {value_label(dimension, value, language) for value in (True, False)}
    assert len(said) == 2
    assert said.isdisjoint({value_label("any_other", value, language) for value in (True, False)})
    assert value_label(dimension, "true", language) == value_label(dimension, True, language)


@pytest.mark.parametrize("nothing", [None, float("nan"), pd.NA, pd.NaT])
def test_what_is_absent_is_unknown(nothing: object) -> None:
    assert [value_label("reason", nothing, language) for language in LANGUAGES] == ["未知", "Unknown"]


def test_a_name_that_a_shop_gave_stands_for_itself() -> None:
    assert value_label("handler", "other", "zh") == "other"
    assert value_label("product_name", "None", "en") == "None"
    assert value_label("product_name", "true", "zh") == "true"
