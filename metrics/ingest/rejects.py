"""Rejected rows, written beside the input with the reason: to be mended there and imported again."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import duckdb

from metrics.ingest.ask import ask
from metrics.ingest.cells import quote
from metrics.ingest.read import Source
from metrics.words import Finding, Language, say


def count_rejected(con: duckdb.DuckDBPyConnection) -> int:
    """Return how many rows of the file were rejected; a row is counted once, however many tables rejected it."""
    row = ask(con, "SELECT count(DISTINCT source_line) FROM rejected")
    return int(row[0]) if row else 0


def first_reason(con: duckdb.DuckDBPyConnection, headers: Mapping[tuple[str, str], str]) -> Finding:
    """Return what was wrong with the first rejected row."""
    row = ask(
        con, "SELECT source_line, code, table_name, column_name, value FROM rejected ORDER BY source_line LIMIT 1"
    )
    line, code, table, column, value = row or (0, "broken_line", None, None, None)
    return _reason(line, code, headers.get((table or "", column or ""), column), value)


def write_rejects(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    headers: Mapping[tuple[str, str], str],
    fallback: Path,
    language: Language,
) -> Path:
    """Write NAME.rejected.csv: line, column, reason, then the row as it was. Return where it stands.

    The mark at its start makes spreadsheets read it as UTF-8. Where the folder of the input cannot be written to, it
    goes to `fallback`.
    """
    row_headers = ", ".join(f"s.{quote(header)}" for header in source.headers)
    con.execute(
        "SELECT r.source_line, r.code, r.table_name, r.column_name, r.value, "
        f"{row_headers} FROM (SELECT DISTINCT ON (source_line) * FROM rejected ORDER BY source_line, table_name) AS r "
        "LEFT JOIN source_rows AS s USING (source_line) ORDER BY r.source_line"
    )
    titles = [say(Finding(f"ingest.title_{name}"), language) for name in ("line", "column", "reason")]
    name = f"{source.path.stem}.rejected.csv"
    try:
        path = source.path.with_name(name)
        file = path.open("w", encoding="utf-8-sig", newline="")
    except OSError:
        fallback.mkdir(parents=True, exist_ok=True)
        path = fallback / name
        file = path.open("w", encoding="utf-8-sig", newline="")
    with file:
        out = csv.writer(file)
        out.writerow([*titles, *source.headers])
        while rows := con.fetchmany(10_000):
            for line, code, table, column, value, *cells in rows:
                header = headers.get((table or "", column or ""), column)
                reason = say(_reason(line, code, header, value), language)
                out.writerow([line, header or "", reason, *(cells if any(cells) else [value])])
    return path


def _reason(line: int, code: str, column: str | None, value: str | None) -> Finding:
    return Finding(f"ingest.row_{code}", {"line": line, "column": column or "", "value": value or ""})
