"""Files opened the way their readers open them: CSV as a table of texts, a workbook with its number formats."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime
from xml.etree import ElementTree

from metrics.export import Provenance
from metrics.words import Language

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def origin(language: Language = "en", **others: object) -> Provenance:
    told: dict[str, object] = {
        "title": "Returns",
        "question": "",
        "period": "",
        "version": 7,
        "as_of": datetime(2026, 11, 16, 9),
        "definitions": (),
    }
    return Provenance(**{**told, **others}, language=language)  # type: ignore[arg-type]


def rows_of(content: bytes, delimiter: str = ",") -> list[list[str]]:
    """Return the cells of a CSV without the lines below it, as a program that splits at `delimiter` reads them."""
    return [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter) if row]


def table_of(content: bytes) -> list[list[str]]:
    return [row for row in rows_of(content) if not row[0].startswith("# ")]


def cells_of(content: bytes, sheet: int = 1) -> dict[str, tuple[str, str, bool]]:
    """Return of each cell of a sheet its kind, its number format, and whether it keeps its text as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
        page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    named = {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{SHEET}numFmt")}
    forms = styles.find(f"{SHEET}cellXfs")
    assert forms is not None
    found = {}
    for cell in page.iter(f"{SHEET}c"):
        form = forms[int(cell.get("s") or 0)]
        kind = "formula" if cell.find(f"{SHEET}f") is not None else cell.get("t") or "number"
        code = named.get(form.get("numFmtId")) or str(form.get("numFmtId"))
        found[str(cell.get("r"))] = (kind, code, form.get("quotePrefix") == "1")
    return found


def has_formula(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        pages = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    return any(re.search(r"<f[ >]", page) for page in pages)
