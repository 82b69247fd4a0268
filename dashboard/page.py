"""What every view is given: the version, the choices of the reader, and the words and colours to answer in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dashboard.charts.theme import Mode, Palette, palette
from dashboard.controls import Choices
from dashboard.data import Source
from dashboard.text import Text


@dataclass(frozen=True)
class Page:
    """One run of one page. A view gets it whole and asks nothing else of the session."""

    store: Path
    source: Source
    choices: Choices
    text: Text
    mode: Mode
    demo: bool

    @property
    def own_store(self) -> Path:
        """The store that the reader's own exports go to: never the demo's, whose lines are made up."""
        return Path("data/store").resolve() if self.demo else self.store

    @property
    def colours(self) -> Palette:
        """The palette of the mode."""
        return palette(self.mode)
