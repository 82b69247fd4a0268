"""Why a panel has no number, as the state that stands in its place."""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard import data, wording
from dashboard.components.state import state
from dashboard.headline import cell
from dashboard.page import Page
from metrics.catalog import Metric
from metrics.words import say


def absent(page: Page, metric: Metric, frame: pd.DataFrame, ready: date | None = None) -> str:
    """Return the HTML of the state of a frame of `query` whose first row has no number.

    `ready` is the first day on which a number that is too young can be read.
    """
    text = page.text
    if "finding" in frame.attrs:
        return state(text("state.not_available"), say(frame.attrs["finding"], text.language))
    present = frozenset(data.freshness(page.source)["table_name"])
    return state(*wording.absence(cell(frame.iloc[0]), metric, text, ready=ready, present=present))
