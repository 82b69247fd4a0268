"""One slide: its finding on top, what was found below, and at its foot where it comes from.

All is native: text, tables and charts that whoever gets the deck can change. Sizes are those of a shared screen that is
read from three metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from dashboard.charts.theme import LIGHT
from dashboard.components.table import SIGNS, Column, Countdown, Entry, Judged, Level, Quiet, Rate, Stacked
from dashboard.report.fitting import SPACING, breaks, cut, height, lines
from dashboard.report.tables import Table

LATIN, CHINESE = "Segoe UI", "Microsoft YaHei"
WIDTH, HEIGHT = 960.0, 540.0  # points: 13.33 × 7.5 inches
MARGIN = 44.0
ROOM = WIDTH - 2 * MARGIN
TOP, FOOT = 132.0, 506.0
"""Where the body of a slide begins and ends."""

TITLES = ((28.0, 1), (26.0, 1), (24.0, 1), (22.0, 2), (20.0, 2))
"""Sizes of a title, and how many lines it may take at each of them."""

SMALL, BODY, SMALLEST, FOOTING = 14.0, 16.0, 12.0, 11.0
PADDING = 5.0
NUMBER = 70.0
"""Room at the end of the foot for the number of the slide."""

NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
COLOURS = {"worse": LIGHT.worse, "better": LIGHT.better, "moved": LIGHT.muted, "unclear": LIGHT.muted}


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    def emu(self) -> tuple[int, int, int, int]:
        """Return the place in the unit of the file."""
        return Pt(self.left), Pt(self.top), Pt(self.width), Pt(self.height)


@dataclass(frozen=True)
class Piece:
    """A stretch of text in one look."""

    words: str
    size: float
    colour: str = LIGHT.ink
    bold: bool = False


def rgb(colour: str) -> Any:
    """Return a colour of the palette as the file has it."""
    return RGBColor.from_string(colour.lstrip("#"))


def face(properties: Any) -> None:
    """Give a run the two faces by name: left to itself a machine picks Japanese glyphs for Chinese text."""
    for tag, name in (("a:latin", LATIN), ("a:ea", CHINESE)):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
        properties.append(parse_xml(f'<{tag} {nsdecls("a")} typeface="{name}"/>'))


def write(slide: Any, box: Box, paragraphs: Sequence[Sequence[Piece]], *, right: bool = False) -> None:
    """Write paragraphs into a place."""
    frame = slide.shapes.add_textbox(*box.emu()).text_frame
    fill(frame, paragraphs, right=right)


def fill(frame: Any, paragraphs: Sequence[Sequence[Piece]], *, right: bool = False) -> None:
    """Write paragraphs into a frame of text, which keeps its size and has no margins of its own."""
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for place, pieces in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        for piece in pieces:
            run = paragraph.add_run()
            run.text = piece.words.replace("\n", " ")
            run.font.size, run.font.bold = Pt(piece.size), piece.bold
            run.font.color.rgb = rgb(piece.colour)
            face(run._r.get_or_add_rPr())


def headed(presentation: Any, head: str, finding: str, small: str, foot: str, notes: str) -> Any:
    """Return a new slide with its section, finding, foot and notes."""
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    slide.name = head
    write(slide, Box(MARGIN, 24, ROOM, 20), [[Piece(cut(head, SMALL, ROOM, 1), SMALL, LIGHT.muted, True)]])
    size = next((size for size, most in TITLES if lines(finding, size, ROOM) <= most), TITLES[-1][0])
    told = cut(finding, size, ROOM, 2)
    write(slide, Box(MARGIN, 44, ROOM, height(told, size, ROOM)), [[Piece(told, size, bold=True)]])
    below = 44 + height(told, size, ROOM) + 2
    write(slide, Box(MARGIN, below, ROOM, 20), [[Piece(cut(small, SMALL, ROOM, 1), SMALL, LIGHT.muted)]])
    room = ROOM - NUMBER
    write(slide, Box(MARGIN, 514, room, 16), [[Piece(cut(foot, FOOTING, room, 1), FOOTING, LIGHT.muted)]])
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def numbered(slides: Any) -> None:
    """Write on each slide which of how many it is."""
    for place, slide in enumerate(slides, start=1):
        words = [[Piece(f"{place}/{len(slides)}", FOOTING, LIGHT.muted)]]
        write(slide, Box(WIDTH - MARGIN - NUMBER, 514, NUMBER, 16), words, right=True)


def rule(slide: Any, top: float, colour: str, thick: float) -> None:
    """Draw a line across the slide."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Pt(MARGIN), Pt(top), Pt(ROOM), Pt(thick))
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False


def tabled(slide: Any, box: Box, given: Table, *, left: str, most_lines: int = 3, most_rows: int = 99) -> float:
    """Draw a table into a place and return where it ends; `left` says with {count} how many rows had no room.

    Letters become smaller and texts shorter until the rows fit; what still has no room is counted below.
    """
    count, given = len(given.rows), replace(given, rows=given.rows[:most_rows])
    widths = [box.width * part / sum(given.widths) for part in given.widths]
    tried = [_set(given, widths, size, most) for size, most in ((BODY, most_lines), (SMALL, most_lines), *LAST_RESORTS)]
    room = box.height - (LAST_LINE if count > len(given.rows) else 0)
    fitting = [each for each in tried if sum(each.heights) <= room]
    # Larger letters are worth less than whole words.
    chosen = next((each for each in fitting if each.whole), (fitting or tried[-1:])[0])
    head, rows, heights = chosen.head, chosen.rows, chosen.heights[1:]
    high = chosen.heights[0]
    kept = len(rows)
    while kept and high + sum(heights[:kept]) > box.height - (LAST_LINE if kept < count else 0):
        kept -= 1
    shown = [*([head] if high else []), *rows[:kept]]
    drawn = [*([high] if high else []), *heights[:kept]]
    end = box.top + sum(drawn)
    if shown:
        shape = slide.shapes.add_table(len(shown), len(widths), *Box(box.left, box.top, box.width, sum(drawn)).emu())
        shape.name = given.caption
        _draw(shape.table, shown, drawn, widths, given.columns, headed=bool(high))
    if kept < count:
        more = left.format(count=count - kept)
        write(slide, Box(box.left, end + 2, box.width, 16), [[Piece(more, SMALLEST, LIGHT.muted)]])
    return end


LAST_LINE = 18.0
"""Room below a table for the line that counts the rows without any."""

LAST_RESORTS = ((13.0, 3), (SMALLEST, 3), (SMALLEST, 2), (SMALLEST, 1))
Cell = list[list[Piece]]


@dataclass(frozen=True)
class _Set:
    """A table set in letters of one size; `whole` where no text of it had to be cut and no word broken."""

    size: float
    head: list[Cell]
    rows: list[list[Cell]]
    heights: list[float]
    whole: bool


def _set(given: Table, widths: Sequence[float], size: float, most: int) -> _Set:
    head = [
        [[Piece(cut(column.head, size - 1, room - 2 * PADDING, 2), size - 1, LIGHT.muted, True)]]
        for column, room in zip(given.columns, widths, strict=True)
    ]
    rows = [[_pieces(entry, size, room, most) for entry, room in zip(row, widths, strict=True)] for row in given.rows]
    high = _row_height(head, widths) if any(column.head for column in given.columns) else 0.0
    whole = all(
        not piece.words.endswith("…") and not breaks(piece.words, piece.size, room - 2 * PADDING)
        for row in [head, *rows]
        for cell, room in zip(row, widths, strict=True)
        for pieces in cell
        for piece in pieces
    )
    return _Set(size, head, rows, [high, *(_row_height(row, widths) for row in rows)], whole)


def _row_height(row: Sequence[Sequence[Sequence[Piece]]], widths: Sequence[float]) -> float:
    return 2 * PADDING + max(
        sum(
            lines("".join(piece.words for piece in pieces), pieces[0].size, room - 2 * PADDING)
            * pieces[0].size
            * SPACING
            for pieces in cell
        )
        for cell, room in zip(row, widths, strict=True)
    )


def _pieces(entry: Entry, size: float, room: float, most: int) -> list[list[Piece]]:
    """Return the paragraphs of a cell, cut to so many lines each."""
    inner = room - 2 * PADDING
    if isinstance(entry, Rate):
        return _paragraphs([Piece(entry.value, size), Piece(f" {entry.fraction}", size, LIGHT.muted)], inner)
    if isinstance(entry, Quiet):
        return [[Piece(cut(entry.words, size, inner, most), size, LIGHT.muted)]]
    if isinstance(entry, Stacked):
        return _stacked([Piece(cut(entry.words, size, inner, most), size)], entry.small, size, inner, most)
    if isinstance(entry, Judged):
        before = [Piece(f"{entry.before} ", size)] if entry.before else []
        word = Piece(entry.words, size, COLOURS.get(entry.kind, LIGHT.ink), True)
        return _stacked([*before, word], entry.small, size, inner, most)
    if isinstance(entry, Level):
        colour = LIGHT.worse if entry.level in ("red", "amber") else LIGHT.muted
        return [[Piece(f"{SIGNS[entry.level]} {entry.words}", size, colour)]]
    words = entry.words if isinstance(entry, Countdown) else entry if isinstance(entry, str) else ""
    return [[Piece(cut(words, size, inner, most), size)]]


def _paragraphs(pieces: list[Piece], inner: float) -> list[list[Piece]]:
    """Return the pieces in one line, or each in its own where one does not hold them."""
    whole = "".join(piece.words for piece in pieces)
    if lines(whole, pieces[0].size, inner) == 1:
        return [pieces]
    return [[Piece(cut(each.words.strip(), each.size, inner, 1), each.size, each.colour, each.bold)] for each in pieces]


def _stacked(pieces: list[Piece], small: str, size: float, inner: float, most: int) -> list[list[Piece]]:
    above = _paragraphs(pieces, inner) if len(pieces) > 1 else [pieces]
    less = size - 2
    return [*above, [Piece(cut(small, less, inner, most), less, LIGHT.muted)]] if small and most > 1 else above


def _draw(
    table: Any,
    rows: Sequence[Sequence[Sequence[Sequence[Piece]]]],
    heights: Sequence[float],
    widths: Sequence[float],
    columns: Sequence[Column],
    *,
    headed: bool,
) -> None:
    properties = table._tbl.tblPr
    properties.set("bandRow", "0")
    properties.set("firstRow", str(int(headed)))
    style = properties.find(qn("a:tableStyleId"))
    if style is not None:
        style.text = NO_STYLE
    for place, room in enumerate(widths):
        table.columns[place].width = Pt(room)
    for down, (row, high) in enumerate(zip(rows, heights, strict=True)):
        table.rows[down].height = Pt(high)
        for across, paragraphs in enumerate(row):
            cell = table.cell(down, across)
            fill(cell.text_frame, paragraphs, right=columns[across].align == "right")
            cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = Pt(PADDING)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            _underline(cell, LIGHT.comparison if headed and down == 0 else LIGHT.border)


def _underline(cell: Any, colour: str) -> None:
    line = parse_xml(
        f'<a:lnB {nsdecls("a")} w="9525"><a:solidFill><a:srgbClr val="{colour.lstrip("#")}"/></a:solidFill></a:lnB>'
    )
    properties = cell._tc.get_or_add_tcPr()
    properties.insert(0, line)
