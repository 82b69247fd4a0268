"""What every view is given: the version, the choices of the reader, and the words and colours to answer in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import plotly.graph_objects as go
from streamlit.navigation.page import StreamlitPage

from dashboard.charts.theme import Mode, Palette, magnified, palette
from dashboard.choices import Choices
from dashboard.data import Source, values
from dashboard.text import Text


@dataclass(frozen=True)
class Page:
    """One run of one page. A view gets it whole and asks nothing else of the session.

    `now` is the moment from which hours are counted; it is the as-of where the data have stopped. `views` are the
    pages that links lead to.
    """

    store: Path
    source: Source
    choices: Choices
    text: Text
    mode: Mode
    demo: bool
    now: datetime
    views: Mapping[str, StreamlitPage]

    @property
    def own_store(self) -> Path:
        """The store that the reader's own exports go to: never the demo's, whose lines are made up."""
        return Path("data/store").resolve() if self.demo else self.store

    @property
    def colours(self) -> Palette:
        """The palette of the mode."""
        return palette(self.mode)

    def drawn(self, figure: go.Figure) -> go.Figure:
        """Return a figure as this page shows it: a meeting magnifies it."""
        return magnified(figure) if self.choices.meeting else figure

    @property
    def several_shops(self) -> bool:
        """Whether the store holds more than one shop, so that a name has to say whose it is."""
        return len(values(self.source, "shop")) > 1

    def shows(self, section: str) -> bool:
        """Whether a section of the view is to be drawn: in a meeting one at a time, else all."""
        return not self.choices.meeting or self.choices.section == section
