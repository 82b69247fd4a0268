"""Every sentence exists in both languages."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from metrics import words

FOLDER = Path(words.__file__).parent
TOPICS = sorted(path.stem for path in (FOLDER / "zh").glob("*.toml"))


def codes(language: str, topic: str) -> set[str]:
    return set(tomllib.loads((FOLDER / language / f"{topic}.toml").read_text(encoding="utf-8")))


def test_both_languages_have_the_same_topics() -> None:
    assert sorted(path.stem for path in (FOLDER / "en").glob("*.toml")) == TOPICS


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_say_the_same_things(topic: str) -> None:
    assert codes("zh", topic) == codes("en", topic)
