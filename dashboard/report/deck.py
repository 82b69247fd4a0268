"""A review as a deck: one finding a slide in the order of the meeting, and at most twelve of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Pt

from dashboard.charts.theme import LIGHT
from dashboard.components.table import Column
from dashboard.report import figures, native, origin, tables, told
from dashboard.report.fitting import SPACING, cut, height, lines
from dashboard.report.sealed import sealed
from dashboard.report.sections import Section, others, present, red, sections
from dashboard.report.slide import (
    BODY,
    CHINESE,
    FOOT,
    HEIGHT,
    LATIN,
    MARGIN,
    ROOM,
    SMALL,
    SMALLEST,
    TOP,
    WIDTH,
    Box,
    Piece,
    face,
    headed,
    numbered,
    rule,
    tabled,
    write,
)
from dashboard.report.tables import Table
from dashboard.text import Text
from metrics.catalog import CATALOG
from metrics.review.model import Headline, Review, Spike
from metrics.words import Language, format_change, format_value

GAP = 28.0
MOST_CASES = 8
"""Rows of the trade's table on a slide: more of them would be too small to be read."""

HALF = (ROOM - GAP) / 2


def to_deck(review: Review, seal: str, language: Language) -> bytes:
    """Return the review as a deck; `seal` is the checksum of the review as it was frozen."""
    text = Text(language)
    presentation = _blank(review, text)
    deck = _Deck(presentation, review, text, seal)
    found = sections(review, text)
    deck.cover(found)
    for section in found:
        if not section.empty and section.name != "savings":
            getattr(deck, section.name)(section)
    deck.sources(found[-1])
    numbered(presentation.slides)
    held = BytesIO()
    presentation.save(held)
    return sealed(held.getvalue(), review.as_of)


def _blank(review: Review, text: Text) -> Any:
    """Return a wide deck without slides, dated by the data and in faces that have Chinese signs."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
    about = presentation.core_properties
    about.title = f"{origin.title(review, text)} · {origin.shops(review, text)}"[:255]
    about.author = about.last_modified_by = ""
    about.created = about.modified = review.as_of
    about.language = "zh-CN" if text.language == "zh" else "en"
    theme = presentation.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    faces = re.sub(rb'(<a:latin typeface=")[^"]*', rb"\g<1>" + LATIN.encode(), theme.blob)
    theme._blob = re.sub(rb'(<a:ea typeface=")[^"]*', rb"\g<1>" + CHINESE.encode(), faces)
    package = presentation.part.package
    for name, relation in list(package._rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:  # of the blank that the deck was begun with
            package._rels.pop(name)
    return presentation


class _Deck:
    """The slides of one review, one method a section."""

    def __init__(self, presentation: Any, review: Review, text: Text, seal: str) -> None:
        self.presentation, self.review, self.text, self.seal = presentation, review, text, seal
        young = text("report.young_short", share=origin.immature(review, text))
        made_of = text("report.foot", version=review.version, as_of=text.moment(review.as_of))
        limits = text("report.limits", limits=origin.limits(review, text) or origin.everything(text))
        week = f"{origin.iso_week(review)} {text.week(review.week)}"
        self.foot = " · ".join([week, made_of, young, limits])
        self.meant = dict(origin.definitions(review, text))

    def slide(self, section: Section, *names: str, finding: str = "", small: str = "") -> Any:
        """Return a new slide of a section; its notes hold what the named metrics mean."""
        text = self.text
        labels = [CATALOG[name].label(text.language) for name in dict.fromkeys(names)]
        notes = [f"{label}: {self.meant[label]}" for label in labels if label in self.meant]
        told_notes = "\n".join([finding or section.finding, *notes, *self._facts()])
        slide = headed(
            self.presentation,
            section.head,
            finding or section.finding,
            small or section.small,
            self.foot,
            told_notes,
        )
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            for run in paragraph.runs:
                face(run._r.get_or_add_rPr())
        return slide

    def _facts(self) -> list[str]:
        return [f"{name}: {words}" for name, words in origin.facts(self.review, self.seal, self.text)]

    def table(
        self, slide: Any, given: Table, box: Box | None = None, most_lines: int = 3, most_rows: int = 99
    ) -> float:
        """Draw a table over the body of a slide, or a part of it."""
        whole = Box(MARGIN, TOP, ROOM, FOOT - TOP)
        return tabled(
            slide,
            box or whole,
            given,
            left=self.text("report.rows_left", count="{count}"),
            most_lines=most_lines,
            most_rows=most_rows,
        )

    def cover(self, found: Sequence[Section]) -> None:
        """Draw the first slide: week, version, what is young, who sits in it, and what each section has found."""
        text, review = self.text, self.review
        head = Section("cover", origin.shops(review, text), text("report.cover"))
        small = f"{origin.iso_week(review)}　{origin.period(review, text)}"
        slide = self.slide(head, small=small)
        young = text("report.young_unknown")
        if review.immature_share is not None:
            young = text("report.young", share=origin.immature(review, text))
        told_lines = [cut(words, SMALL, ROOM, 1) for words in (young, present(review, text))]
        write(slide, Box(MARGIN, 104, ROOM, 40), [[Piece(words, SMALL, LIGHT.secondary)] for words in told_lines])
        rule(slide, 150, LIGHT.line, 1.5)
        rows = tuple((str(place), each.head, each.finding) for place, each in enumerate(found, start=1))
        agenda = Table(text("report.agenda"), (*[Column("")] * 2, Column("", wrap=True)), rows, (5, 27, 68))
        self.table(slide, agenda, Box(MARGIN, 158, ROOM, FOOT - 158), most_lines=2)

    def followed(self, section: Section) -> None:
        """Draw what was decided last week and what became of it."""
        metrics = [each.outcome.metric for each in self.review.followed if each.outcome is not None]
        self.table(self.slide(section, *metrics), tables.followed(self.review.followed, self.text))

    def numbers(self, section: Section) -> None:
        """Draw the five numbers as a table, each with its sentence below."""
        review, text = self.review, self.text
        slide = self.slide(section, *(given.metric for given in review.headlines))
        end = self.table(slide, tables.numbers(review.headlines, text))
        sentences = [given.sentence[text.language] for given in review.headlines if given.now.value is not None]
        _listed(slide, sentences, Box(MARGIN, end + 14, ROOM, FOOT - end - 14))

    def moved(self, section: Section) -> None:
        """Draw the waterfall of what moved most, and its weeks."""
        text, given = self.text, told.moved_most(self.review)
        assert given is not None, "a section about what moved has something that did"
        assert given.before is not None, "what moved has something to have moved from"
        slide = self.slide(section, given.metric)
        metric, steps = CATALOG[given.metric], figures.steps(given, text)
        first, last = (format_value(number.value, metric.unit, text.language) for number in (given.before, given.now))
        rows = [
            (text("why.before"), first),
            *(
                (cut(name, SMALLEST, 190, 1), format_change(effect, metric.unit, text.language))
                for name, effect in steps
            ),
            (text("why.now"), last),
        ]
        _caption(slide, text("report.moved_parts"), MARGIN)
        native.waterfall(
            slide,
            Box(MARGIN, TOP + 20, HALF, FOOT - TOP - 20),
            rows,
            [effect for _, effect in steps],
            given.before.value or 0.0,
            metric.unit,
            (text("report.column_start"), text("report.column_effect"), text("report.column_room")),
        )
        _caption(slide, text("report.moved_weeks"), MARGIN + HALF + GAP)
        self.weeks(slide, given, Box(MARGIN + HALF + GAP, TOP + 20, HALF, FOOT - TOP - 20))

    def weeks(self, slide: Any, given: Headline, box: Box) -> None:
        """Draw the last weeks of a number; young ones as what they are expected to come to."""
        label = CATALOG[given.metric].label(self.text.language)
        series: list[tuple[str, list[float | None]]] = [(label, [week.now.value for week in given.weeks])]
        young = [week.projected if week.now.value is None else None for week in given.weeks]
        first = next((place for place, each in enumerate(young) if each is not None), 0)
        if first:
            young[first - 1] = given.weeks[first - 1].now.value  # so that it begins where the number ends
            series.append((self.text("trend.young"), young))
        names = [f"{week.start:%m.%d}" for week in given.weeks]
        native.line(slide, box, names, series, CATALOG[given.metric].unit, young=True)

    def spikes(self, section: Section) -> None:
        """Draw a slide for each red batch; where none is red, the others as a table."""
        shown, rest = red(self.review), others(self.review)
        for place, spike in enumerate(shown, start=1):
            self.batch(spike, f"{section.head} {place}/{len(shown)}")
        if not shown:
            self.table(self.slide(section), tables.batches(rest, self.text), most_lines=2)

    def batch(self, spike: Spike, head: str) -> None:
        """Draw one red batch: its course, its numbers, and what to do."""
        text = self.text
        small = " · ".join(part for part in (spike.name, spike.category, spike.supplier) if part)
        slide = self.slide(Section("spikes", head, spike.finding[text.language]), small=small)
        wide = 0.62 * ROOM if spike.course else 0.0
        if spike.course:
            points = spike.course
            series: list[tuple[str, list[float | None]]] = [
                (text("report.observed"), [point.observed for point in points]),
                (text("report.expected"), [point.expected for point in points]),
                (text("report.normal"), [point.high for point in points]),
                (text("report.normal_low"), [point.low for point in points]),
            ]
            names = [f"{point.day:%m.%d}" for point in points]
            native.line(slide, Box(MARGIN, TOP, wide, FOOT - TOP), names, series, "count")
        left = MARGIN + wide + (GAP if wide else 0)
        room = ROOM - wide - (GAP if wide else 0)
        told_facts = tables.pairs(head, tables.batch_facts(spike, text))
        end = self.table(slide, told_facts, Box(left, TOP, room, 190), most_lines=2)
        todo = cut(spike.advice[text.language], BODY, room, int((FOOT - end - 40) // (BODY * SPACING)))
        head_of = [Piece(text("reasons.advice"), SMALL, LIGHT.muted, True)]
        below = [head_of, [Piece(todo, BODY)]]
        write(slide, Box(left, end + 14, room, SMALL * SPACING + height(todo, BODY, room)), below)

    def cases(self, section: Section) -> None:
        """Draw the trade's table."""
        self.table(
            self.slide(section, "reason_share"),
            tables.cases(self.review.cases, self.text),
            most_lines=2,
            most_rows=MOST_CASES,
        )

    def response(self, section: Section) -> None:
        """Draw how many were answered in time, by week and by handler."""
        review, text = self.review, self.text
        slide = self.slide(section, *(given.metric for given in review.response))
        self._halves(slide, review.response, [tables.handlers(review.handlers, text)] if review.handlers else [])

    def satisfaction(self, section: Section) -> None:
        """Draw satisfaction by week, whom disputes were laid to, and what the follow-up did."""
        review, text = self.review, self.text
        extra = [
            name for name, parts in (("dispute_share", review.liable), ("repurchase_rate", review.followups)) if parts
        ]
        slide = self.slide(section, *(given.metric for given in review.satisfaction), *extra)
        parts = [tables.liable(review.liable, text)] if review.liable else []
        parts += [tables.followups(review.followups, text)] if review.followups else []
        self._halves(slide, review.satisfaction, parts)

    def _halves(self, slide: Any, given: Sequence[Headline], parts: Sequence[Table]) -> None:
        drawn = next((each for each in given if each.now.value is not None and each.weeks), None)
        left = MARGIN
        if drawn is not None:
            self.weeks(slide, drawn, Box(MARGIN, TOP, HALF if parts else ROOM, FOOT - TOP))
            left += HALF + GAP
        room, top = WIDTH - MARGIN - left, TOP
        for place, part in enumerate(parts):
            share = (FOOT - top) / (len(parts) - place)
            top = self.table(slide, part, Box(left, top, room, share - 18)) + 24

    def decided(self, section: Section) -> None:
        """Draw what was decided: the slide that is read back at the end."""
        self.table(self.slide(section), tables.decided(self.review.decided, self.text))

    def sources(self, section: Section) -> None:
        """Draw what was saved, and below it where all numbers come from; the last slide of every deck."""
        text = self.text
        told_facts = origin.facts(self.review, self.seal, text)
        facts = tables.pairs(text("report.origin"), [(name, _shortened(words)) for name, words in told_facts[:-1]], 36)
        if section.empty:
            section = Section("sources", text("report.origin"), text("report.sources"), section.finding)
            self.table(self.slide(section), facts)
            return
        slide = self.slide(section)
        months = self.review.savings[-8:]
        names = [f"{month.month:%Y-%m}" for month in months]
        native.columns(
            slide,
            Box(MARGIN, TOP, HALF, FOOT - TOP),
            names,
            text("report.col_units"),
            [float(month.units) for month in months],
            "count",
        )
        left = MARGIN + HALF + GAP
        end = self.table(slide, tables.savings(months, text), Box(left, TOP, HALF, (FOOT - TOP) / 2 - 12))
        self.table(slide, facts, Box(left, end + 24, HALF, FOOT - end - 24), most_lines=2)


def _shortened(words: str) -> str:
    """Return a checksum by its beginning; the notes have it whole."""
    return f"{words[:16]} …" if re.fullmatch("[0-9a-f]{64}", words) else words


def _caption(slide: Any, words: str, left: float) -> None:
    write(slide, Box(left, TOP - 4, HALF, 20), [[Piece(cut(words, SMALL, HALF, 1), SMALL, LIGHT.secondary, True)]])


def _listed(slide: Any, sentences: Sequence[str], box: Box) -> None:
    """Write sentences as far as there is room for them: the table above has said the numbers already."""
    kept: list[str] = []
    for sentence in sentences:
        told_sentence = cut(sentence, SMALL, box.width, 2)
        used = sum(lines(each, SMALL, box.width) for each in [*kept, told_sentence]) * SMALL * SPACING
        if used > box.height:
            break
        kept.append(told_sentence)
    if kept:
        write(slide, box, [[Piece(each, SMALL, LIGHT.secondary)] for each in kept])
