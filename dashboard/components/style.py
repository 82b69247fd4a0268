"""The style sheet of every page: the static file, fed with the colours of the mode."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dashboard.charts.theme import FONT, Mode, palette


@cache
def style(mode: Mode) -> str:
    """Return one <style> element for the page."""
    sheet = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    return f"<style>:root{{{palette(mode).variables()}--font:{FONT};}}\n{sheet}</style>"
