"""The labels of the pages, in Chinese and English; what metrics and findings say comes from `metrics`."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from metrics.words import Language


class Text:
    """The labels of one language: `text("tile.last_week", value="7.9%")`.

    A missing label raises KeyError, so that the tests find it and never the reader.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._labels = _labels(language)

    def __call__(self, key: str, **values: Any) -> str:
        return self._labels[key].format_map(values)

    def has(self, key: str) -> bool:
        """Whether there is a label of this name: names that come from data may have none."""
        return key in self._labels

    def week(self, monday: date) -> str:
        """Return a week by its first and last day: 11.02–11.08, or 2–8 Nov."""
        sunday = monday + timedelta(days=6)
        if self.language == "zh":
            return f"{monday:%m.%d}–{sunday:%m.%d}"
        if monday.month == sunday.month:
            return f"{monday.day}–{sunday.day} {sunday:%b}"
        return f"{monday.day} {monday:%b} – {sunday.day} {sunday:%b}"

    def moment(self, at: datetime) -> str:
        """Return a time to the minute, in the one form that both languages sort and read."""
        return f"{at:%Y-%m-%d %H:%M}"


def browser_language(locale: str | None) -> Language:
    """Return the language that a browser asks for; Chinese where it says nothing, as most readers speak it.

    >>> browser_language("zh-CN"), browser_language("fr-FR"), browser_language(None)
    ('zh', 'en', 'zh')
    """
    return "zh" if locale is None or locale.lower().startswith("zh") else "en"


@cache
def _labels(language: Language) -> dict[str, str]:
    topics = (Path(__file__).parent / "locale" / language).glob("*.toml")
    return {
        f"{path.stem}.{name}": label
        for path in topics
        for name, label in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }
