"""The five numbers: each beside the week before and the year before, against its target, and why it moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard import controls, data, wording
from dashboard.charts.sparkline import sparkline
from dashboard.components.tile import Tile, tile
from dashboard.headline import Headline, question_of
from dashboard.number import open_number
from dashboard.page import Page
from metrics import Question
from metrics.targets import in_force, is_met, scope_of
from metrics.words import format_value

AGE = controls.SAME_AGE


def tiles(page: Page, lines: Sequence[Headline]) -> None:
    """Draw one tile for each headline, in a row."""
    for column, line in zip(st.columns(len(lines), gap="small"), lines, strict=True):
        with column, st.container(key=f"tile-{line.metric.name}", height="stretch"):
            _tile(page, line)


def ready(line: Headline) -> date | None:
    """Return the first day on which the week of a headline can be read; None where it has no week."""
    return wording.ready_day(line.metric, line.reading, AGE, line.week) if line.week else None


def present(page: Page) -> frozenset[str]:
    """Return the tables that were imported."""
    return frozenset(data.freshness(page.source)["table_name"])


def _tile(page: Page, line: Headline) -> None:
    text, metric, now = page.text, line.metric, line.now
    # A week that was picked is where its line ends; else the young weeks after the newest belong to the picture.
    weeks = line.weeks[line.weeks["period"] <= pd.Timestamp(page.choices.week)] if page.choices.week else line.weeks
    shown = Tile(
        label=metric.label(text.language),
        value=wording.value(now.value, metric, text) if now.known else None,
        absence=wording.absence(now, metric, text, ready=ready(line), present=present(page), why_not=line.why_not),
        period="" if now.status == "not_available" else wording.period(line, text, AGE),
        rows=(_year(page, line), _arrived(page, line), _target(page, line)),
        sparkline=sparkline(weeks.tail(13), page.colours) if line.week else "",
        sparkline_words=text("tile.weeks"),
        why=_why(page, line),
    )
    if line.change is not None:
        judged = now.has_interval and line.before is not None and line.before.has_interval
        shown = replace(
            shown,
            change=f"{text('tile.against')} {wording.arrow(line.change, metric, text)}",
            verdict=line.change.verdict,
            verdict_word=text(f"verdict.{line.change.verdict}") if judged else "",
        )
    elif line.week is None:
        shown = replace(shown, change=wording.fraction(now, text))
    st.html(tile(shown))
    if st.button(
        text("tile.details"), type="tertiary", key=f"details-{metric.name}", help=metric.definition(text.language)
    ):
        open_number(page, question_of(line, page.choices.where, AGE))


def _why(page: Page, line: Headline) -> str:
    if line.week is None or not line.now.known:
        return ""
    found = data.why(page.source, question_of(line, page.choices.where, AGE))
    return found.sentence(page.text.language) if found else ""


def _year(page: Page, line: Headline) -> str:
    text, year = page.text, line.year_before
    if line.week is None:
        return ""
    if year is None or not year.known:
        return text("tile.no_year")
    return text("tile.year", value=wording.value(year.value, line.metric, text))


def _arrived(page: Page, line: Headline) -> str:
    """Return last week's number as the back office shows it; for a metric that has no other, what it rests on."""
    text, metric = page.text, line.metric
    if line.week is None:
        return ""
    if line.reading == "arrived" or "arrived" not in metric.readings:
        return text("tile.sample", n=wording.count(wording.rested_on(line.now), text))
    last = page.choices.week or page.source.last_full_week
    question = Question(
        metric.name, where=page.choices.where, reading="arrived", start=last, stop=last + timedelta(days=7)
    )
    value = float(data.ask(page.source, question)["value"].iloc[0])
    return text("tile.arrived", week=text.week(last), value=wording.value(value, metric, text))


def _target(page: Page, line: Headline) -> str:
    """Return whether the number meets its target; where nobody has set one, that there is none."""
    text, metric = page.text, line.metric
    if metric.good is None:
        return ""
    day = line.week or page.source.as_of.date()
    target = in_force(data.meeting(page.store).targets(), metric.name, scope_of(page.choices.where), day)
    if target is None:
        return text("tile.no_target")
    aim = format_value(target.value, metric.unit, text.language)
    words = text(f"tile.target_{target.kind}_{metric.good}", value=aim)
    if not line.now.known:
        return words
    met = is_met(line.now.value, target, metric.good)
    verdict = f'<span class="as-{"better" if met else "worse"}">{text("tile.met" if met else "tile.missed")}</span>'
    return f"{words} {verdict}"
