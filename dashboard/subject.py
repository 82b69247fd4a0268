"""What a decision is about, and what people call it."""

from __future__ import annotations

from typing import NamedTuple

from dashboard.text import Text
from metrics import CATALOG
from metrics.meeting import SubjectKind
from metrics.words import value_label


class Subject(NamedTuple):
    """The subject of a decision by its kind and code, and the words that people know it by."""

    kind: SubjectKind
    subject: str
    shown: str


NOTHING = Subject("none", "", "")
"""What a decision is about that is about nothing that can be counted."""


def called(kind: SubjectKind, subject: str, text: Text, shown: str = "") -> Subject:
    """Return a subject under its own name, unless people call it something else."""
    if shown:
        return Subject(kind, subject, shown)
    if kind == "metric" and subject in CATALOG:
        return Subject(kind, subject, CATALOG[subject].label(text.language))
    return Subject(kind, subject, value_label("reason", subject, text.language) if kind == "reason" else subject)
