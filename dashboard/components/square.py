"""Two dimensions against each other as plain HTML: for the screen of a meeting, where nothing is clicked.

The table of streamlit that can be clicked is a canvas, which a page in large type stretches beyond its panel.
"""

from __future__ import annotations

from html import escape

import pandas as pd


def square(words: pd.DataFrame, grounds: pd.DataFrame, *, caption: str) -> str:
    """Return the HTML of the words of each cell on its ground (`charts.shaded.grounds`)."""
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in words.columns)
    body = "".join(
        f'<tr><th scope="row">{escape(str(name))}</th>'
        + "".join(f'<td style="{escape(ground)}">{escape(word)}</td>' for word, ground in zip(row, own, strict=True))
        + "</tr>"
        for name, row, own in zip(words.index, words.to_numpy(), grounds.to_numpy(), strict=True)
    )
    corner = escape(str(words.index.name or ""))
    return (
        f'<div class="as-scroll"><table class="as-square" aria-label="{escape(caption)}">'
        f'<thead><tr><th scope="col">{corner}</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )
