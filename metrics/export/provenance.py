"""Where the numbers of a file come from: a file outlives the page that it was taken from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from metrics.words import Finding, Language, say


@dataclass(frozen=True)
class Provenance:
    """What a file was made with: filters and reading, period, version, as-of and definitions, in words.

    `definitions` are pairs of a name and what it means; `more` are pairs of what one kind of file says beside what all
    say. `as_of` is that of the data, never the time of the download.
    """

    title: str
    question: str
    period: str
    version: int
    as_of: datetime | None
    definitions: tuple[tuple[str, str], ...]
    language: Language
    more: tuple[tuple[str, str], ...] = ()

    def lines(self) -> list[tuple[str, str]]:
        """Return everything as pairs of a label and its words, in the order in which a reader asks."""
        unlimited = say(Finding("export.everything"), self.language)
        as_of = say(Finding("export.unknown"), self.language) if self.as_of is None else f"{self.as_of:%Y-%m-%d %H:%M}"
        told = [
            ("title", self.title),
            ("question", self.question or unlimited),
            ("period", self.period or unlimited),
            ("as_of", as_of),
            ("version", str(self.version)),
            ("masked", say(Finding("export.masked_how"), self.language)),
        ]
        labelled = [(say(Finding(f"export.{name}"), self.language), words) for name, words in told]
        return [*labelled, *self.more, *self.definitions]
