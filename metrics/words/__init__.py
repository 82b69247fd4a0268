"""Findings and their sentences, in Chinese and English.

The numbers are computed once and said in whatever language the reader has: code returns a `Finding`, and
only the edge (command line, page, report) turns it into words. One file per topic and language,
`words/zh/TOPIC.toml` beside `words/en/TOPIC.toml`, holds `code = "sentence with {values}"`.
"""

from __future__ import annotations

import locale
import os
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, get_args

from metrics.words.numbers import Language, Unit, format_change, format_value
from metrics.words.values import value_label

__all__ = [
    "LANGUAGES",
    "Finding",
    "Language",
    "Refused",
    "Unit",
    "format_change",
    "format_value",
    "preferred_language",
    "say",
    "value_label",
]

LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Finding:
    """Something worth saying: a code that names the sentence, and the values that stand in it.

    >>> say(Finding("errors.example", {"what": "orders.csv"}), "en")
    'orders.csv cannot be read.'
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """Input or a request that is turned down, with one sentence: what, where, and what to do.

    It carries a `Finding`, so that the page and the command line can say it in the reader's language;
    `str(error)` is the English sentence.
    """

    def __init__(self, code: str, **values: Any) -> None:
        self.finding = Finding(code, values)
        super().__init__(say(self.finding, "en"))


def say(finding: Finding, language: Language) -> str:
    """Return the sentence of a finding in the given language; a finding among its values is said in it too.

    Raises KeyError when the topic or the code has no sentence: a missing word is a defect, not a shrug.
    """
    topic, _, code = finding.code.partition(".")
    values = {
        name: say(value, language) if isinstance(value, Finding) else value for name, value in finding.values.items()
    }
    return str(_sentences(language, topic)[code]).format_map(values)


def preferred_language() -> Language:
    """Return the language of this terminal: Chinese where its locale says so, else English."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "zh" if (name or locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


@cache
def _sentences(language: Language, topic: str) -> dict[str, str]:
    text = (Path(__file__).parent / language / f"{topic}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
