"""Two dimensions against each other: a table whose cells are the darker, the larger their number.

A styled frame and no figure: a heat map of plotly cannot be clicked on the page, and a table can be read aloud.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from dashboard.charts.theme import Palette

DARKEST = 0.55
"""How much of the comparison's colour the largest cell takes; with more its number could not be read."""


def shaded(numbers: pd.DataFrame, words: pd.DataFrame, colours: Palette, *, lightest: float | None = None) -> Styler:
    """Return the words of each cell on a ground that grows darker with its number."""
    styles = (
        grounds(numbers, colours, lightest=lightest)
        .set_axis(words.index, axis="index")
        .set_axis(words.columns, axis="columns")
    )
    return words.style.apply(lambda _: styles, axis=None)


def grounds(numbers: pd.DataFrame, colours: Palette, *, lightest: float | None = None) -> pd.DataFrame:
    """Return the style of each cell: the larger its number, the darker its ground.

    `lightest` is the number of the plain ground, where there is one that means something; left out, the smallest:
    then the shades tell the cells apart, however little they differ.
    A cell without a number keeps the plain ground and says why in grey. The ink of numbers is the page's throughout.
    """
    known = numbers.to_numpy(dtype=float)
    low, high = (np.nanmin(known), np.nanmax(known)) if not np.isnan(known).all() else (0.0, 0.0)
    low = low if lightest is None else lightest
    shares = (known - low) / (high - low) if high > low else np.zeros_like(known)

    def ground(share: float) -> str:
        if np.isnan(share):
            return f"color: {colours.muted}"
        return f"background-color: {mix(colours.card, colours.comparison, DARKEST * share)}; color: {colours.ink}"

    styles = [[ground(float(share)) for share in row] for row in np.where(np.isnan(known), np.nan, shares)]
    return pd.DataFrame(styles, index=numbers.index, columns=numbers.columns)


def mix(ground: str, ink: str, share: float) -> str:
    """Return a colour between two: the cells of a table know no transparency.

    >>> mix("#FFFFFF", "#000000", 0.4)
    '#999999'
    """
    parts = (round(int(ground[at : at + 2], 16) * (1 - share) + int(ink[at : at + 2], 16) * share) for at in (1, 3, 5))
    return "#" + "".join(f"{part:02X}" for part in parts)
