"""What the values of a dimension are called: codes of the contract and truth values in words, the rest as they are."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from metrics.words.numbers import Language


def value_label(dimension: str, value: Any, language: Language) -> str:
    """Return a value of a dimension as a reader of the trade knows it; what is absent is called unknown, never 0.

    Values are as a frame of `query` has them, or as text. A value that has no word, such as a province or a name that
    a shop gave, stands for itself.

    >>> value_label("reason", "wrong_size", "zh"), value_label("auto_approved", True, "en")
    ('尺码不合', 'Automatic')
    >>> value_label("province", "广东", "en"), value_label("province", None, "en")
    ('广东', 'Unknown')
    """
    known = _values(language)
    if value is None or bool(pd.isna(value)):
        return known["any"]["unknown"]
    name = str(value)
    code = name.lower() if name in ("True", "False") else name
    if code in known.get(dimension, {}):
        return known[dimension][code]
    return known["any"][code] if name in ("True", "False") else name


@cache
def _values(language: Language) -> dict[str, dict[str, str]]:
    text = (Path(__file__).parent / language / "values.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
