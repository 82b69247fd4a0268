"""Why a panel has no number, as the state that stands in its place."""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard import data, wording
from dashboard.components.state import state
from dashboard.headline import cell
from dashboard.page import Page
from metrics.catalog import Metric
from metrics.words import Finding, say


def absent(page: Page, metric: Metric, frame: pd.DataFrame, ready: date | None = None) -> str:
    """Return the HTML of the state of a frame of `query` whose first row has no number.

    `ready` is the first day on which a number that is too young can be read.
    """
    text = page.text
    why_not = frame.attrs.get("finding")
    if why_not is not None and not _is_for_a_limit(why_not, page):
        return state(text("state.not_available"), say(why_not, text.language))
    present = frozenset(data.freshness(page.source)["table_name"])
    here = cell(frame.iloc[0])
    return state(*wording.absence(here, metric, text, ready=ready, present=present, why_not=why_not))


def _is_for_a_limit(why_not: Finding, page: Page) -> bool:
    """Whether there is a number, and only not under the limits of the page."""
    return set(str(why_not.values.get("names", "")).split(", ")) <= set(page.choices.where)
