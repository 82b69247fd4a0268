"""The numbers of a review in words: its tiles, its cases and the titles of its sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dashboard import wording
from dashboard.charts.sparkline import sparkline
from dashboard.charts.theme import Palette
from dashboard.components.table import Entry, Quiet, Rate
from dashboard.components.tile import Tile
from dashboard.reviewed.frames import cell_of, difference_of, weeks_frame
from dashboard.text import Text
from metrics import CATALOG
from metrics.catalog import Metric
from metrics.review.model import Change, Followed, Headline, Number
from metrics.words import format_value

SPARK_WEEKS = 13


def tile_of(line: Headline, text: Text, colours: Palette, present: frozenset[str]) -> Tile:
    """Return the words of a headline's tile; `present` are the tables that were imported."""
    metric = CATALOG[line.metric]
    ready = wording.ready_day(metric, line.reading, line.age, line.start)
    shown = Tile(
        label=metric.label(text.language),
        value=None if line.now.value is None else format_value(line.now.value, metric.unit, text.language),
        absence=wording.absence(cell_of(line.now), metric, text, ready=ready, present=present),
        period="" if line.now.status == "not_available" else period(line, text),
        rows=(_year(line, metric, text), _arrived(line, metric, text), _target(line, metric, text)),
        sparkline=sparkline(weeks_frame(line.weeks).tail(SPARK_WEEKS), colours),
        sparkline_words=text("tile.weeks"),
        why="" if line.now.value is None else line.sentence[text.language],
    )
    if line.change is None:
        return replace(shown, change=text("weekly.no_before"))
    return replace(
        shown,
        change=f"{text('tile.against')} {wording.arrow(difference_of(line.change), metric, text)}",
        verdict=line.change.verdict,
        verdict_word=_verdict(line.change, text),
    )


def period(line: Headline, text: Text) -> str:
    """Return the week of a headline, with the age at which its orders are read."""
    key = {"same_age": "tile.week", "final": "tile.week_final", "arrived": "tile.event"}[line.reading]
    return text(key, week=text.week(line.start), age=line.age)


def rests_on(line: Headline, text: Text) -> str:
    """Return the small line under a headline: its week, its fraction and its interval."""
    metric, now = CATALOG[line.metric], cell_of(line.now)
    parts = [period(line, text), wording.fraction(now, text)]
    if now.has_interval:
        parts.append(text("trend.interval", interval=wording.interval(now.low, now.high, metric, text)))
    return " · ".join(parts)


def numbers_finding(lines: Sequence[Headline], text: Text) -> str:
    """Return how many of the numbers became worse and better, and of how many no change can be told."""
    verdicts = [line.change.verdict for line in lines if line.change is not None]
    if not verdicts:
        return text("weekly.numbers_alone")
    worse, better = verdicts.count("worse"), verdicts.count("better")
    if worse == better == 0:
        return text("weekly.numbers_unclear", count=len(verdicts))
    return text("weekly.numbers", worse=worse, better=better, unclear=len(verdicts) - worse - better)


def followed_finding(followed: Iterable[Followed], text: Text) -> str:
    """Return how many decisions there were, how many are done or overdue, and of how many something can be seen."""
    each = list(followed)
    worked = sum(one.outcome is not None and one.outcome.result == "worked" for one in each)
    done, overdue = sum(one.status == "done" for one in each), sum(one.overdue for one in each)
    return text("weekly.followed", count=len(each), done=done, worked=worked, overdue=overdue)


def change_words(change: Change | None, metric: Metric, text: Text) -> str:
    """Return a change with its verdict in a cell; nothing is claimed where there is nothing to compare with."""
    if change is None:
        return text("reasons.no_change")
    size = wording.arrow(difference_of(change), metric, text)
    return size if change.verdict != "unclear" else text("verdict.unclear")


def rate(number: Number, metric: Metric, text: Text) -> Entry:
    """Return a number as a cell: with its fraction and interval, or why there is none."""
    here = cell_of(number)
    fraction = wording.fraction(here, text)
    if number.value is None:
        return Quiet(f"{text(f'status.{number.status}')} · {fraction}" if number.n else text(f"status.{number.status}"))
    hint = wording.interval(here.low, here.high, metric, text) if here.has_interval else ""
    return Rate(wording.value(here.value, metric, text), fraction, hint)


def line_cells(line: Headline, text: Text) -> list[Entry]:
    """Return a headline as a row: its name, its number, last week, last year, and its target."""
    metric, year = CATALOG[line.metric], line.year_before
    moved = line.change is not None and line.change.verdict in ("worse", "better")
    change = change_words(line.change, metric, text) if line.change is not None else ""
    if moved and line.change is not None:
        change = f"{change} {text(f'verdict.{line.change.verdict}')}"
    target: Entry = Quiet("–")
    if line.target is not None:
        met = "" if line.target.met is None else text("tile.met" if line.target.met else "tile.missed")
        target = f"{format_value(line.target.value, metric.unit, text.language)} {met}".strip()
    before: Entry = (
        Quiet("–") if year is None or year.value is None else format_value(year.value, metric.unit, text.language)
    )
    return [metric.label(text.language), rate(line.now, metric, text), change or Quiet("–"), target, before]


def _verdict(change: Change, text: Text) -> str:
    return "" if change.low is None else text(f"verdict.{change.verdict}")


def _year(line: Headline, metric: Metric, text: Text) -> str:
    year = line.year_before
    if year is None or year.value is None:
        return text("tile.no_year")
    words = text("tile.year", value=format_value(year.value, metric.unit, text.language))
    if line.year_change is None or line.year_change.verdict not in ("worse", "better"):
        return words
    verdict = line.year_change.verdict
    return f'{words} <span class="as-{verdict}">{text(f"verdict.{verdict}")}</span>'


def _arrived(line: Headline, metric: Metric, text: Text) -> str:
    if line.arrived is None or line.arrived.value is None or line.reading == "arrived":
        return text("tile.sample", n=wording.count(wording.rested_on(cell_of(line.now)), text))
    return text("weekly.arrived", value=format_value(line.arrived.value, metric.unit, text.language))


def _target(line: Headline, metric: Metric, text: Text) -> str:
    if metric.good is None:
        return ""
    if line.target is None:
        return text("tile.no_target")
    aim = format_value(line.target.value, metric.unit, text.language)
    words = text(f"tile.target_{line.target.kind}_{metric.good}", value=aim)
    if line.target.met is None:
        return words
    word, verdict = ("met", "better") if line.target.met else ("missed", "worse")
    return f'{words} <span class="as-{verdict}">{text(f"tile.{word}")}</span>'
