"""Frames as an Excel workbook: typed numbers, ids as text, and a last sheet that says where it all comes from.

The same input gives the same bytes, so that two files can be compared: the workbook is dated by the data.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from io import BytesIO
from numbers import Real
from typing import Any

import pandas as pd
import xlsxwriter

from metrics.export.columns import in_words, units_of
from metrics.export.guard import executes
from metrics.export.provenance import Provenance
from metrics.words import Finding, Refused, Unit, say

MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its header."""

MOST_SIGNS = 32_767
"""Signs that a cell holds; a longer text is cut and ends in an ellipsis."""

EXACT = 2**53
"""Whole numbers up to here are held exactly; a longer one is an id, and is written as text."""

UNDATED = datetime(2000, 1, 1)
"""The date of a workbook whose data have none: the writer would else take the present moment."""

FORMATS: Mapping[Unit | None, str] = {
    "share": "[<0.00995]0.00%;0.0%",  # two decimals below one percent, where rates differ in the second
    "yuan": "#,##0.00",
    "hours": "#,##0.0",
    "score": "0.00",
    "count": "#,##0",
    None: "0.00",
}
SAMPLED, NARROWEST, WIDEST = 200, 8, 48
WRAPPED = 34
"""Width at which a text to be read goes on in the next line."""

LINE = 15  # points


def to_xlsx(sheets: Mapping[str, pd.DataFrame], provenance: Provenance, *, to_read: bool = False) -> bytes:
    """Return the frames as a workbook, one sheet each by its name, and a sheet 说明 (About) after them.

    Texts are masked and never formulas; shares are percentages, days are dates; what is absent is empty. `to_read`:
    for sheets of few rows, which people read and print: long texts wrap, and a sheet is one page wide.
    Raises `Refused` where a frame has more rows than a sheet holds.
    """
    held = BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": provenance.title, "created": provenance.as_of or UNDATED})
    styles = _Styles(book, to_read)
    taken: set[str] = set()
    for name, frame in sheets.items():
        if len(frame) > MOST_ROWS:
            raise Refused("export.too_many_rows", rows=f"{len(frame):,}", most=f"{MOST_ROWS:,}")
        units = [units_of(frame, place) for place in range(frame.shape[1])]
        _fill(book.add_worksheet(_sheet_name(name, taken)), in_words(frame, provenance.language), units, styles)
    about = pd.DataFrame(provenance.lines(), dtype=object)
    name = _sheet_name(say(Finding("export.about"), provenance.language), taken)
    _fill(book.add_worksheet(name), about, [[None] * len(about)] * about.shape[1], styles, headed=False)
    book.close()
    return held.getvalue()


class _Styles:
    """The formats of one workbook, each made once: the writer keeps every one that it is given."""

    def __init__(self, book: Any, to_read: bool) -> None:
        laid = {"text_wrap": True, "valign": "top"} if to_read else {}
        self.to_read = to_read
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format(laid) if to_read else None
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", **laid})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", **laid})
        # An apostrophe that belongs to the cell and not to its text: a formula does not wake up when it is edited.
        self.held = book.add_format({"quote_prefix": True, **laid})
        self.whole = book.add_format({"num_format": "0", **laid})
        self.units = {unit: book.add_format({"num_format": form, **laid}) for unit, form in FORMATS.items()}


def _fill(
    sheet: Any, frame: pd.DataFrame, units: list[list[Unit | None]], styles: _Styles, *, headed: bool = True
) -> None:
    if styles.to_read:
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
    if headed:
        for place, name in enumerate(frame.columns):
            sheet.write_string(0, place, _text(str(name)), styles.head)
        sheet.freeze_panes(1, 0)
        if styles.to_read:
            sheet.repeat_rows(0)
        if len(frame.columns):
            sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    text, wakes_up = cache(_text), cache(executes)
    for place, of_column in enumerate(units):
        column = frame.iloc[:, place]
        cells = column.astype(object).where(column.notna(), None).tolist()
        for row, (value, unit) in enumerate(zip(cells, of_column, strict=True), start=int(headed)):
            if isinstance(value, str):
                words = text(value)
                sheet.write_string(row, place, words, styles.held if wakes_up(words) else styles.text)
            elif value is not None:
                _write(sheet, row, place, value, unit, styles)
        heads = [str(frame.columns[place])] if headed else []
        width = _width([*heads, *cells[:SAMPLED]])
        sheet.set_column(place, place, min(width, WRAPPED) if styles.to_read and headed else width)
    if styles.to_read:
        _heighten(sheet, frame, WRAPPED if headed else WIDEST, first=int(headed))


def _heighten(sheet: Any, frame: pd.DataFrame, width: int, *, first: int) -> None:
    """Give rows the height of their longest text: not every program does so when it opens a file."""
    for row, cells in enumerate(frame.itertuples(index=False), start=first):
        texts = [cell for cell in cells if isinstance(cell, str)]
        lines = max(
            [sum(-(-_signs(part) // (width - 2)) or 1 for part in text.split("\n")) for text in texts], default=1
        )
        sheet.set_row(row, LINE * lines)


def _write(sheet: Any, row: int, place: int, value: Any, unit: Unit | None, styles: _Styles) -> None:
    """Write what is no text: a time, a number, or whatever else by its name."""
    if isinstance(value, datetime):
        at_midnight = value.time() == time.min
        sheet.write_datetime(row, place, value.replace(tzinfo=None), styles.day if at_midnight else styles.moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, styles.day)
    elif not isinstance(value, int | float | Decimal | Real):
        sheet.write_string(row, place, _text(str(value)))
    elif abs(number := float(value)) > EXACT and math.isfinite(number):
        sheet.write_string(row, place, str(value))
    elif math.isfinite(number):
        style = styles.whole if unit is None and number.is_integer() else styles.units[unit]
        sheet.write_number(row, place, number, style)


def _text(text: str) -> str:
    cut = text if len(text) <= MOST_SIGNS else text[: MOST_SIGNS - 1] + "…"
    return cut.encode("utf-8", "replace").decode("utf-8")


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a name that a spreadsheet takes: at most 31 signs, none of the signs of a path, and no two alike."""
    clean = "".join(" " if sign in "[]:*?/\\" or ord(sign) < 32 else sign for sign in wanted).strip(" '")[:31] or "1"
    name, number = clean, 2
    while name.casefold() in {*taken, "history"}:
        name, number = f"{clean[:27]} ({number})", number + 1
    taken.add(name.casefold())
    return name


def _width(cells: list[Any]) -> int:
    """Return the width that shows most cells; a Chinese sign is as wide as two others."""
    widths = [_signs(_shown(cell)) for cell in cells if cell is not None]
    return min(max([NARROWEST, *widths]) + 2, WIDEST)


def _signs(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _shown(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) and not pd.isna(cell) else str(cell)
