"""A review as one HTML file: nothing is fetched, so that it opens from a mail, off-line, and in ten years.

Its policy of content lets run only the two scripts that it was written with, by their hashes: a text of the data that
got through every escape would still be a text.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html import escape
from pathlib import Path

import plotly.graph_objects as go
from plotly.io.json import to_json_plotly
from plotly.offline import get_plotlyjs

from dashboard import wording
from dashboard.components.advice import advice
from dashboard.components.style import style
from dashboard.components.table import Judged, table
from dashboard.components.tile import Tile, tile
from dashboard.components.title import title
from dashboard.report import figures, origin, tables, told
from dashboard.report.sections import Section, others, present, red, sections, stands
from dashboard.text import Text
from metrics.catalog import CATALOG
from metrics.review.model import Headline, Review, Spike
from metrics.words import Language

TONGUES = {"zh": "zh-CN", "en": "en"}
HERE = Path(__file__).parent
MOST_CASES = 12
"""Rows of the trade's table that a page shows, the most tickets first; the workbook has them all."""


@dataclass
class _Page:
    """What a page is written with: its language, and the charts that it has met so far, by the id of their place."""

    text: Text
    charts: dict[str, go.Figure] = field(default_factory=dict)

    def chart(self, figure: go.Figure, alt: str) -> str:
        """Return the place of a chart, and keep the chart for it."""
        place = f"chart-{len(self.charts) + 1}"
        self.charts[place] = figure
        height = int(figure.layout.height)
        return f'<div class="chart" id="{place}" role="img" aria-label="{escape(alt)}" style="height:{height}px"></div>'


def to_page(review: Review, seal: str, language: Language) -> bytes:
    """Return the review as one HTML file in UTF-8; `seal` is the checksum of the review as it was frozen."""
    page = _Page(Text(language))
    text = page.text
    found = sections(review, text)
    body = _cover(review, found, text) + "".join(_section(page, review, each) for each in found)
    body += _sources(review, seal, text)
    scripts = (get_plotlyjs(), _draw())
    allowed = " ".join(f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)
    policy = f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:"
    name = f"{origin.title(review, text)} · {origin.shops(review, text)}"
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light only">'
        f"<title>{escape(name)}</title>{style('light')}<style>{_sheet()}</style>"
    )
    run = "".join(f"<script>{script}</script>" for script in scripts)
    whole = (
        f'<!doctype html>\n<html lang="{TONGUES[language]}"><head>{head}</head><body><main>{body}</main>'
        f'<script type="application/json" id="charts">{_inert(page.charts)}</script>{run}</body></html>\n'
    )
    return whole.encode("utf-8")


def _inert(charts: dict[str, go.Figure]) -> str:
    """Return the charts as JSON in which no text can end the element that it stands in."""
    told_charts = json.dumps({place: json.loads(to_json_plotly(figure)) for place, figure in charts.items()})
    return told_charts.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def _draw() -> str:
    return (HERE / "draw.js").read_text(encoding="utf-8")


@cache
def _sheet() -> str:
    return (HERE / "page.css").read_text(encoding="utf-8")


def _cover(review: Review, found: Sequence[Section], text: Text) -> str:
    young = text("report.young_unknown")
    if review.immature_share is not None:
        young = text("report.young", share=origin.immature(review, text))
    lines = "".join(
        f'<li{" class=quiet" if each.empty else ""}><a href="#{each.name}"><b>{escape(each.head)}</b></a>'
        f"<span>{escape(each.finding)}</span></li>"
        for each in found
    )
    made_of = text("report.made_of", version=review.version, revision=review.revision, as_of=text.moment(review.as_of))
    limits = text("report.limits", limits=origin.limits(review, text) or origin.everything(text))
    return (
        f'<header class="cover"><p class="shop">{escape(origin.shops(review, text))}</p>'
        f"<h1>{escape(text('report.cover'))}</h1>"
        f'<p class="week">{escape(origin.iso_week(review))}　{escape(origin.period(review, text))}</p>'
        f'<p class="made">{escape(made_of)} · {escape(limits)}<br>{escape(young)}'
        f"<br>{escape(present(review, text))}</p>"
        f'<ol class="agenda">{lines}</ol></header>'
        f'<noscript><p class="made">{escape(text("report.no_script"))}</p></noscript>'
    )


def _section(page: _Page, review: Review, section: Section) -> str:
    if section.empty:
        return (
            f'<section id="{section.name}" class="line"><b>{escape(section.head)}</b>'
            f"<span>{escape(section.finding)}</span></section>"
        )
    body = BODIES[section.name](page, review)
    head = f'<p class="head">{escape(section.head)}</p>{title(section.finding, section.small)}'
    return f'<section id="{section.name}">{head}{body}</section>'


def _followed(page: _Page, review: Review) -> str:
    return _table(tables.followed(review.followed, page.text))


def _decided(page: _Page, review: Review) -> str:
    return _table(tables.decided(review.decided, page.text))


def _tiles(page: _Page, lines: Sequence[Headline], week: date) -> str:
    return '<div class="tiles">' + "".join(_tile(given, week, page.text) for given in lines) + "</div>"


def _beside(page: _Page, lines: Sequence[Headline], review: Review) -> str:
    """Return a lone tile with its weeks beside it; several are a row of tiles."""
    if len(lines) != 1 or not lines[0].weeks:
        return _tiles(page, lines, review.week) if lines else ""
    return f'<div class="beside">{_tiles(page, lines, review.week)}{_weeks(page, lines[0], review)}</div>'


def _weeks(page: _Page, given: Headline, review: Review) -> str:
    alt = page.text("trend.alt", metric=CATALOG[given.metric].label(page.text.language))
    return page.chart(figures.line(given, (*review.followed, *review.decided), page.text), alt)


def _tile(given: Headline, week: date, text: Text) -> str:
    metric, line = CATALOG[given.metric], told.line(given)
    ready = wording.ready_day(metric, given.reading, given.age, given.start)
    moved = told.change(given.change, metric, text)
    judged = moved if isinstance(moved, Judged) else Judged("", "", before=moved if isinstance(moved, str) else "")
    shown = Tile(
        label=metric.label(text.language),
        value=wording.value(line.now.value, metric, text) if line.now.known else None,
        absence=wording.absence(line.now, metric, text, ready=ready, present=frozenset()),
        change=f"{text('tile.against')} {judged.before}" if judged.before else "",
        verdict=judged.kind,
        verdict_word=judged.words,
        rows=(_year(given, text), _arrived(given, week, text), _aim(given, text)),
        period=wording.period(line, text, given.age) if line.now.status != "not_available" else "",
        sparkline=figures.spark(given),
        sparkline_words=text("tile.weeks"),
        why=given.sentence[text.language] if line.now.known else "",
    )
    return f'<div class="panel">{tile(shown)}</div>'


def _year(given: Headline, text: Text) -> str:
    if given.year_before is None or given.year_before.value is None:
        return text("tile.no_year")
    return text("tile.year", value=told.value(given.year_before, CATALOG[given.metric], text))


def _arrived(given: Headline, week: date, text: Text) -> str:
    if given.arrived is None:
        return text("tile.sample", n=wording.count(wording.rested_on(told.cell(given.now)), text))
    shown = told.value(given.arrived, CATALOG[given.metric], text)
    return text("tile.arrived", week=text.week(week), value=shown)


def _aim(given: Headline, text: Text) -> str:
    aimed = told.aim(given.target, CATALOG[given.metric], text)
    if isinstance(aimed, Judged):
        return f'{escape(aimed.before)} <span class="as-{aimed.kind}">{escape(aimed.words)}</span>'
    return escape(aimed if isinstance(aimed, str) else text("tile.no_target"))


def _numbers(page: _Page, review: Review) -> str:
    return _tiles(page, review.headlines, review.week)


def _moved(page: _Page, review: Review) -> str:
    text, given = page.text, told.moved_most(review)
    assert given is not None, "a section about what moved has something that did"
    policies = "".join(f'<p class="as-note">{escape(words[text.language])}</p>' for words in given.policies)
    why = page.chart(figures.why(given, text), text("why.alt"))
    weeks = _weeks(page, given, review)
    return (
        f'<div class="halves"><figure><figcaption>{escape(text("report.moved_parts"))}</figcaption>{why}{policies}'
        f"</figure><figure><figcaption>{escape(text('report.moved_weeks'))}</figcaption>{weeks}</figure></div>"
    )


def _spikes(page: _Page, review: Review) -> str:
    body = "".join(_batch(page, spike) for spike in red(review))
    rest = others(review)
    if rest:
        body += f"<h3>{escape(page.text('report.spikes_others'))}</h3>{_table(tables.batches(rest, page.text))}"
    return body


def _batch(page: _Page, spike: Spike) -> str:
    text = page.text
    small = " · ".join(part for part in (spike.name, spike.category, spike.supplier, stands(spike, text)) if part)
    picture = page.chart(figures.course(spike, text), text("batches.course_alt")) if spike.course else ""
    told_facts = f'<p class="as-note">{escape(tables.facts(spike, text))}</p>'
    todo = advice(text("reasons.advice"), spike.advice[text.language], today=False)
    return f"<article>{title(spike.finding[text.language], small)}{told_facts}{picture}{todo}</article>"


def _cases(page: _Page, review: Review) -> str:
    left = len(review.cases) - MOST_CASES
    more = f'<p class="as-note">{escape(page.text("report.rows_left", count=left))}</p>' if left > 0 else ""
    return _table(tables.cases(review.cases[:MOST_CASES], page.text)) + more


def _response(page: _Page, review: Review) -> str:
    text = page.text
    body = _beside(page, review.response, review)
    if review.handlers:
        whole = next((given.now.value for given in review.response if given.metric == "response_in_time"), None)
        load = page.chart(figures.in_time(review.handlers, whole, text), text("response.handlers"))
        body += (
            f'<div class="halves"><figure><figcaption>{escape(text("report.load"))}</figcaption>'
            f"{_table(tables.handlers(review.handlers, text))}</figure>"
            f"<figure><figcaption>{escape(text('response.handlers'))}</figcaption>{load}</figure></div>"
        )
    return body


def _satisfaction(page: _Page, review: Review) -> str:
    text = page.text
    body = _beside(page, review.satisfaction, review)
    parts = [tables.liable(review.liable, text)] if review.liable else []
    parts += [tables.followups(review.followups, text)] if review.followups else []
    halves = "".join(f"<figure>{_table(part)}</figure>" for part in parts)
    return body + (f'<div class="halves">{halves}</div>' if halves else "")


def _savings(page: _Page, review: Review) -> str:
    return _table(tables.savings(review.savings, page.text))


BODIES = {
    "followed": _followed,
    "numbers": _numbers,
    "moved": _moved,
    "spikes": _spikes,
    "cases": _cases,
    "response": _response,
    "satisfaction": _satisfaction,
    "decided": _decided,
    "savings": _savings,
}


def _sources(review: Review, seal: str, text: Text) -> str:
    return (
        f'<section id="sources"><p class="head">{escape(text("report.sources"))}</p>'
        f"<h3>{escape(text('report.definitions'))}</h3>{_list(origin.definitions(review, text))}"
        f"<h3>{escape(text('report.origin'))}</h3>{_list(origin.facts(review, seal, text))}</section>"
    )


def _list(pairs: Sequence[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in pairs) + "</dl>"


def _table(given: tables.Table) -> str:
    return table(given.columns, given.rows, caption=given.caption)
