"""The style sheet of every page: the static files, fed with the colours of the mode."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dashboard.charts.theme import FONT, MAGNIFIED, Mode, palette

STYLES = Path(__file__).parent / "styles"
SLIDE = (1366, 768)
"""The screen that slides are laid out for; a larger one shows the same slide larger, so that it is as full."""
TENTHS = range(10, 31)
"""How much larger: in steps, as a style sheet cannot divide what it measures in every browser."""


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
    return f"<style>{_magnified()}\n{sheet}</style>"


def _magnified() -> str:
    """Return how much larger a slide is on each size of screen; plotly's letters are magnified once, whatever it is."""
    width, height = SLIDE
    steps = [
        f"@media (min-width:{width * tenths / 10:.0f}px) and (min-height:{height * tenths / 10:.0f}px)"
        f"{{:root{{--larger:{tenths / 10};}}}}"
        for tenths in TENTHS[1:]
    ]
    return f":root{{--larger:1;--magnified:calc({MAGNIFIED} * var(--larger));}}\n" + "\n".join(steps)
