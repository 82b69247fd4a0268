"""Text columns → typed rows beside rejected rows, each with its line, its column and the reason.

A cell that says something and cannot be read rejects its row; nothing is turned into NULL on the quiet. All of it is
set-based SQL: one SELECT types a whole file, and the reason stands in a column of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from metrics.ingest import cells
from metrics.ingest.ask import ask
from metrics.ingest.cells import quote
from metrics.ingest.contract import Column, Table, contract
from metrics.ingest.profile import Kind, Profile
from metrics.ingest.read import Source, load_source
from metrics.words import Refused


@dataclass(frozen=True)
class Staged:
    """One file, typed: for each table the temporary table `typed_TABLE`, with the columns that the file brings.

    `headers` gives, for each of those columns, the headers of the file that it was made of; `used` are all headers, as
    the profile calls them, that anything was made of.
    """

    rows: int
    duplicates: int
    footers: int
    columns: Mapping[str, tuple[str, ...]]
    headers: Mapping[tuple[str, str], str]
    used: frozenset[str]


def stage(con: duckdb.DuckDBPyConnection, source: Source, profile: Profile, kind: Kind, shop_zone: str) -> Staged:
    """Type all rows of a file into `typed_TABLE` tables, and put those that cannot be read into `rejected`.

    A row that one table rejects is rejected by all, so that no order arrives without the ticket read off its row.
    Raises Refused where a header that the profile needs is absent, or stands twice.
    """
    known = profile.known_headers(source)
    asked = _asked(con, kind)
    _refuse_doubled(source, profile, asked)
    loaded = load_source(con, source)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE rejected "
        "(source_line BIGINT, code VARCHAR, table_name VARCHAR, column_name VARCHAR, value VARCHAR)"
    )
    if loaded.broken:
        con.execute(
            "INSERT INTO rejected SELECT unnest($1), unnest($2), NULL, NULL, unnest($3)",
            [list(column) for column in zip(*loaded.broken, strict=True)],
        )
    duplicates = _drop_duplicates(con, source) if profile.duplicates == "drop" else 0
    _define_words(con, profile, shop_zone)
    headers: dict[tuple[str, str], str] = {}
    columns: dict[str, tuple[str, ...]] = {}
    outputs = {table: _outputs(con, select) for table, select in kind.tables.items()}
    _name_columns(con, known, asked)
    present = set(known.values())
    spelt = {canonical: header for header, canonical in known.items()}
    for table, output in outputs.items():
        brought = {column: used for column, used in output.items() if not used or used & present}
        if not set(contract()[table].key) - {"line_id"} <= set(brought):
            continue  # an order file without products, or without customers
        columns[table] = _type_table(con, contract()[table], kind.tables[table], tuple(brought), profile, shop_zone)
        headers |= {
            (table, column): ", ".join(spelt[header] for header in sorted(used & present)) or column
            for column, used in brought.items()
        }
    con.execute("CREATE OR REPLACE TEMP TABLE partly_orders (order_id VARCHAR)")
    if "order_lines" in columns:
        con.execute(
            "INSERT INTO partly_orders SELECT DISTINCT order_id FROM typed_order_lines "
            "WHERE source_line IN (SELECT source_line FROM rejected)"
        )
    for table in columns:
        con.execute(f"DELETE FROM typed_{table} WHERE source_line IN (SELECT source_line FROM rejected)")
    return Staged(
        loaded.rows + len(loaded.broken) + loaded.footers,
        duplicates,
        loaded.footers,
        columns,
        headers,
        frozenset(asked),
    )


def _refuse_doubled(source: Source, profile: Profile, asked: set[str]) -> None:
    """Stop where a header that matters stands twice: which of the two is meant is not ours to say."""
    known = {header.casefold() for header in asked}
    used = sorted(header for header in source.doubled if profile.known_as(header).casefold() in known)
    if used:
        places = ", ".join(
            str(place) for place, header in enumerate(source.headers, 1) if header.startswith(f"{used[0]} (")
        )
        raise Refused("ingest.header_twice", path=source.path, header=used[0], places=places)


def _drop_duplicates(con: duckdb.DuckDBPyConnection, source: Source) -> int:
    """Delete rows that repeat an earlier one in every column."""
    compared = [quote(header) for header in source.headers]
    fingerprint = f"hash({', '.join(compared)})"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE repeated AS SELECT {fingerprint} AS fingerprint FROM source_rows "
        "GROUP BY fingerprint HAVING count(*) > 1"
    )
    deleted = ask(
        con,
        "DELETE FROM source_rows WHERE source_line IN (SELECT source_line FROM source_rows "
        f"WHERE {fingerprint} IN (SELECT fingerprint FROM repeated) "
        f"QUALIFY row_number() OVER (PARTITION BY {', '.join(compared)} ORDER BY source_line) > 1)",
    )
    return int(deleted[0]) if deleted else 0


def _define_words(con: duckdb.DuckDBPyConnection, profile: Profile, shop_zone: str) -> None:
    """Give the SELECTs of a profile the words in which they think: numbers, products, moments.

    What cannot be read is handed on as its text, so that the row is rejected with it and not silently emptied.
    """
    read = cells.moment("cell", profile.formats_of(""), profile.time_zone, shop_zone)
    con.execute(f"CREATE OR REPLACE TEMP MACRO number(cell) AS {cells.number('cell', 'DECIMAL(18, 6)')}")
    con.execute(
        "CREATE OR REPLACE TEMP MACRO product(one, other) AS CASE WHEN one IS NOT NULL AND other IS NOT NULL "
        "THEN coalesce(CAST(number(one) * number(other) AS VARCHAR), one || ' × ' || other) END"
    )
    con.execute(f"CREATE OR REPLACE TEMP MACRO moment(cell) AS {read}")
    con.execute(
        "CREATE OR REPLACE TEMP MACRO earliest(one, other) AS CASE "
        "WHEN one IS NOT NULL AND moment(one) IS NULL THEN one WHEN other IS NOT NULL AND moment(other) IS NULL "
        "THEN other WHEN moment(other) IS NULL OR moment(one) <= moment(other) THEN one ELSE other END"
    )


def _name_columns(con: duckdb.DuckDBPyConnection, known: Mapping[str, str], asked: set[str]) -> None:
    """Create the view `source`: the file under the names that the profile uses, NULL where it lacks one of them."""
    named = [f"{quote(header)} AS {quote(canonical)}" for header, canonical in known.items()]
    present = {canonical.casefold() for canonical in known.values()} | {"source_line"}
    absent = [
        f"CAST(NULL AS VARCHAR) AS {quote(header)}" for header in sorted(asked) if header.casefold() not in present
    ]
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW source AS SELECT {', '.join([*named, *absent])}, source_line FROM source_rows"
    )


def _outputs(con: duckdb.DuckDBPyConnection, select: str) -> dict[str, set[str]]:
    """Return, for each column that a SELECT gives, the headers that it is made of.

    A column none of whose headers stands in the file is not brought by it: what the store holds stays as it is.
    """
    node = _parsed(con, select)["node"]
    items = {str(item["alias"] or item["column_names"][-1]): set(_references(item)) for item in node["select_list"]}
    return {column: used - {"source_line"} for column, used in items.items() if column != "source_line"}


def _asked(con: duckdb.DuckDBPyConnection, kind: Kind) -> set[str]:
    selects = (*kind.tables.values(), *kind.counts.values(), *kind.set_aside.values())
    return {name for select in selects for name in _references(_parsed(con, select))}


def _parsed(con: duckdb.DuckDBPyConnection, select: str) -> Any:
    row = ask(con, "SELECT json_serialize_sql($1)", [select])
    tree = json.loads(row[0])
    if tree["error"]:
        raise ValueError(f"{tree['error_message']}: {select}")
    return tree["statements"][0]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("class") == "COLUMN_REF":
            yield str(node["column_names"][-1])
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def _type_table(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    select: str,
    brought: tuple[str, ...],
    profile: Profile,
    shop_zone: str,
) -> tuple[str, ...]:
    """Create `typed_TABLE` and note the rows that it rejects; return the columns that it holds."""
    described = con.execute(f"DESCRIBE {select}").fetchall()
    text = {str(row[0]) for row in described if row[1] in {"VARCHAR", '"NULL"'}}
    columns = [table.columns[name] for name in brought]
    typed = [f"{_typed(column, profile, shop_zone, text=column.name in text)} AS {column.name}" for column in columns]
    raw = [f"CAST({quote(column.name)} AS VARCHAR) AS raw_{column.name}" for column in columns]
    problems = [problem for column in columns for problem in _problems(column, table.name)]
    problem = f"CASE {' '.join(problems)} END" if problems else "NULL"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE typed_{table.name} AS "
        f"SELECT source_line, {', '.join(brought)}, {problem} AS problem "
        f"FROM (SELECT source_line, {', '.join((*typed, *raw))} FROM ({select}))"
    )
    if table.name == "order_lines":
        brought = _number_lines(con, brought)
    con.execute(
        "INSERT INTO rejected SELECT source_line, problem.code, problem.table_name, problem.column_name, problem.value "
        f"FROM typed_{table.name} WHERE problem IS NOT NULL"
    )
    return brought


def _number_lines(con: duckdb.DuckDBPyConnection, brought: tuple[str, ...]) -> tuple[str, ...]:
    """Where the source numbers no lines, a line's number is its place in its order."""
    place = "CAST(row_number() OVER (PARTITION BY order_id ORDER BY source_line) AS VARCHAR)"
    if "line_id" in brought:
        row = ask(con, "SELECT count(*) FROM typed_order_lines WHERE line_id IS NULL")
        if row == (0,):
            return brought
        numbered = f"SELECT * REPLACE (coalesce(line_id, {place}) AS line_id) FROM typed_order_lines"
    else:
        numbered = f"SELECT *, {place} AS line_id FROM typed_order_lines"
    con.execute(f"CREATE OR REPLACE TEMP TABLE numbered_lines AS {numbered}")
    con.execute("DROP TABLE typed_order_lines")
    con.execute("ALTER TABLE numbered_lines RENAME TO typed_order_lines")
    return (*brought, "line_id") if "line_id" not in brought else brought


def _typed(column: Column, profile: Profile, shop_zone: str, *, text: bool) -> str:
    cell = quote(column.name)
    if not text:
        return f"CAST({cell} AS {column.type})"
    cell = cells.word(cell, profile.values.get(column.name, {}))
    match column.type:
        case "VARCHAR":
            return cells.masked(cell) if column.name == "description" else cell
        case "TIMESTAMP":
            return cells.moment(cell, profile.formats_of(column.name), profile.time_zone, shop_zone)
        case "DATE":
            return f"CAST({cells.moment(cell, profile.formats_of(column.name), shop_zone, shop_zone)} AS DATE)"
        case "BOOLEAN":
            return cells.truth(cell)
        case _:
            return cells.number(cell, column.type)


def _problems(column: Column, table: str) -> Iterator[str]:
    """Give the conditions under which a row cannot be taken, most telling first."""

    def when(condition: str, code: str) -> str:
        where = f"'table_name': '{table}', 'column_name': '{column.name}', 'value': raw_{column.name}"
        return f"WHEN {condition} THEN {{'code': '{code}', {where}}}"

    raw = f"raw_{column.name}"
    if column.type != "VARCHAR":
        yield when(f"{column.name} IS NULL AND {raw} IS NOT NULL", "unreadable")
    elif column.name.endswith("_id"):
        yield when(cells.rounded_id(raw), "rounded_id")
    if column.type in {"TIMESTAMP", "DATE"}:
        yield when(cells.insane(column.name), "out_of_range")
    if column.required and column.name != "line_id":
        yield when(f"{column.name} IS NULL", "missing")
    if column.check:
        yield when(f"NOT ({column.check})", "unknown_word" if column.type == "VARCHAR" else "out_of_range")
