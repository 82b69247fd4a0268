"""What holds until somebody types otherwise: the trade's usual rules, reasons and advice, from `defaults.toml`."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from metrics.meeting.entries import Advice, Policy, Reason
from metrics.words import Language

ALWAYS = datetime(1970, 1, 1)
"""Since when a default rule holds: since before any order."""


@cache
def _defaults() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def default_policies() -> list[Policy]:
    """Return the rules of the platform, which hold always."""
    return [Policy(name, ALWAYS, float(value)) for name, value in _defaults()["policies"].items()]


def default_reasons() -> list[Reason]:
    """Return what the usual texts of an export mean."""
    return [
        Reason(text, reason, liable)
        for reason, by_liable in _defaults()["reasons"].items()
        for liable, texts in by_liable.items()
        for text in texts
    ]


def default_advice(language: Language) -> list[Advice]:
    """Return what the trade usually does, in the words of a language."""
    found = []
    for row in _defaults()["advice"]:
        words, note = row[language]
        found.append(Advice(row["type"], row["reason"], words, note, author="", at=None, revision=0))
    return found
