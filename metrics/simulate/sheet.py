"""One XLSX sheet, as small as the format allows and the same bytes every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write_sheet(
    path: Path, name: str, header: Sequence[str], rows: Sequence[Sequence[str | int | float | None]]
) -> None:
    """Write text and numbers to a workbook of one sheet.

    Not by a library: those name every cell (`r="P2"`), which the standard leaves optional and which alone is more
    than half of the file. Texts that come again are shared, those that come once stand in their cell, which is
    smaller than either way for all.
    """
    often = Counter(value for row in (header, *rows) for value in row if isinstance(value, str))
    shared = {text: number for number, (text, count) in enumerate(often.most_common()) if count > 9}
    with ZipFile(path, "w") as book:
        for member, text in {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
            "_rels/.rels": _relationships(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{escape(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relationships(
                ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
            ),
            "xl/sharedStrings.xml": f'<sst xmlns="{_SHEET}">'
            + "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
            + "</sst>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>'
            + "".join("<row>" + "".join(_cell(value, shared) for value in row) + "</row>" for row in (header, *rows))
            + "</sheetData></worksheet>",
        }.items():
            # A member's default date is the clock's: given one, the bytes depend on the content alone.
            book.writestr(ZipInfo(member, (2026, 11, 16, 9, 0, 0)), _XML + text, ZIP_DEFLATED, compresslevel=9)


def _relationships(*targets: tuple[str, str]) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets, start=1)
        )
        + "</Relationships>"
    )


def _cell(value: str | int | float | None, shared: Mapping[str, int]) -> str:
    match value:
        case None:
            return "<c/>"
        case str() if value in shared:
            return f'<c t="s"><v>{shared[value]}</v></c>'
        case str():
            return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        case _:
            return f"<c><v>{value:.15g}</v></c>"
