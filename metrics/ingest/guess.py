"""A first mapping for a file that no profile knows: saved for the user to correct, never imported by itself.

Headers are matched by their spellings in Chinese and English, dates by trying every format over the whole column. What
is not certain is left open and said; a guess that imported itself would be wrong in silence.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from metrics.ingest.ask import ask
from metrics.ingest.cells import quote
from metrics.ingest.contract import contract
from metrics.ingest.dates import Reading, describe, readings
from metrics.ingest.mapping import ASIDE, CONSTANTS, FileMapping, is_date
from metrics.ingest.profile import required
from metrics.ingest.read import Source, load_source
from metrics.words import Refused

_TIME_OF_DAY = {"time", "时间", "时刻", "time of day"}
_MOST_WORDS = 40


@dataclass(frozen=True)
class Guess:
    """A mapping, and every way in which each of its columns of dates can be read."""

    mapping: FileMapping
    readings: Mapping[str, tuple[Reading, ...]]


def guess_mapping(source: Source, today: datetime, fallback: Path) -> Refused:
    """Guess a mapping, save it beside the file (else in `fallback`), and return what to tell the user.

    A mapping that stands there already is the user's own by now, and is not written over.
    """
    with duckdb.connect() as con:
        load_source(con, source)
        guess = guessed(con, source, today)
    if guess is None:
        return Refused("ingest.guessed_nothing", path=source.path, headers=", ".join(source.headers))
    mapping = source.path.with_name(f"{source.path.stem}.mapping.toml")
    if mapping.exists():
        return Refused("ingest.guessed_before", path=source.path, mapping=mapping)
    mapping = _save(mapping, fallback, _as_toml(source, guess))
    told = {"path": source.path, "mapping": mapping, "table": _as_table(source, guess)}
    if guess.mapping.missing:
        return Refused("ingest.guessed_incomplete", **told, missing=", ".join(guess.mapping.missing))
    unsure = {column: found for column, found in guess.readings.items() if len(found) != 1}
    if unsure:
        shown = "\n".join(describe(found) or f"  {column}: –" for column, found in unsure.items())
        return Refused(
            "ingest.guessed_ambiguous", **told, columns=", ".join(unsure), today=f"{today:%Y-%m-%d}", readings=shown
        )
    return Refused("ingest.guessed", **told)


def guessed(con: duckdb.DuckDBPyConnection, source: Source, today: datetime) -> Guess | None:
    """Return what the headers of a file and its rows say of it, or None where they fit no table."""
    tables = [table for table in _synonyms() if table != "words"]
    headers = {_folded(header): header for header in reversed(source.headers)}
    matches = {table: _match(table, headers) for table in tables}

    def score(table: str) -> tuple[float, int]:
        needed = [column for column in required(contract()[table]) if column not in CONSTANTS]
        return sum(column in matches[table] for column in needed) / len(needed), len(matches[table])

    main = max(matches, key=score)
    if not any(column in matches[main] for column in contract()[main].key):
        return None
    mapping = matched(source, main)
    columns = _with_time_of_day(con, source, contract()[main].moments, mapping.columns)
    return looked_through(con, replace(mapping, columns=columns), today)


def matched(source: Source, table: str) -> FileMapping:
    """Return what the headers say if the file is about this table: nothing of it is looked at yet."""
    headers = {_folded(header): header for header in reversed(source.headers)}
    columns = _match(table, headers)
    used = {header for joined in columns.values() for header in joined}
    for also in ASIDE.get(table, ()):
        found = {column: joined for column, joined in _match(also, headers).items() if column not in columns}
        columns |= {column: joined for column, joined in found.items() if not used & set(joined)}
    encoding = None if source.encoding in {"utf-8", "utf-8-sig"} else source.encoding
    return FileMapping(table, columns, encoding=encoding)


def looked_through(con: duckdb.DuckDBPyConnection, mapping: FileMapping, today: datetime) -> Guess:
    """Return the mapping with its dates and words held against the rows: the table `source_rows`.

    A format that somebody chose stays where it fits, and so does what somebody said of a word.
    """
    found = {
        column: readings(con, _joined(headers), "source_rows", today)
        for columns in mapping.tables.values()
        for column, headers in columns.items()
        if is_date(column)
    }
    formats = {}
    for column, ways in found.items():
        fitting = [way.format for way in ways]
        chosen = mapping.formats.get(column)
        if chosen in fitting or len(fitting) == 1:
            formats[column] = chosen if chosen in fitting else fitting[0]
    words = {
        column: _translations(con, column, mapping.columns[column][0]) | dict(mapping.words.get(column, {}))
        for column in _synonyms()["words"]
        if column in mapping.tables[mapping.table]
    }
    return Guess(replace(mapping, formats=formats, words=words), found)


def _match(table: str, headers: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return our column → the file's header; a header is used once, by the column that names it first."""
    found: dict[str, tuple[str, ...]] = {}
    used: set[str] = set()
    for column, spellings in _synonyms()[table].items():
        folded = [_folded(column), *map(_folded, spellings)]
        header = next((headers[name] for name in folded if name in headers and headers[name] not in used), None)
        if header is not None:
            found[column] = (header,)
            used.add(header)
    return found


def _with_time_of_day(
    con: duckdb.DuckDBPyConnection, source: Source, moments: tuple[str, ...], columns: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[str, ...]]:
    """Join the one date column with a column of clock times, where the file keeps them apart."""
    clock = next((header for header in source.headers if header.casefold() in _TIME_OF_DAY), None)
    dates = [column for column in moments if column in columns]
    if clock is None or len(dates) != 1 or (clock,) in columns.values():
        return columns
    day = columns[dates[0]][0]
    row = ask(
        con,
        f"SELECT bool_and(NOT contains({quote(day)}, ':')), bool_and(contains({quote(clock)}, ':')) FROM source_rows",
    )
    return {**columns, dates[0]: (day, clock)} if row == (True, True) else columns


def _translations(con: duckdb.DuckDBPyConnection, column: str, header: str) -> dict[str, str]:
    """Return the file's words → ours; a word that nobody knows stays open for the user."""
    ours = {_folded(theirs): word for word, spellings in _synonyms()["words"][column].items() for theirs in spellings}
    rows = con.execute(
        f"SELECT {quote(header)} FROM source_rows WHERE {quote(header)} IS NOT NULL "
        f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {_MOST_WORDS}"
    ).fetchall()
    return {str(word): ours.get(_folded(str(word)), "") for (word,) in rows}


def _joined(headers: tuple[str, ...]) -> str:
    if len(headers) == 1:
        return quote(headers[0])
    return f"nullif(concat_ws(' ', {', '.join(map(quote, headers))}), '')"


def _as_toml(source: Source, guess: Guess) -> str:
    mapping = guess.mapping
    lines = [
        f"# Guessed from {source.path.name}. Correct it, then give it with --profile.",
        '# Our column = the header of the file; ["a", "b"] joins two, { value = "x" } stands for every row.',
        'time_zone = "Asia/Shanghai"',
        'duplicates = "drop"  # rows that repeat another one in every column; "keep" counts them',
    ]
    if mapping.encoding:
        lines.append(f"encoding = {_text(mapping.encoding)}")
    for table, columns in mapping.tables.items():
        lines += ["", f"[{table}]"]
        for column in contract()[table].from_file:
            if column in columns:
                used = columns[column]
                lines.append(f"{column} = {_text(used[0]) if len(used) == 1 else _text(list(used))}")
            elif column in mapping.constants and table == mapping.table:
                lines.append(f"{column} = {{ value = {_text(mapping.constants[column])} }}")
            elif column in mapping.missing and table == mapping.table:
                lines.append(f'{column} = ""  # needed')
    lines += ["", "[formats]"] if guess.readings else []
    for column, found in guess.readings.items():
        if len(found) != 1:
            lines += [
                f"# {_text(reading.format)}: {reading.earliest:%Y-%m-%d} … {reading.latest:%Y-%m-%d}"
                for reading in found
            ]
        lines.append(f"{column} = [{_text(found[0].format) if len(found) == 1 else ''}]")
    for column, words in mapping.words.items():
        lines += ["", f"# {' | '.join(our_words(column))}", f"[values.{column}]"]
        lines += [f"{_text(theirs)} = {_text(ours)}" for theirs, ours in words.items()]
    return "\n".join(lines) + "\n"


def our_words(column: str) -> tuple[str, ...]:
    """Return the words that a column may hold; none where it may hold any.

    >>> our_words("arm")
    ('control', 'message', 'coupon')
    """
    checks = (table.columns[column].check for table in contract().values() if column in table.columns)
    return tuple(re.findall(r"'(\w+)'", next((check for check in checks if check), "")))


def _as_table(source: Source, guess: Guess) -> str:
    used = {
        header: f"{table}.{column}"
        for table, columns in guess.mapping.tables.items()
        for column, joined in columns.items()
        for header in joined
    }
    width = max(len(header) for header in source.headers)
    rows = [f"  {header:<{width}}  → {used.get(header, '–')}" for header in source.headers]
    return "\n".join(rows)


def _save(path: Path, fallback: Path, text: str) -> Path:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        fallback.mkdir(parents=True, exist_ok=True)
        path = fallback / path.name
        path.write_text(text, encoding="utf-8")
    return path


def _text(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _folded(header: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header)).casefold()


@cache
def _synonyms() -> dict[str, Any]:
    text = (Path(__file__).parent / "synonyms.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
