"""What the sections of a weekly review share: the way to a decision, and tiles in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard import data
from dashboard.components.table import Column, table
from dashboard.components.tile import tile
from dashboard.decision import decide_button
from dashboard.number import open_number
from dashboard.page import Page
from dashboard.reviewed.subjects import subjects
from dashboard.reviewed.worded import line_cells, tile_of
from metrics import CATALOG, Question
from metrics.review.model import Headline, Review


def review_of(page: Page) -> Review | None:
    """Return the review of the week: as it was kept, unless somebody asks for what the data say by now.

    None where it is still being made.
    """
    choices = page.choices
    kept = None if choices.fresh or choices.where else data.kept_review(page.source, choices.week)
    return kept or data.review(page.source, choices.week, choices.where)


def decide(page: Page, review: Review, section: str) -> None:
    """Draw the way to a decision under a section; in a meeting it stands in the bar at the foot."""
    if not page.choices.meeting and section not in ("cover", "followed"):
        decide_button(page, subjects(section, review, page.text), section, page.text("meeting.decide"))


def tiles(page: Page, review: Review, lines: Sequence[Headline], section: str) -> None:
    """Draw one tile for each number, in a row; each opens on what it is divided from and the events behind it."""
    present = frozenset(data.freshness(page.source)["table_name"])
    for column, line in zip(st.columns(len(lines), gap="small"), lines, strict=True):
        metric = CATALOG[line.metric]
        with column, st.container(key=f"tile-{section}-{line.metric}", height="stretch"):
            shown = tile_of(line, page.text, page.colours, present)
            # On a slide the numbers stand alone: why the first of them moved is the next one.
            st.html(tile(replace(shown, why="") if page.choices.meeting else shown))
            if st.button(
                page.text("tile.details"),
                type="tertiary",
                key=f"details-{section}-{line.metric}",
                help=metric.definition(page.text.language),
            ):
                open_number(page, _question(line, review))


def lines_table(page: Page, lines: Sequence[Headline], caption: str) -> None:
    """Draw numbers one under the other: each beside last week, last year and its target."""
    text = page.text
    columns = [Column(text("weekly.metric"))]
    columns += [Column(text(f"weekly.col_{head}"), align="right") for head in ("now", "change", "target", "year")]
    most = len(columns) - 1 if page.choices.meeting else len(columns)  # a slide has no room for last year
    st.html(table(columns[:most], [line_cells(line, text)[:most] for line in lines], caption=caption))


def _question(line: Headline, review: Review) -> Question:
    return Question(
        line.metric, where=review.where, reading=line.reading, age=line.age, start=line.start, stop=line.stop
    )
