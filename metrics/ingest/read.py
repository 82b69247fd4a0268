"""The bytes of an export as rows of text: CSV, XLSX, JSON and Parquet, in whatever encoding they came.

Everything is read as text, because every sniffer is wrong somewhere: it takes 03/04 for the third of April, one `N/A`
turns a column of money into words, and a long id becomes a rounded float. Only Parquet brings types of its own.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import python_calamine

from metrics.ingest.ask import count
from metrics.ingest.cells import BLANKS, bare, literal, quote, said, words
from metrics.ingest.encoding import Encoded, as_utf8
from metrics.words import Refused

FOOTERS = (
    "合计",
    "总计",
    "小计",
    "汇总",
    "合计:",
    "合计：",
    "总计:",
    "总计：",
    "Total",
    "TOTAL",
    "total",
    "Grand Total",
    "Sum",
)
OWN_FOOT = "# "  # begins the lines that say what a file of ours was made with (`metrics.export`)
EXACT_INTEGERS = 2**53  # above it a number cell of a spreadsheet has already lost digits
_DELIMITERS = (",", "\t", ";", "|")
_KINDS = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "sheet", ".xls": "sheet", ".xlsm": "sheet", ".ods": "sheet",
    ".json": "json", ".jsonl": "json", ".ndjson": "json", ".parquet": "parquet",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One export, opened: its headers and the SQL relation of its rows, not yet read.

    A header that stands twice is called `name (1)` and `name (2)`, so that nobody takes one for the other unawares.
    """

    path: Path
    sha256: str
    headers: tuple[str, ...]
    relation: str
    doubled: frozenset[str] = frozenset()
    encoding: str = "utf-8"
    types: tuple[str, ...] | None = None  # Parquet only
    rows: pa.Table | None = field(default=None, repr=False)  # spreadsheets only: they are parsed once
    first_line: int = 2  # the line of the file on which the first row stands
    other_sheets: tuple[str, ...] = ()  # of a spreadsheet, which are not read
    direct: str | None = None  # the relation for the fast road, which fails where the careful one would complain


@dataclass(frozen=True)
class Loaded:
    """How many rows the table `source` received, and what was set aside on the way."""

    rows: int
    broken: tuple[tuple[int, str, str], ...]  # line, what is wrong with it, its text
    footers: int


def open_source(path: Path, scratch: Path, encoding: str | None = None) -> Source:
    """Open an export and read its headers.

    Raises Refused where the file is absent, empty, of an unknown kind, or in an encoding that must be named.
    """
    if not path.is_file():
        raise Refused("ingest.no_file", path=path)
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise Refused("ingest.unknown_kind", path=path, known=" ".join(sorted(_KINDS)))
    if path.stat().st_size == 0:
        raise Refused("ingest.empty_file", path=path)
    match kind:
        case "csv":
            return _open_csv(path, as_utf8(path, scratch, encoding))
        case "sheet":
            return _open_sheet(path)
        case "json":
            return _open_json(path, as_utf8(path, scratch, encoding))
        case _:
            return _open_parquet(path)


def load_source(con: duckdb.DuckDBPyConnection, source: Source) -> Loaded:
    """Create the temporary table `source_rows`: the clean text of every column and `source_line`, the line in the file.

    Blank rows and a footer of sums are left out; rows with too few or too many cells are handed back as broken.
    """
    attach_rows(con, source)
    # The raw text first: its `rowid` is the place in the file, if the engine keeps the order.
    con.execute("SET preserve_insertion_order = true")
    con.execute(f"CREATE OR REPLACE TEMP TABLE raw_source AS SELECT * FROM {source.relation}")
    con.execute("SET preserve_insertion_order = false")
    broken = _broken_lines(con) if "store_rejects" in source.relation else ()
    # In two steps, so that each cell is trimmed once.
    names = [quote(name) for name in source.headers]
    trimmed = ", ".join(f"{bare(f'CAST({name} AS VARCHAR)')} AS {name}" for name in names)
    cells = ", ".join(f"{said(name)} AS {name}" for name in names)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE source_rows AS SELECT {cells}, source_line "
        f"FROM (SELECT {trimmed}, rowid + {source.first_line} AS source_line FROM raw_source)"
    )
    con.execute("DROP TABLE raw_source")
    if broken:
        _count_broken_lines_in(con, [line for line, _, _ in broken])
    first = f"coalesce({', '.join(quote(name) for name in source.headers)})"
    con.execute(f"DELETE FROM source_rows WHERE {first} IS NULL")
    footers = count(con, f"DELETE FROM source_rows WHERE {first} IN {words(FOOTERS)}")
    footers += sum(_is_footer(text) for _, _, text in broken)
    broken = tuple(row for row in broken if not _is_footer(row[2]))
    rows = count(con, "SELECT count(*) FROM source_rows")
    return Loaded(rows, broken, footers)


def attach_rows(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Make the rows of a spreadsheet known to this connection; other files are read where they lie."""
    if source.rows is not None:
        con.register("sheet_rows", source.rows)


def tidy_headers(names: Iterable[object]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the header names without blanks at their ends, numbered where one stands twice, and those that do.

    >>> tidy_headers(["订单编号 ", "金额", "金额"])
    (('订单编号', '金额 (1)', '金额 (2)'), frozenset({'金额'}))
    """
    bare = [str(name if name is not None else "").strip(BLANKS) for name in names]
    bare = [name or f"column {place}" for place, name in enumerate(bare, 1)]
    times = Counter(name.casefold() for name in bare)  # the engine tells columns apart without regard to case
    doubled = frozenset(name for name in bare if times[name.casefold()] > 1)
    seen: Counter[str] = Counter()
    tidy = []
    for name in bare:
        seen[name.casefold()] += 1
        tidy.append(f"{name} ({seen[name.casefold()]})" if name in doubled else name)
    return tuple(tidy), doubled


def _open_csv(path: Path, encoded: Encoded) -> Source:
    with encoded.path.open(encoding="utf-8-sig", newline="") as file:
        start = file.read(1 << 20)
    first = start.splitlines()[0] if start.strip() else ""
    if not first.strip():
        raise Refused("ingest.no_header", path=path)
    delimiter = max(_DELIMITERS, key=lambda mark: _cells_of_first_row(start, mark))
    names = next(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter))
    headers, doubled = tidy_headers(names)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in headers)
    reading = (
        f"{literal(str(encoded.path))}, auto_detect = false, header = true, delim = {literal(delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{columns}}}"
    )
    relation = f"read_csv({reading}, store_rejects = true)"
    direct = f"read_csv({reading})"
    return Source(path, encoded.sha256, headers, relation, doubled, encoded.name, direct=direct)


def _cells_of_first_row(text: str, delimiter: str) -> int:
    return len(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))


def _open_sheet(path: Path) -> Source:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        filled = [sheet for sheet in sheets if sheet.height]
        rows = filled[0].to_python(skip_empty_area=False) if filled else []
    except (python_calamine.CalamineError, OSError) as error:
        raise Refused("ingest.unreadable", path=path, reason=error) from error
    if not rows:
        raise Refused("ingest.empty_file", path=path)
    top = next(place for place, row in enumerate(rows) if any(cell != "" for cell in row))
    headers, doubled = tidy_headers(rows[top])
    columns = list(itertools.zip_longest(*rows[top + 1 :], fillvalue="")) or [()] * len(headers)
    table = pa.table({name: _text_column(cells) for name, cells in zip(headers, columns, strict=True)})
    others = tuple(sheet.name for sheet in filled[1:])
    return Source(
        path, _digest(path), headers, "sheet_rows", doubled, rows=table, first_line=top + 2, other_sheets=others
    )


def _text_column(cells: Sequence[object]) -> pa.Array:
    try:
        return pa.array(cells, pa.string())  # most columns hold nothing but text
    except pa.ArrowTypeError:
        return pa.array(map(_cell_text, cells), pa.string())


def _cell_text(cell: object) -> str:
    """Return what a cell shows: whole numbers without `.0`, times in ISO, and a long id with every digit.

    A number past 2⁵³ was rounded when it was typed into the sheet. It is written with its exponent, so that it is
    refused as an id instead of passing for one.
    """
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case int() | float():
            whole = float(cell).is_integer()
            if whole and abs(cell) <= EXACT_INTEGERS:
                return str(int(cell))
            return f"{cell:.14E}" if whole else repr(cell)
        case dt.datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)


def _open_json(path: Path, encoded: Encoded) -> Source:
    rows = f"read_json({literal(str(encoded.path))}, maximum_depth = 1, sample_size = -1)"
    try:
        with duckdb.connect() as con:
            described = con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    except duckdb.Error as error:
        reason = _first_line(error).replace(str(encoded.path), str(path))  # it may have read a copy
        raise Refused("ingest.unreadable", path=path, reason=reason) from error
    names = [str(name) for name, *_ in described]
    headers, doubled = tidy_headers(names)
    # Declared as text, so that `007` keeps its zeros and a number every digit that the file shows.
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    renamed = ", ".join(f"{quote(name)} AS {quote(header)}" for name, header in zip(names, headers, strict=True))
    relation = f"(SELECT {renamed} FROM read_json({literal(str(encoded.path))}, columns = {{{columns}}}))"
    return Source(path, encoded.sha256, headers, relation, doubled, encoded.name, first_line=1)


def _open_parquet(path: Path) -> Source:
    rows = f"read_parquet({literal(str(path))})"
    try:
        with duckdb.connect() as con:
            described = con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    except duckdb.Error as error:
        raise Refused("ingest.unreadable", path=path, reason=_first_line(error)) from error
    headers, doubled = tidy_headers(name for name, *_ in described)
    renamed = ", ".join(
        f"{quote(str(row[0]))} AS {quote(header)}" for row, header in zip(described, headers, strict=True)
    )
    types = tuple(str(row[1]) for row in described)
    relation = f"(SELECT {renamed} FROM {rows})"
    return Source(path, _digest(path), headers, relation, doubled, types=types, first_line=1, direct=relation)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _broken_lines(con: duckdb.DuckDBPyConnection) -> tuple[tuple[int, str, str], ...]:
    found = con.execute(
        "SELECT line, any_value(error_type::VARCHAR), any_value(csv_line) "
        "FROM reject_errors GROUP BY line ORDER BY line"
    ).fetchall()
    con.execute("DROP TABLE IF EXISTS reject_errors")
    con.execute("DROP TABLE IF EXISTS reject_scans")
    codes = {"MISSING COLUMNS": "cut_short", "TOO MANY COLUMNS": "too_many_cells"}
    return tuple((int(line), codes.get(kind, "broken_line"), text or "") for line, kind, text in found)


def _count_broken_lines_in(con: duckdb.DuckDBPyConnection, broken: Sequence[int]) -> None:
    """Give every row its line in the file: each broken line that stands before it moves it one further."""
    # The i-th broken line (from 0) stands before every row whose number among the whole rows is at least its line − i.
    con.execute(
        "CREATE OR REPLACE TEMP TABLE moved AS "
        "SELECT r.* REPLACE (r.source_line + coalesce(b.lines, 0) AS source_line) "
        "FROM source_rows AS r ASOF LEFT JOIN (SELECT place, max(lines) AS lines FROM "
        "(SELECT unnest($1) AS place, unnest($2) AS lines) GROUP BY place) AS b ON r.source_line >= b.place",
        [[line - index for index, line in enumerate(broken)], list(range(1, len(broken) + 1))],
    )
    con.execute("DROP TABLE source_rows")
    con.execute("ALTER TABLE moved RENAME TO source_rows")


def _is_footer(line: str) -> bool:
    """Whether a broken line is no row: a sum, or what a file of ours says of itself below its rows."""
    if line.lstrip(BLANKS + "\r\n").startswith(OWN_FOOT):
        return True
    cells = (cell.strip(BLANKS) for cell in re.split(r'[,;|\t"]', line))
    return next((cell for cell in cells if cell), "") in FOOTERS


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
