"""The style sheet of every page: the static files, fed with the colours of the mode."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dashboard.charts.theme import FONT, MAGNIFIED, Mode, palette

STYLES = Path(__file__).parent / "styles"


@cache
def style(mode: Mode) -> str:
    """Return one <style> element for the page: what all pages share, and after it what one of them needs alone."""
    files = sorted(STYLES.glob("*.css"), key=lambda path: (path.name != "base.css", path.name))
    sheet = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return f"<style>:root{{{palette(mode).variables()}--font:{FONT};}}\n{sheet}</style>"


@cache
def meeting_style() -> str:
    """Return the <style> element that a meeting lays over it: no chrome, and type that is read from three metres."""
    sheet = (Path(__file__).parent / "meeting.css").read_text(encoding="utf-8")
    return f"<style>:root{{--magnified:{MAGNIFIED};}}\n{sheet}</style>"
