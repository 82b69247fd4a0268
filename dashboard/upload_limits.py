"""What an uploaded file may be before anybody opens it: small enough when unpacked, and shaped like an export.

A page is open to everybody who can reach it, and a few kilobytes can unpack to terabytes. On the command line a user
opens files of his own, and none of this applies.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
from pyarrow import ArrowInvalid

from metrics.words import Refused

FILE_MB = 200
"""Size of one file on its way to the server; streamlit holds it in memory."""

UNPACKED_MB = 1000
CELLS = 20_000_000
ROWS = 20_000_000
COLUMNS = 500

_MB = 1 << 20
_CHUNK = 1 << 20
_CELL = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_ROOM = 3  # a build copies the version, and writes beside the copy


def refuse_hostile(path: Path) -> None:
    """Raise Refused where opening the file would cost more than any export does."""
    match path.suffix.lower():
        case ".xlsx":
            _refuse_book(path)
        case ".parquet":
            _refuse_parquet(path)
        case ".csv" | ".tsv" | ".txt":
            with path.open("rb") as file:
                head = file.read(_CHUNK).splitlines()[:1]
            _refuse_width(
                path, max((head[0].count(mark) for mark in (b",", b"\t", b";", b"|")), default=0) + 1 if head else 0
            )


def refuse_without_room(store: Path, size: int) -> None:
    """Raise Refused where the disk of the store cannot take an upload of so many bytes and what becomes of it."""
    folder = next(each for each in (store, *store.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    if free < _ROOM * size:
        raise Refused("upload.no_room", free=free // _MB)


def _refuse_book(path: Path) -> None:
    """Unpack a workbook once, to nowhere: what its directory says of sizes is only what it says."""
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as book:
            for member in book.infolist():
                rows, columns, tail = 0, 0, b""
                for chunk in _unpacked(book, member):
                    unpacked += len(chunk)
                    if unpacked > UNPACKED_MB * _MB:
                        raise Refused("upload.too_large", name=path.name, limit=UNPACKED_MB)
                    if member.filename.startswith("xl/worksheets/"):
                        named = _CELL.findall(tail + chunk)
                        rows = max(rows, *(int(row) for _, row in named), 0)
                        columns = max(columns, *map(_place, {column for column, _ in named}), 0)
                        tail = chunk[-64:]
                if columns > COLUMNS:
                    raise Refused("upload.too_wide", name=path.name, columns=f"{columns:,}", limit=COLUMNS)
                if rows * columns > CELLS:
                    cells = f"{rows * columns:,}"
                    raise Refused("upload.too_many_cells", name=path.name, cells=cells, limit=f"{CELLS:,}")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise Refused("upload.not_a_book", name=path.name) from error


def _unpacked(book: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    member.file_size = 1 << 62  # what it says of itself would be believed, and reading would end there
    with book.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _place(letters: bytes) -> int:
    """Return the number of a column by its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _refuse_parquet(path: Path) -> None:
    try:
        told = pyarrow.parquet.read_metadata(path)
    except (ArrowInvalid, OSError):
        return  # it is no such file, and the reader says so
    _refuse_width(path, told.num_columns)
    if told.num_rows > ROWS:
        raise Refused("upload.too_many_rows", name=path.name, rows=f"{told.num_rows:,}", limit=f"{ROWS:,}")


def _refuse_width(path: Path, columns: int) -> None:
    if columns > COLUMNS:
        raise Refused("upload.too_wide", name=path.name, columns=f"{columns:,}", limit=COLUMNS)
